"""Knocks: each task looks at the rows that are due, so a lost or doubled one does no harm."""

from datetime import timedelta

from crontask import cron
from django.tasks import task
from django.utils import timezone

from comments.models import (
    AnswerMail,
    ClaimMail,
    Digest,
    Follow,
    FollowMail,
    InvitationMail,
    Report,
    ReportMail,
)
from comments.notices import claim_mails, invitation_mails, mails, report_mails

KEPT_FOR = timedelta(days=90)
REPORTS_KEPT_FOR = timedelta(days=180)


@cron("* * * * *")
@task
def send_follow_mails() -> None:
    """Ask people by mail whether an address is theirs."""
    FollowMail.objects.run(mails.send_question)


@cron("* * * * *")
@task
def send_answer_mails() -> None:
    """Tell people of answers."""
    AnswerMail.objects.run(mails.send_answer)
    Digest.objects.run(mails.send_digest)


@cron("* * * * *")
@task
def send_report_mails() -> None:
    """Tell people what came of what they reported."""
    ReportMail.objects.run(report_mails.send)


@cron("* * * * *")
@task
def send_claim_mails() -> None:
    """Send writers the link to an answer of theirs."""
    ClaimMail.objects.run(claim_mails.send)


@cron("* * * * *")
@task
def send_invitation_mails() -> None:
    """Invite people to guest posts, and tell who invited what came of it."""
    InvitationMail.objects.run(invitation_mails.send)


@cron("27 3 * * *")
@task
def forget_mails() -> None:
    """Delete wishes that nobody confirmed, mails sent and reports decided long ago."""
    Follow.objects.overdue().delete()
    Report.objects.handled().filter(handled_at__lt=timezone.now() - REPORTS_KEPT_FOR).delete()
    for model in (AnswerMail, FollowMail, Digest, ClaimMail, InvitationMail):
        model.objects.filter(done_at__lt=timezone.now() - KEPT_FOR).delete()
