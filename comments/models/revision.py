"""What a comment said before it was changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment, join_words


class CommentRevision(models.Model):
    """The text that an edit replaced; the row of the comment holds the newest."""

    class By(models.TextChoices):
        READER = "reader", _("its writer")
        MODERATOR = "moderator", _("a moderator")

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="revisions", verbose_name=_("comment")
    )
    body = models.TextField(_("text before"))
    addendum = models.TextField(_("addendum before"), blank=True)
    edited_at = models.DateTimeField(_("edited"))
    edited_by = models.CharField(_("edited by"), max_length=9, choices=By)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("moderator"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-edited_at", "-pk"]
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")

    def __str__(self):
        return f"{self.comment_id}, {self.edited_at:%Y-%m-%d %H:%M}"

    @property
    def words(self):
        return join_words(self.body, self.addendum)

    def who(self) -> str:
        """Say who replaced this text."""
        return str(self.moderator or self.get_edited_by_display())
