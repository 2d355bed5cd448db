"""Who signed in, and who could not; kept for a time (blog/signins.py)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    class Kind(models.TextChoices):
        IN = "in", _("signed in")
        OUT = "out", _("signed out")
        FAILED = "failed", _("wrong password or unknown account")

    kind = models.CharField(_("what"), max_length=6, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    # Of an account that exists: people type their password into the wrong field.
    name = models.CharField(_("who"), max_length=150, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, unpack_ipv4=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.name or '–'}"
