"""Knocks: each task looks at the rows that are due, so a lost or doubled one does no harm."""

import logging
from datetime import timedelta

from crontask import cron
from django.tasks import task
from django.utils import timezone

from blog import ratelimit
from comments import classifiertraining, invitations, proof, spam, tree, verdicts
from comments.models import AkismetState, Comment, Decision, SpamCheck, SpamFeedback
from comments.models.decision import Act
from comments.models.follow import CONFIRM_WITHIN
from comments.notices import tasks as notices  # noqa: F401  (the scheduler looks here alone)
from comments.notices import telling

logger = logging.getLogger(__name__)

SPAM_KEPT_FOR = timedelta(days=15)
ADDRESS_KEPT_FOR = timedelta(days=60)
LOG_KEPT_FOR = timedelta(days=365)  # of answers that are gone; of all others it stays


@cron("* * * * *")
@task
def check_spam() -> None:
    """Ask Akismet about the comments that wait for its verdict, if they may be sent."""
    _stop_checks()
    SpamCheck.objects.run(_check)


@cron("* * * * *")
@task
def send_feedback() -> None:
    """Tell Akismet what moderators decided, of comments that may be sent."""
    SpamFeedback.objects.run(_report)


@cron("7 * * * *")
@task
def read_usage() -> None:
    """Note how much of Akismet's month is used up, for the admin."""
    if usage := spam.read_usage():
        AkismetState.load()
        AkismetState.objects.filter(pk=1).update(usage=usage, usage_at=timezone.now())


@cron("* * * * *")
@task
def learn_decisions() -> None:
    """Let our own classifier learn what moderators decided of late."""
    classifiertraining.learn_recent()


@cron("52 3 * * *")
@task
def learn_all_decisions() -> None:
    """Bring the classifier in line with everything: imports, deletions, what was missed."""
    classifiertraining.learn_all()


@cron("17 3 * * *")
@task
def check_comments() -> None:
    """Prove the comment trees and log what is wrong; `check_comments --repair` mends it."""
    for fault in tree.check():
        logger.error("comment tree: %s", fault)


@cron("37 3 * * *")
@task
def forget() -> None:
    """Delete what is kept for a time only: spam, addresses, what was sent to Akismet."""
    now = timezone.now()
    _delete_spam(before=now - SPAM_KEPT_FOR)
    _give_up_checks(before=now - SPAM_KEPT_FOR)
    _give_up_unconfirmed(before=now - CONFIRM_WITHIN)
    proof.forget_expired()
    invitations.forget_unanswered()
    SpamCheck.objects.filter(created_at__lt=now - SPAM_KEPT_FOR).exclude(fields={}).update(
        fields={}
    )
    Comment.objects.filter(created_at__lt=now - ADDRESS_KEPT_FOR).exclude(
        ip=None, user_agent="", referrer=""
    ).order_by().update(ip=None, user_agent="", referrer="")
    Decision.objects.forget_gone(before=now - LOG_KEPT_FOR)
    ratelimit.forget_expired()


def _stop_checks():
    """Leave to moderators what must not be sent any more, also what is not due for hours."""
    for check in spam.kept_back(SpamCheck.objects.filter(done_at=None)).select_related("comment"):
        verdicts.leave_to_moderators(check)


def _check(check):
    if not check.comment.awaits_verdict:
        check.finish()
        return
    if not spam.may_send(check.comment):
        verdicts.leave_to_moderators(check)
        return
    if pause := AkismetState.pause():
        check.postpone("Akismet is left in peace after errors", after=pause)
        return
    if check.asked_at:
        is_recheck = check.verdict == SpamCheck.Verdict.HAM
        check.fields["recheck_reason"] = "recheck" if is_recheck else "retry"
    answer = spam.check(check.fields)
    check.asked_at = timezone.now()
    check.save(update_fields=["fields", "asked_at"])
    if answer.verdict == SpamCheck.Verdict.UNKNOWN:
        AkismetState.note_failure(answer.error, retry_after=answer.ask_again_after)
    else:
        AkismetState.note_success(answer.alert_code, answer.alert_message)
    verdicts.apply(check, answer)


def _report(feedback):
    check = SpamCheck.objects.filter(comment=feedback.comment_id).first()
    newest = SpamFeedback.objects.filter(comment=feedback.comment_id).latest("pk")
    is_late = check is None or not check.fields
    if feedback != newest or is_late or not spam.may_send(feedback.comment):
        feedback.finish()  # overtaken, too late to be understood, or not to be sent any more
        return
    if error := spam.report(feedback.kind, feedback.fields_for(check)):
        feedback.postpone(error)
    else:
        feedback.finish()


def _delete_spam(*, before):
    """Delete old spam, answers before the answered, so that no tombstone stays among spam."""
    old = Comment.objects.filter(status=Comment.Status.SPAM, created_at__lt=before)
    for pk in list(old.order_by("-level", "pk").values_list("pk", flat=True)):
        tree.delete(pk, act=Act(reason=Decision.Reason.RETENTION))


def _give_up_unconfirmed(*, before):
    """Count as spam what a suspicious sender never confirmed; moderators can still find it."""
    waiting = Comment.objects.filter(
        status=Comment.Status.PENDING, status_reason=Comment.Reason.UNCONFIRMED
    )

    def decide(comment):
        if comment.status_reason != Comment.Reason.UNCONFIRMED:
            return []
        comment.status, comment.status_reason = Comment.Status.SPAM, Comment.Reason.LOCAL_SPAM
        return ["status", "status_reason"]

    for pk in list(waiting.filter(created_at__lt=before).order_by().values_list("pk", flat=True)):
        telling.change(pk, decide)


def _give_up_checks(*, before):
    for check in SpamCheck.objects.filter(done_at=None, created_at__lt=before):
        verdicts.set_if_still_held(
            check.comment_id, Comment.Status.PENDING, Comment.Reason.NO_VERDICT
        )
        check.finish()
