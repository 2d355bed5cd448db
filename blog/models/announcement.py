"""What others are to be told of a post, as rows: that it appeared, was updated, or is gone."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand

# What of a post decides whether there is something to tell.
UPDATED_BY = ("slug", "language", "modified_at")
TOLD_BY = ("status", "published_at", *UPDATED_BY)


class Announcement(Errand):
    """That somebody is to be told of a post; done by the worker (blog/announcing.py).

    One that a post appears is written when it is scheduled, due at its time. Whether somebody is
    told at all is asked when it is due, as the site is set then.
    """

    class Channel(models.TextChoices):
        HUB = "hub", _("hub of the feeds")
        INDEXNOW = "indexnow", "IndexNow"

    class Event(models.TextChoices):
        APPEARED = "appeared", _("appears")
        UPDATED = "updated", _("is updated")
        GONE = "gone", _("is gone")

    class Outcome(models.TextChoices):
        TOLD = "told", _("told")
        OFF = "off", _("not told: switched off")
        WITHDRAWN = "withdrawn", _("not told: the post is not public any more")
        GIVEN_UP = "given_up", _("given up")

    post = models.ForeignKey(
        "blog.Post",
        models.SET_NULL,
        verbose_name=_("post"),
        null=True,
        blank=True,
        related_name="announcements",
    )
    channel = models.CharField(_("recipient"), max_length=8, choices=Channel)
    event = models.CharField(_("occasion"), max_length=8, choices=Event)
    address = models.URLField(
        _("address"), max_length=500, blank=True, help_text=_("Empty: the post's own, as it is.")
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)

    class Meta(Errand.Meta):
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "channel", "event"],
                condition=Q(done_at=None) & ~Q(event="gone"),
                name="announcement_waits_once",
            )
        ]

    def __str__(self):
        return f"{self.address or self.post}: {self.get_event_display()}"

    @classmethod
    def keep(cls, post: Any, before: dict[str, Any] | None) -> None:
        """Write down what is to be told of `post`, just saved, and what is not any more.

        `before` is TOLD_BY as it was stored, None if the post is new. What an import brings has
        appeared elsewhere long ago and is not told.
        """
        if before is None and post.import_key is not None:
            return
        if before and all(before[name] == getattr(post, name) for name in TOLD_BY):
            return
        old = type(post)(**before) if before else None
        if old and old.has_page and (not post.has_page or old.get_own_url() != post.get_own_url()):
            cls.tell_gone(old.get_canonical_url(), post=post)
        if post.status != post.Status.PUBLISHED:
            post.announcements.filter(done_at=None).exclude(event=cls.Event.GONE).delete()
        elif not (old and old.is_public and post.is_public):
            cls._tell(post, cls.Event.APPEARED, max(post.published_at, timezone.now()))
        elif before and any(before[name] != getattr(post, name) for name in UPDATED_BY):
            cls._tell(post, cls.Event.UPDATED, timezone.now())

    @classmethod
    def tell_gone(cls, gone: str, *, post: Any = None) -> None:
        """Have those who list addresses look at one that leads to no page any more."""
        cls.objects.create(
            post=post, channel=cls.Channel.INDEXNOW, event=cls.Event.GONE, address=gone
        )
        transaction.on_commit(_knock, robust=True)

    @classmethod
    def _tell(cls, post, event, due_at: datetime) -> None:
        waiting = post.announcements.filter(done_at=None)
        waiting.filter(event=cls.Event.APPEARED).update(due_at=due_at)
        told = set(waiting.exclude(event=cls.Event.GONE).values_list("channel", flat=True))
        rows = [
            cls(post=post, channel=channel, event=event, due_at=due_at)
            for channel in cls.Channel
            if channel not in told
        ]
        cls.objects.bulk_create(rows, ignore_conflicts=True)
        if due_at <= timezone.now():
            transaction.on_commit(_knock, robust=True)

    def wait_until(self, moment: datetime) -> None:
        """Give the row back to wait for its time: nothing has failed."""
        self._save(due_at=moment, leased_until=None, attempts=0, last_error="")

    def give_up(self, error: object) -> None:
        """Be done without success; the error stays to be read."""
        self.postpone(error)
        self._save(done_at=timezone.now(), outcome=self.Outcome.GIVEN_UP)


def _knock():
    from blog.tasks import announce  # tasks know all models

    announce.enqueue()
