"""How a post stood each time it was saved."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.post import Post
from blog.validators import validate_line


class PostRevision(models.Model):
    """All that an editor decides about a post (`Post.REVISED`), as blog.revisions writes it."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions", verbose_name=_("post"))
    at = models.DateTimeField(_("saved"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(
        _("name"),
        max_length=100,
        blank=True,
        validators=[validate_line],
        help_text=_("To find it again: “before the interview”."),
    )
    restored_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("restored from"),
        null=True,
        blank=True,
        related_name="+",
    )
    changed = models.JSONField(default=list, help_text="Fields that differ from the one before.")
    state = models.JSONField(encoder=DjangoJSONEncoder)
    sitting = models.CharField(
        max_length=32, blank=True, help_text="The opened form that was saved; see autosave.js."
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]

    def __str__(self):
        return self.name or f"{self.post_id}, {self.at:%Y-%m-%d %H:%M}"

    def who(self) -> str:
        """Say who saved this, as colleagues know them."""
        return known_as(self.user) if self.user else ""


def known_as(user) -> str:
    return user.get_full_name() or user.get_username()
