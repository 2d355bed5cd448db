"""Mails because of a report, built and sent from their rows.

They hold neither the answer nor what was typed: anybody can type anybody's address.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from blog.mail import host, rendered, site_context
from comments.models import Comment, Report, ReportMail

Kind = ReportMail.Kind


def send(mail: ReportMail) -> None:
    """Tell one person, if it is still true; raise what goes wrong."""
    mail = ReportMail.objects.select_related("report__comment__post").get(pk=mail.pk)
    if not is_wanted(mail):
        mail.finish()
        return
    to_writer = mail.kind == Kind.WRITER
    with override(mail.report.comment.language if to_writer else mail.report.language):
        (_to_writer if to_writer else _to_reporter)(mail).send(using="default")
    mail.finish(sent_at=timezone.now())


def is_wanted(mail: ReportMail) -> bool:
    """Whether there is an address, and what the mail says is so; asked just before it is sent."""
    report, comment = mail.report, mail.report.comment
    if mail.kind == Kind.WRITER:
        is_removed = comment.status == Comment.Status.REMOVED
        return bool(comment.email) and is_removed and not report.is_open
    return bool(report.email) and not (mail.kind == Kind.DECIDED and report.is_open)


def _to_reporter(mail):
    report = mail.report
    is_decided = mail.kind == Kind.DECIDED
    name = "report_decided" if is_decided else "report_received"
    subject = _("What came of your report") if is_decided else _("Your report has come in")
    context = _context(report) | {"is_removed": report.outcome == Report.Outcome.REMOVED}
    return rendered(name, subject, report.email, context, _headers(mail))


def _to_writer(mail):
    comment = mail.report.comment
    subject = _("Your answer has been removed")
    context = _context(mail.report) | {
        "title": comment.post.title,
        "written_at": comment.created_at,
        "reason": mail.report.get_reason_display(),
    }
    return rendered("report_removed", subject, comment.email, context, _headers(mail))


def _context(report):
    """Return what these mails share, in the language that is on."""
    return site_context(get_language() or "") | {
        "url": settings.BASE_URL + report.comment.get_absolute_url(),
        "reported_at": report.created_at,
        "number": report.pk,
    }


def _headers(mail):
    return {"Message-ID": f"<report.{mail.pk}@{host()}>"}
