"""What an answer of Akismet does to the comment that waits for it."""

from django.db import transaction

from comments import gate, policy
from comments.models import Comment, SpamCheck
from comments.notices import telling
from comments.spam import Verdict

MAY_BE_OVERRULED = frozenset(
    {
        Comment.Reason.SPAM_CHECK,
        Comment.Reason.HELD,
        Comment.Reason.UNCONFIRMED,
        Comment.Reason.ALL_WAIT,
        Comment.Reason.AKISMET_HAM,
        Comment.Reason.AKISMET_SPAM,
        Comment.Reason.AKISMET_DISCARD,
    }
)


def status_for(
    verdict: SpamCheck.Verdict, *, held_for: Comment.Reason | None = None
) -> tuple[Comment.Status, Comment.Reason]:
    """Return the status and reason that a verdict gives; the one place where that is decided.

    Ham appears, also from somebody who answers for the first time: that is what a site asks
    Akismet for. Blatant spam is kept like other spam until retention takes it, so that a moderator
    can still find a mistake. What has to wait all the same (`held_for`) ham does not free. There is
    none for UNKNOWN: a verdict is never guessed.
    """
    if held_for and verdict == SpamCheck.Verdict.HAM:
        return Comment.Status.PENDING, held_for
    return {
        SpamCheck.Verdict.HAM: (Comment.Status.APPROVED, Comment.Reason.AKISMET_HAM),
        SpamCheck.Verdict.SPAM: (Comment.Status.SPAM, Comment.Reason.AKISMET_SPAM),
        SpamCheck.Verdict.DISCARD: (Comment.Status.SPAM, Comment.Reason.AKISMET_DISCARD),
    }[verdict]


def apply(check: SpamCheck, answer: Verdict) -> None:
    """Finish `check` by `answer`, or put it off if the answer is none yet.

    A ham that Akismet still thinks over holds the comment and is asked for once more; the second
    ham counts. A moderator who decided meanwhile stays right.
    """
    if answer.verdict == SpamCheck.Verdict.UNKNOWN:
        check.postpone(answer.error, after=answer.ask_again_after)
        return
    is_first_ham = check.verdict != SpamCheck.Verdict.HAM
    check.verdict, check.guid = answer.verdict, answer.guid
    check.save(update_fields=["verdict", "guid"])
    if answer.verdict == SpamCheck.Verdict.HAM and answer.ask_again_after and is_first_ham:
        check.postpone("Akismet asks to be asked once more", after=answer.ask_again_after)
        return
    with transaction.atomic():
        held_for = policy.held_for(check.comment, gate.loaded(check.comment.findings))
        set_if_still_held(check.comment_id, *status_for(answer.verdict, held_for=held_for))
        check.finish()


def overrule(check: SpamCheck, verdict: SpamCheck.Verdict) -> bool:
    """Let Akismet change its mind later; return False if that changes nothing.

    Only where the last word was Akismet's, or none has been spoken yet: whatever a moderator or the
    team decided has another reason, and stays.
    """
    changed: list[str] = []

    def decide(comment):
        held_for = policy.held_for(comment, gate.loaded(comment.findings))
        status, reason = status_for(verdict, held_for=held_for)
        is_same = comment.status == status and comment.status_reason == reason
        if is_same or comment.status_reason not in MAY_BE_OVERRULED:
            return []
        comment.status, comment.status_reason = status, reason
        changed.extend(["status", "status_reason"])
        return changed

    with transaction.atomic():
        telling.change(check.comment_id, decide)
        if changed:
            check.finish(verdict=verdict)
    return bool(changed)


def leave_to_moderators(check: SpamCheck) -> None:
    """End a check that must not go out (any more): its comment waits for a person, none is lost.

    What was gathered to be sent, and has not been, is forgotten.
    """
    with transaction.atomic():
        held_for = policy.held_for(check.comment, gate.loaded(check.comment.findings))
        reason = held_for or Comment.Reason.NOT_SENT
        set_if_still_held(check.comment_id, Comment.Status.PENDING, reason)
        check.finish(**({"fields": {}} if check.asked_at is None else {}))


def set_if_still_held(comment_id: int, status: Comment.Status, reason: Comment.Reason) -> None:
    """Give a comment its status unless somebody decided while the check was under way."""

    def decide(comment):
        if not comment.awaits_verdict:
            return []
        comment.status, comment.status_reason = status, reason
        return ["status", "status_reason"]

    telling.change(comment_id, decide)
