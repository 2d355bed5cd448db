"""Taking a decision back, for half a minute, as if it had never been (docs/decisions/0061).

Nothing has left the house by then: mails and feedback wait in their rows until the time is over.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comments import reports, tree
from comments.actions import DecidedMeanwhile
from comments.mistakes import mark_mistake
from comments.models import AnswerMail, Comment, Decision, SpamFeedback
from comments.models.decision import UNDO_WITHIN, moderator, standing, write

RESTORED = ["status", "status_reason", "status_before_removal", "decided_by", "decided_at"]


class TooLate(Exception):
    """The time in which a decision can be taken back is over."""


@dataclass
class Undone:
    """What came of an undo, by the numbers of the answers."""

    done: list[int] = field(default_factory=list)
    too_late: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)


def undoable(user: User) -> QuerySet[Decision]:
    """Return what `user` decided so lately that it can be taken back, the newest first."""
    since = timezone.now() - UNDO_WITHIN
    own = Decision.objects.filter(user=user, by=Decision.By.MODERATOR, at__gt=since)
    return own.filter(undoes=None, undone_by=None).order_by("-at", "-pk")


def undo(key: UUID, user: User) -> Undone:
    """Take back what `user` decided by one press of a button; each answer by itself."""
    outcome = Undone()
    own = Decision.objects.filter(act=key, user=user, undoes=None, undone_by=None)
    for decision in own.order_by("pk"):
        try:
            undo_one(decision, user)
            outcome.done.append(decision.comment_number)
        except TooLate:
            outcome.too_late.append(decision.comment_number)
        except (DecidedMeanwhile, Comment.DoesNotExist):
            outcome.overtaken.append(decision.comment_number)
    return outcome


@transaction.atomic
def undo_one(decision: Decision, user: User) -> None:
    """Restore what was before `decision`, and take what it has caused from the rows that wait.

    Raise TooLate after UNDO_WITHIN, DecidedMeanwhile if there is a later decision, and
    Comment.DoesNotExist if the answer is gone.
    """

    def restore(comment):
        if timezone.now() > decision.undo_until:
            raise TooLate
        if comment.decisions.order_by("-pk").first() != decision:
            raise DecidedMeanwhile(comment)
        return _restore(comment, decision.was)

    act = moderator(user, reason=Decision.Reason.UNDONE, undoes=decision)
    # Not by `telling`: what was restored has been told of, or is told of by the rows kept here.
    comment = tree.change(decision.comment_number, restore, act=act)
    if not Decision.objects.filter(undoes=decision).exists():  # the status had not changed
        write(comment, standing(comment), act)
    _take_back_effects(comment, decision)


def _restore(comment, was):
    comment.status, comment.status_reason = was["status"], was["status_reason"]
    comment.status_before_removal = was["status_before_removal"]
    comment.decided_by_id = was["decided_by_id"]
    decided_at = was["decided_at"]
    comment.decided_at = datetime.fromisoformat(decided_at) if decided_at else None
    return [*RESTORED, *mark_mistake(comment, is_mistake=was["is_mistake"])]


def _take_back_effects(comment, decision):
    """Delete the rows that the decision wrote, and open again those that it made pointless."""
    reports.reopen_reports(comment)
    for rows in (
        AnswerMail.objects.filter(comment=comment, sent_at=None),
        SpamFeedback.objects.filter(comment=comment),
    ):
        rows.filter(done_at=None, created_at__gte=decision.at).delete()
        finished = rows.filter(created_at__lt=decision.at, done_at__gte=decision.at)
        finished.update(done_at=None, leased_until=None)
