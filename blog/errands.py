"""Work done after a request: a row first, then a task that only knocks.

A row of an Errand is written in the transaction that causes it. `transaction.on_commit` enqueues a
task that says "look at your rows", and a periodic task says it again. So a lost, doubled or killed
task costs seconds, never a row; an editor sees attempts and the last error in the admin.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=2)
RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 360)]


class ErrandQuerySet(models.QuerySet):
    def due(self):
        """Rows whose time has come and that no worker holds.

        Nobody leases for longer than LEASE: what says so was written while the clock was ahead.
        """
        now = timezone.now()
        is_held = Q(leased_until__gt=now, leased_until__lte=now + LEASE)
        return self.exclude(is_held).filter(done_at=None, due_at__lte=now)

    def failed(self):
        """Rows that did not go well and are tried again."""
        return self.filter(done_at=None).exclude(last_error="")

    def claim(self, most: int = 50) -> list:
        """Lease up to `most` due rows to the caller, oldest first, and return them.

        Safe against other workers: locked with SKIP LOCKED on PostgreSQL, alone on SQLite.
        """
        with transaction.atomic():
            rows = list(
                self.due().select_for_update(skip_locked=True).order_by("due_at", "pk")[:most]
            )
            self.filter(pk__in=[row.pk for row in rows]).update(
                leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1
            )
        for row in rows:
            row.attempts += 1
        return rows

    def run(self, work: Callable[[Any], None]) -> int:
        """Claim and do rows until none is due; return how many were taken up.

        `work(row)` finishes the row, or raises: then the error is kept and the row tried again.
        """
        count = 0
        while rows := self.claim():
            for row in rows:
                count += 1
                try:
                    work(row)
                except type(row).NotUpdated:
                    continue  # deleted meanwhile: nobody waits for it any more
                except Exception as error:  # whatever went wrong, the row must say so
                    row.postpone(error)
        return count


class Errand(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    leased_until = models.DateTimeField(_("held by a worker until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="%(class)s_due"),
            # Few of many: the desk's first page counts them.
            models.Index(
                fields=["due_at"],
                condition=Q(done_at=None) & ~Q(last_error=""),
                name="%(class)s_failed",
            ),
        ]

    def finish(self, **fields: object) -> None:
        """Mark the row done, saving `fields` with it."""
        self._save(done_at=timezone.now(), leased_until=None, last_error="", **fields)

    def postpone(self, error: object, *, after: timedelta | None = None) -> None:
        """Keep `error` and try again later: after 1, 5, 20 minutes, 1 hour, then every 6 hours."""
        wait = after or RETRY_AFTER[min(self.attempts, len(RETRY_AFTER)) - 1]
        self._save(
            due_at=timezone.now() + wait,
            leased_until=None,
            last_error=f"{type(error).__name__}: {error}"
            if isinstance(error, Exception)
            else str(error),
        )

    def again(self) -> Self:
        """Make the row due now, as an editor may ask."""
        self._save(due_at=timezone.now(), leased_until=None, done_at=None)
        return self

    def _save(self, **fields):
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
