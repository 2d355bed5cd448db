"""Mails because of a report, built and sent from their rows.

They hold neither the answer nor what was typed: anybody can type anybody's address. What they need
of an answer that is deleted stands in `about` of the row.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from blog.mail import host, rendered, site_context
from comments import reports
from comments.models import Comment, Report, ReportMail

Kind = ReportMail.Kind


def send(mail: ReportMail) -> None:
    """Tell one person, if it is still true; raise what goes wrong."""
    mail = ReportMail.objects.select_related("report__comment__post").get(pk=mail.pk)
    if not is_wanted(mail):
        mail.finish(about={})
        return
    if mail.kind == Kind.WRITER:
        comment = mail.report.comment  # there, or `about` says all of it
        about = mail.about or reports.about_writer(comment)  # type: ignore[arg-type]
        with override(about["language"]):
            _to_writer(mail, about).send(using="default")
    else:
        with override(mail.report.language):
            _to_reporter(mail).send(using="default")
    mail.finish(sent_at=timezone.now(), about={})


def is_wanted(mail: ReportMail) -> bool:
    """Whether there is an address, and what the mail says is so; asked just before it is sent."""
    report, comment = mail.report, mail.report.comment
    if mail.kind == Kind.WRITER:
        if mail.about:
            return bool(mail.about["email"])
        if comment is None or comment.status != Comment.Status.REMOVED:
            return False
        return bool(comment.email) and not report.is_open
    return bool(report.email) and not (mail.kind == Kind.DECIDED and report.is_open)


def _to_reporter(mail):
    report = mail.report
    is_decided = mail.kind == Kind.DECIDED
    name = "report_decided" if is_decided else "report_received"
    subject = _("What came of your report") if is_decided else _("Your report has come in")
    context = _context(mail) | {"is_removed": report.outcome == Report.Outcome.REMOVED}
    return rendered(name, subject, report.email, context, _headers(mail))


def _to_writer(mail, about):
    subject = _("Your answer has been removed")
    context = _context(mail) | {
        "title": about["title"],
        "written_at": datetime.fromisoformat(about["written_at"]),
        "reason": mail.report.get_reason_display(),
    }
    return rendered("report_removed", subject, about["email"], context, _headers(mail))


def _context(mail):
    """Return what these mails share, in the language that is on."""
    report = mail.report
    address = mail.about.get("url") or settings.BASE_URL + report.comment.get_absolute_url()
    return site_context(get_language() or "") | {
        "url": address,
        "reported_at": report.created_at,
        "number": report.pk,
    }


def _headers(mail):
    return {"Message-ID": f"<report.{mail.pk}@{host()}>"}
