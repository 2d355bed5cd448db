"""The log of decisions: every change of what becomes of an answer, by whom, when and why.

Append-only. It holds no text and no address of who wrote the answer, and outlives the answer: the
number stays when the row is gone (docs/decisions/0061).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from blog.models.rows import QuickInsert
from blog.validators import validate_line
from comments.models.comment import Comment

# How long a moderator may take a decision back.
UNDO_WITHIN = timedelta(seconds=30)
# When mails and feedback because of it go out; later, so that no worker and no undo ever meet.
EFFECTS_AFTER = UNDO_WITHIN + timedelta(seconds=5)


class DecisionQuerySet(models.QuerySet):
    def update(self, **fields):
        raise RuntimeError("the log of decisions is only written on")

    def delete(self):
        raise RuntimeError("the log of decisions is only written on")

    def by_people(self):
        return self.exclude(by=Decision.By.MACHINE)

    def forget_gone(self, *, before) -> int:
        """Delete rows older than `before` whose answer no longer exists; the one way out."""
        old = self.filter(comment=None, at__lt=before, undone_by=None)
        return models.QuerySet.delete(old)[0]


class Decision(QuickInsert):
    """One change of status, or that something was looked at and stays."""

    class By(models.TextChoices):
        MACHINE = "machine", _("the site itself")
        MODERATOR = "moderator", _("a moderator")
        MAILED_LINK = "mailed_link", _("by a mailed link")
        WRITER = "writer", _("its writer")

    class Reason(models.TextChoices):
        """What a status alone does not say; the other codes are those of Comment.Reason."""

        UNDONE = "undone", _("a decision was taken back")
        KEPT = "kept", _("looked at after reports, and it stays")
        RETENTION = "retention", _("its time was over")
        DELETION = "deletion", _("deleted for good")

    GONE = "gone"
    STANDINGS = [*Comment.Status.choices, (GONE, _("deleted"))]

    comment = models.ForeignKey(
        Comment,
        models.SET_NULL,
        null=True,
        related_name="decisions",
        verbose_name=_("answer"),
    )
    comment_number = models.BigIntegerField(_("number of the answer"))
    post = models.ForeignKey(
        Post, models.SET_NULL, null=True, related_name="+", verbose_name=_("post")
    )
    from_status = models.CharField(_("from"), max_length=8, choices=STANDINGS, blank=True)
    to_status = models.CharField(_("to"), max_length=8, choices=STANDINGS)
    # A code of Comment.Reason or of Reason above; choices would make a migration of every new one.
    reason = models.CharField(_("why"), max_length=20, blank=True)
    words = models.CharField(
        _("in the moderator's words"), max_length=200, blank=True, validators=[validate_line]
    )
    by = models.CharField(_("by"), max_length=11, choices=By, default=By.MACHINE)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    name = models.CharField(
        _("who"), max_length=150, blank=True, help_text="Stays when the account is gone."
    )
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    act = models.UUIDField(
        null=True, help_text="What one press of a button decided, which may be several answers."
    )
    undoes = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="undone_by", verbose_name=_("takes back")
    )
    was = models.JSONField(default=dict, help_text="What an undo has to restore.")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="decision_own"),
            models.Index(
                fields=["act"], condition=models.Q(act__isnull=False), name="decision_act"
            ),
        ]

    def __str__(self):
        return f"{self.comment_number}: {self.get_to_status_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RuntimeError("the log of decisions is only written on")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise RuntimeError("the log of decisions is only written on")

    @property
    def undo_until(self):
        return self.at + UNDO_WITHIN

    @property
    def why(self) -> str:
        """The reason in words, and those of the moderator."""
        known = dict([*Comment.Reason.choices, *self.Reason.choices])
        words = [str(known.get(self.reason, self.reason)), self.words]
        return ": ".join(word for word in words if word)

    @property
    def who(self) -> str:
        """The name of who decided; what it was if nobody did."""
        return self.name or str(self.get_by_display())


@dataclass(frozen=True)
class Act:
    """Who decides something, and the words they give for it.

    All that one press of a button decides has the same `key` and can be undone together.
    """

    by: Decision.By = Decision.By.MACHINE
    user: User | None = None
    name: str = ""
    words: str = ""
    reason: str = ""  # where the comment's own does not say it
    undoes: Decision | None = None
    key: UUID = field(default_factory=uuid4)

    @property
    def may_be_undone(self) -> bool:
        return self.by == Decision.By.MODERATOR and self.undoes is None


MACHINE = Act()


def moderator(user: User | None, **fields: object) -> Act:
    """Return the act of somebody who decides in the admin."""
    return Act(Decision.By.MODERATOR, user, name_of(user), **fields)  # type: ignore[arg-type]


def name_of(user: User | None) -> str:
    if user is None:
        return ""
    return (user.get_short_name() or user.get_username())[:150]


def standing(comment: Comment) -> dict:
    """Return where `comment` stands now, as an undo restores it and `write` compares it."""
    return {
        "status": comment.status,
        "status_reason": comment.status_reason,
        "status_before_removal": comment.status_before_removal,
        "decided_by_id": comment.decided_by_id,
        "decided_at": comment.decided_at.isoformat() if comment.decided_at else None,
        "is_mistake": any(found.get("is_mistake") for found in comment.findings),
    }


def write(comment: Comment, was: dict, act: Act = MACHINE, *, to: str = "") -> Decision:
    """Log that `comment`, which stood as `was` says, is now as it is, or `to` says, by `act`.

    Called where statuses change, in the same transaction: comments/tree, `actions` for new ones.
    """
    is_gone = to == Decision.GONE
    return Decision.objects.create(
        comment_id=None if is_gone else comment.pk,
        comment_number=comment.pk,
        post_id=comment.post_id,
        from_status=was.get("status", ""),
        to_status=to or comment.status,
        reason=act.reason or (Decision.Reason.DELETION if to else comment.status_reason),
        words=act.words,
        by=act.by,
        user=act.user,
        name=act.name,
        act=act.key if act.by != Decision.By.MACHINE else None,
        undoes=act.undoes,
        was=was if act.may_be_undone and not is_gone else {},
    )
