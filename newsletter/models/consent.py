"""The proof of who agreed to what (GDPR art. 7(1)): rows that are added and never changed."""

import ipaddress
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.subscription import Subscription


def shortened_ip(address: str) -> str | None:
    """Return `address` as its network (IPv4 /24, IPv6 /48), which names no person; None if none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False).network_address)


def version_of(wording: str) -> str:
    """Return the hash that names one exact wording; "" for none."""
    return sha256(wording.encode()).hexdigest() if wording else ""


class ConsentEventQuerySet(models.QuerySet):
    def forget_ips(self, *, before: datetime) -> int:
        """Empty the IP addresses of events older than `before`: the only change there is."""
        old = self.filter(created_at__lt=before, ip__isnull=False)
        return super(ConsentEventQuerySet, old).update(ip=None)

    def update(self, **kwargs):
        raise RuntimeError("consent events are never changed")

    def bulk_update(self, *args, **kwargs):
        raise RuntimeError("consent events are never changed")

    def delete(self):
        raise RuntimeError("consent events go only together with their subscription")


class ConsentEvent(models.Model):
    class Kind(models.TextChoices):
        REQUESTED = "requested", _("signed up")
        MAIL_SENT = "mail_sent", _("mail sent")
        CONFIRMED = "confirmed", _("confirmed")
        WITHDRAWN = "withdrawn", _("ended")
        RESUMED = "resumed", _("ending taken back")

    class Way(models.TextChoices):
        PAGE = "page", _("on a page")
        ONE_CLICK = "one_click", _("one click in the mail program")
        ADMIN = "admin", _("by an editor")

    subscription = models.ForeignKey(
        Subscription,
        models.CASCADE,
        related_name="consent_events",
        verbose_name=_("subscription"),
    )
    kind = models.CharField(_("what happened"), max_length=9, choices=Kind)
    way = models.CharField(_("way"), max_length=9, choices=Way, blank=True)
    wording = models.TextField(_("wording shown"), blank=True)
    wording_version = models.CharField(_("version of the wording"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    page_url = models.URLField(_("page"), max_length=1000, blank=True)
    ip = models.GenericIPAddressField(_("shortened IP address"), null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()}, {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RuntimeError("consent events are never changed")
        self.wording_version = version_of(self.wording)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise RuntimeError("consent events go only together with their subscription")
