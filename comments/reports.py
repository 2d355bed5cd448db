"""Readers' reports: taking them, and deciding about them.

A report hides nothing by itself; a moderator decides (docs/decisions/0064). Who gave an address
hears that it came in and what came of it, as Art. 16(4) and (5) of the DSA ask.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.models import Post
from comments.models import Comment, Decision, Report, ReportMail
from comments.models.decision import MACHINE, Act
from comments.notices import tasks

# Long enough for a moderator to take a decision back before anybody is told of it.
TOLD_AFTER = timedelta(minutes=2)
TYPED = ["text", "name", "email", "is_in_good_faith", "language"]


def sender_hash(comment_id: int, sender: str) -> str:
    """Return what tells two reports of one sender (address, else network) about one comment apart
    from those of two; nothing leads from it to the sender or to another comment's report."""
    value = f"{comment_id} {sender.lower()}"
    return salted_hmac("comments.report", value, algorithm="sha256").hexdigest()


@transaction.atomic
def take(report: Report) -> Report:
    """Save a new report, or add its words to the sender's open one of the same reason.

    Sent twice at the same moment, the second waits for the first at the unique index.
    """
    taken, is_new = (
        Report.objects.open()
        .select_for_update()
        .get_or_create(
            comment=report.comment,
            reason=report.reason,
            sender_hash=report.sender_hash,
            defaults={name: getattr(report, name) for name in TYPED},
        )
    )
    if not is_new:
        _add_words(taken, report.text)
    elif taken.email:
        ReportMail.objects.create(report=taken, kind=ReportMail.Kind.RECEIVED)
        transaction.on_commit(tasks.send_report_mails.enqueue, robust=True)
    return taken


@transaction.atomic
def decide_reports(comment: Comment, outcome: Report.Outcome, user: AbstractBaseUser | None) -> int:
    """Decide all open reports of `comment`; return how many there were.

    `user` is None for who has no account: a post's author by a mailed link, or the writer who
    deleted the text. Who gave an address is told TOLD_AFTER later.
    """
    is_removed = comment.status == Comment.Status.REMOVED
    return _decide(comment, outcome, user, tells_writer=is_removed)


@transaction.atomic
def decide_deleted(comment: Comment, act: Act) -> None:
    """Decide the open reports of an answer that is about to go, or to leave an empty place.

    Reports stay without it, and their mails keep what they say of it until they are sent. Its
    writer is told why, unless it went by their own hand or with the whole post.
    """
    if not comment.reports.exists():
        return
    by_people = act.by in {Decision.By.MODERATOR, Decision.By.MAILED_LINK}
    tells_writer = by_people and comment.is_visible
    _decide(comment, Report.Outcome.REMOVED, act.user, tells_writer=tells_writer)
    waiting = ReportMail.objects.filter(report__comment=comment, done_at=None)
    to_writer = waiting.filter(kind=ReportMail.Kind.WRITER)
    if act.by == Decision.By.WRITER:
        to_writer.delete()
    place = {"url": settings.BASE_URL + comment.post.get_own_url()}
    waiting.update(about=place)
    to_writer.update(about=place | about_writer(comment))


def about_writer(comment: Comment) -> dict[str, str]:
    """Return what the mail to the writer of `comment` says of it, and to whom it goes."""
    return {
        "email": comment.email,
        "language": comment.language,
        "title": comment.post.title,
        "written_at": comment.created_at.isoformat(),
    }


def decide_with_post(sender: type[Post], instance: Post, **kwargs: object) -> None:
    """Decide the reports of all answers that go with their post; a receiver of `pre_delete`."""
    reported = Comment.objects.filter(post=instance, reports__isnull=False).order_by()
    for comment in reported.distinct():
        decide_deleted(comment, MACHINE)


def _decide(comment, outcome, user, *, tells_writer):
    reports = list(Report.objects.open().select_for_update().filter(comment=comment))
    now = timezone.now()
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(
        outcome=outcome, handled_by=user, handled_at=now, sender_hash=""
    )
    told = [(report, ReportMail.Kind.DECIDED) for report in reports if report.email]
    if tells_writer and comment.email:
        told += [(report, ReportMail.Kind.WRITER) for report in _explaining(reports)]
    ReportMail.objects.bulk_create(
        ReportMail(report=report, kind=kind, due_at=now + TOLD_AFTER) for report, kind in told
    )
    return len(reports)


def _explaining(reports):
    """Return, in a list, the report that tells the writer why their answer is gone; [] if none.

    Art. 17 of the DSA: who restricts a text tells its writer why. Not who sent advertising, and not
    by whom it was reported.
    """
    reports = [report for report in reports if report.reason != Report.Reason.SPAM]
    reports.sort(key=lambda report: (report.reason != Report.Reason.UNLAWFUL, report.pk))
    return reports[:1]


@transaction.atomic
def reopen_reports(comment: Comment) -> int:
    """Take a decision back that nobody has been told of; return how many are open again.

    What is older than TOLD_AFTER stays decided.
    """
    since = timezone.now() - TOLD_AFTER
    recent = Report.objects.select_for_update().filter(comment=comment, handled_at__gt=since)
    mails = ReportMail.objects.filter(report__in=recent.values("pk"))
    mails = mails.exclude(kind=ReportMail.Kind.RECEIVED)
    mails.filter(attempts=0).delete()
    told = set(mails.values_list("report", flat=True))
    ids = [report.pk for report in recent if report.pk not in told]
    return Report.objects.filter(pk__in=ids).update(outcome="", handled_by=None, handled_at=None)


def _add_words(report, text):
    """Add what the sender had not said yet; the caller holds the lock of the row."""
    if text and f"\n\n{text}\n\n" not in f"\n\n{report.text}\n\n":
        report.text = f"{report.text}\n\n{text}".strip()
        report.save(update_fields=["text"])
