"""What an editor decides for the whole site, in one row."""

from typing import Self

from django.conf import settings
from django.core.cache import cache
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CommentPolicy(models.TextChoices):
    OPEN = "open", _("open")
    HELD = "held", _("open, each waits for approval")
    CLOSES = "closes", _("closes after some days")
    CLOSED = "closed", _("closed")


class SiteSettings(models.Model):
    """One row; a site that never saved it lives by the defaults below."""

    class AkismetConsent(models.TextChoices):
        ASK = "ask", _("only what its writer agreed to be sent")
        NOTICE = "notice", _("every answer, with a notice beside the form")

    # How old the settings may be in a process that did not save them itself.
    KEPT_SECONDS = 1
    CACHE_KEY = "blog.site"

    comment_policy = models.CharField(
        _("answers"),
        max_length=6,
        choices=CommentPolicy,
        default=CommentPolicy.OPEN,
        help_text=_("For posts that say nothing else themselves."),
    )
    comment_days = models.PositiveSmallIntegerField(
        _("open for days"), default=120, validators=[MinValueValidator(1)]
    )
    accepts_linkbacks = models.BooleanField(
        _("mentions from other sites"),
        default=True,
        help_text=_("Off: no post takes them, whatever it says itself."),
    )
    likes_enabled = models.BooleanField(
        _("answers can be liked"),
        default=True,
        help_text=_("Without accounts; off: counts stay and are not shown."),
    )
    asks_akismet = models.BooleanField(
        _("ask Akismet"),
        default=True,
        help_text=_("Only if the installation has a key. Off: nothing is sent to Akismet."),
    )
    akismet_consent = models.CharField(
        _("sent to Akismet"),
        max_length=6,
        choices=AkismetConsent,
        default=AkismetConsent.ASK,
        help_text=_("What is not sent waits for a moderator."),
    )
    asks_proof_of_work = models.BooleanField(
        _("let suspicious senders prove themselves"),
        default=True,
        help_text=_("By some work of their browser, or by a mail if they prefer."),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="site_settings_one_row"),
            models.CheckConstraint(condition=Q(comment_days__gte=1), name="site_comment_days"),
        ]

    def __str__(self):
        return str(_("site settings"))

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)
        self.forget()

    @classmethod
    def forget(cls) -> None:
        """Have the row read again when it is needed next."""
        cache.delete(cls.CACHE_KEY)

    @property
    def akismet_use(self) -> str:
        """What has to come before an answer is sent to Akismet; "" if none ever is."""
        is_used = bool(settings.AKISMET_API_KEY) and self.asks_akismet
        return self.akismet_consent if is_used else ""

    @classmethod
    def load(cls) -> Self:
        """Return the settings, at most KEPT_SECONDS old; most pages pay no query for them."""
        site = cache.get(cls.CACHE_KEY)
        if site is None:
            site = cls.objects.filter(pk=1).first() or cls(pk=1)
            cache.set(cls.CACHE_KEY, site, cls.KEPT_SECONDS)
        return site
