"""A person and a newsletter, and how they stand to each other."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from blog.models import Author
from newsletter.models.newsletter import Newsletter

# Until when a sign-up can be confirmed; after that it is deleted (docs/decisions/0020).
CONFIRM_WITHIN = timedelta(days=7)

# An ending can be taken back by its own page only shortly after: mails get forwarded, and the link
# in them does not tell who uses it.
RESUME_WITHIN = timedelta(days=1)


def make_nonce() -> str:
    return secrets.token_urlsafe(16)


class SubscriptionQuerySet(models.QuerySet):
    def active(self):
        """Those who get the newsletter: confirmed, and not ended since."""
        return self.filter(state=Subscription.State.ACTIVE)

    def overdue(self):
        """Sign-ups that nobody confirmed in time."""
        return self.filter(
            state=Subscription.State.PENDING, requested_at__lte=timezone.now() - CONFIRM_WITHIN
        )

    def never_confirmed(self):
        """Rows without any consent, old enough that none will come."""
        return self.filter(confirmed_at=None, requested_at__lte=timezone.now() - CONFIRM_WITHIN)


class Subscription(models.Model):
    """Its state is what counts; the times say when the state was last reached, the events why."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        ACTIVE = "active", _("active")
        ENDED = "ended", _("ended")

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="subscriptions", verbose_name=_("person")
    )
    newsletter = models.ForeignKey(
        Newsletter,
        # A newsletter with subscribers is taken off the site, not deleted with their consents.
        models.PROTECT,
        related_name="subscriptions",
        verbose_name=_("newsletter"),
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.PENDING, db_index=True
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("Of the page they signed up on; mails and pages around the newsletter use it."),
    )
    nonce = models.CharField(max_length=30, default=make_nonce, editable=False)
    made_author = models.BooleanField(
        default=False,
        editable=False,
        help_text="The person's row exists only because of this sign-up.",
    )
    requested_at = models.DateTimeField(_("signed up"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(
                fields=["requested_at"], condition=Q(state="pending"), name="subscription_pending"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "newsletter"], name="subscription_once"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="subscription_active_is_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False),
                name="subscription_ended_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.author} · {self.newsletter}"

    @property
    def fingerprint(self) -> str:
        """What a mailed link must know: this sign-up (nonce) and the address it went to."""
        value = f"{self.nonce}:{self.author.email}"
        return salted_hmac("newsletter.subscription", value, algorithm="sha256").hexdigest()[:32]

    @property
    def can_resume(self) -> bool:
        return (
            self.state == self.State.ENDED
            and self.confirmed_at is not None
            and self.ended_at is not None
            and self.ended_at > timezone.now() - RESUME_WITHIN
        )

    def request(self, language: str) -> None:
        """Wait for a confirmation, and let the links of every earlier sign-up die."""
        self.state = self.State.PENDING
        self.nonce = make_nonce()
        self.language = language
        self.requested_at = timezone.now()
        self.save()

    def activate(self) -> None:
        self.state = self.State.ACTIVE
        self.confirmed_at = timezone.now()
        self.save(update_fields=["state", "confirmed_at"])

    def end(self) -> None:
        self.state = self.State.ENDED
        self.ended_at = timezone.now()
        self.save(update_fields=["state", "ended_at"])
