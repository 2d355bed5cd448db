"""Tags and categories that were merged, with what it takes to part them again."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.taxonomy import Category, Tag

UNDO_FOR = timedelta(days=30)


class TermMerge(models.Model):
    """What tags and categories have in common; `target` is the row that stayed."""

    target_name = models.CharField(_("what stayed"), max_length=80)
    sources = models.JSONField(help_text="Number, name, address and posts of each merged row.")
    gained = models.JSONField(help_text="Numbers of the posts that got the target by the merge.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("by"),
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("merged"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.source_names} → {self.target_name}"

    @property
    def source_names(self):
        return ", ".join(source["name"] for source in self.sources)

    @property
    def can_be_undone(self):
        is_fresh = timezone.now() < self.at + UNDO_FOR
        return self.undone_at is None and self.target_id is not None and is_fresh


class TagMerge(TermMerge):
    target = models.ForeignKey(
        Tag, models.SET_NULL, verbose_name=_("what stayed"), null=True, related_name="+"
    )

    class Meta(TermMerge.Meta):
        verbose_name = _("merge of tags")
        verbose_name_plural = _("merges of tags")


class CategoryMerge(TermMerge):
    target = models.ForeignKey(
        Category, models.SET_NULL, verbose_name=_("what stayed"), null=True, related_name="+"
    )
    hung = models.JSONField(
        default=dict, help_text="What each category that the merge has moved hung under before."
    )

    class Meta(TermMerge.Meta):
        verbose_name = _("merge of categories")
        verbose_name_plural = _("merges of categories")
