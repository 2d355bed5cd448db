"""What is written down about a publication."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.post import Post
from blog.validators import validate_line


class Override(models.Model):
    """That somebody published a post although the list "Ready?" had something against it."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="overrides", verbose_name=_("post"))
    codes = models.JSONField(_("what was open"), help_text="Codes of blog.ready.")
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_line])
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    name = models.CharField(_("who"), max_length=150, help_text="Stays when the account is gone.")
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("publication in spite of something")
        verbose_name_plural = _("publications in spite of something")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.post}: {self.reason}"
