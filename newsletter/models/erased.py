"""Proof of consent of people who were erased: without name and address, for a time."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from blog.validators import normalise_email
from newsletter.models.subscription import Subscription

# The limitation period of claims because of unwanted mail: three years, from the end of the year
# (§§ 195, 199 BGB); so a proof is never deleted early.
KEPT_FOR = timedelta(days=4 * 365 + 1)


def email_hash(email: str) -> str:
    """Return what an address is found by without being stored; keyed with SECRET_KEY."""
    value = normalise_email(email)
    return salted_hmac("newsletter.erased", value, algorithm="sha256").hexdigest()


class ErasedConsentQuerySet(models.QuerySet):
    def of(self, email: str):
        """The proofs for who names their address, as somebody does who complains of a mail."""
        return self.filter(email_hash=email_hash(email))

    def overdue(self):
        return self.filter(erased_at__lt=timezone.now() - KEPT_FOR)


class ErasedConsent(models.Model):
    """The events of one subscription, apart from all that is in use (GDPR art. 17(3)(e))."""

    email_hash = models.CharField(max_length=64, db_index=True, editable=False)
    newsletter = models.CharField(_("newsletter"), max_length=120)
    events = models.JSONField(_("events"))
    erased_at = models.DateTimeField(_("erased"), default=timezone.now)

    objects = ErasedConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent of somebody erased")
        verbose_name_plural = _("consents of people erased")
        ordering = ["-erased_at", "-pk"]

    def __str__(self):
        return f"{self.newsletter}, {timezone.localtime(self.erased_at):%Y-%m-%d}"

    @classmethod
    def keep(cls, subscription: Subscription) -> Self:
        """Copy the events of a subscription whose person is about to be erased."""
        fields = ["kind", "way", "wording", "wording_version", "language", "page_url", "message_id"]
        events = [
            {name: getattr(event, name) for name in fields} | {"at": event.created_at.isoformat()}
            for event in subscription.consent_events.order_by("created_at", "pk")
        ]
        return cls.objects.create(
            email_hash=email_hash(subscription.author.email or ""),
            newsletter=subscription.newsletter.name,
            events=events,
        )
