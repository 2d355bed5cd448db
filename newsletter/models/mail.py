"""Mails around a sign-up as rows: written with it, sent by a task, tried again until sent."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand, ErrandQuerySet
from blog.models import Author
from newsletter.models.subscription import CONFIRM_WITHIN, Subscription

# Anybody can type anybody's address: it gets one mail in this time, whatever is typed how often.
ONE_MAIL_PER = timedelta(days=1)


class ConfirmationMailQuerySet(ErrandQuerySet):
    def recent(self):
        """Mails still to be sent, or sent within ONE_MAIL_PER; not those found needless."""
        return self.filter(Q(done_at=None) | Q(sent_at__gt=timezone.now() - ONE_MAIL_PER))

    def next_slot(self, author: Author) -> datetime:
        """Return when the next mail to `author` may go. The caller holds the lock on their row."""
        to_author = self.recent().filter(subscription__author=author)
        last = to_author.aggregate(last=Max(Coalesce("sent_at", "due_at")))["last"]
        return max(timezone.now(), last + ONE_MAIL_PER) if last else timezone.now()


class ConfirmationMail(Errand):
    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("link to confirm")
        ALREADY_ACTIVE = "already_active", _("note that nothing is to do")

    subscription = models.ForeignKey(
        Subscription,
        models.CASCADE,
        related_name="confirmation_mails",
        verbose_name=_("subscription"),
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = ConfirmationMailQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Errand.Meta):
        verbose_name = _("mail about a sign-up")
        verbose_name_plural = _("mails about sign-ups")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.subscription}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a mail sent twice is recognised as one.

        A new `version` is a new mail: mailboxes hide what has a Message-ID they know.
        """
        host = urlsplit(settings.BASE_URL).hostname
        return f"<signup.{self.pk}.v{self.version}@{host}>"

    @property
    def is_wanted(self) -> bool:
        """Whether the mail still says something true; asked again just before it is sent."""
        state = {
            self.Kind.CONFIRM: Subscription.State.PENDING,
            self.Kind.ALREADY_ACTIVE: Subscription.State.ACTIVE,
        }[self.Kind(self.kind)]
        is_fresh = self.created_at > timezone.now() - CONFIRM_WITHIN
        subscription = self.subscription
        return is_fresh and subscription.state == state and bool(subscription.author.email)

    def again(self):
        """Make a new mail of it, due now."""
        self.version += 1
        self.sent_at = None
        self.save(update_fields=["version", "sent_at"])
        return super().again()
