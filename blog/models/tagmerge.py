"""Tags that were merged, with what it takes to part them again."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.taxonomy import Tag

UNDO_FOR = timedelta(days=30)


class TagMerge(models.Model):
    target = models.ForeignKey(
        Tag, models.SET_NULL, verbose_name=_("tag that stayed"), null=True, related_name="+"
    )
    target_name = models.CharField(_("tag that stayed"), max_length=80)
    sources = models.JSONField(help_text="Name, slug and numbers of posts of each merged tag.")
    gained = models.JSONField(help_text="Numbers of the posts that got the tag by the merge.")
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
        verbose_name = _("merge of tags")
        verbose_name_plural = _("merges of tags")
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
