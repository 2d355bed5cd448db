"""Rows of people that were made one, with what it takes to part them again."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.author import Author


class AuthorMerge(models.Model):
    target = models.ForeignKey(
        Author, models.CASCADE, verbose_name=_("person who stayed"), related_name="merges"
    )
    source = models.ForeignKey(
        Author, models.CASCADE, verbose_name=_("joined to it"), related_name="joins"
    )
    moved = models.JSONField(help_text="By whom it was moved (blog/people.py), what: numbers.")
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
        verbose_name = _("merge of people")
        verbose_name_plural = _("merges of people")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.source} → {self.target}"

    @property
    def can_be_undone(self):
        return self.undone_at is None and self.source.merged_into_id == self.target_id
