"""Mails to people who reported an answer, built and sent from their rows.

They hold neither the answer nor what was typed: anybody can type anybody's address.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import host, rendered, site_context
from comments.models import Report, ReportMail


def send(mail: ReportMail) -> None:
    """Tell one reporter; raise what goes wrong."""
    mail = ReportMail.objects.select_related("report").get(pk=mail.pk)
    report = mail.report
    if not report.email or (mail.kind == ReportMail.Kind.DECIDED and report.is_open):
        mail.finish()
        return
    with override(report.language):
        _message(mail).send(using="default")
    mail.finish(sent_at=timezone.now())


def _message(mail):
    report = mail.report
    is_decided = mail.kind == ReportMail.Kind.DECIDED
    name = "report_decided" if is_decided else "report_received"
    subject = _("What came of your report") if is_decided else _("Your report has come in")
    context = site_context(report.language) | {
        "url": settings.BASE_URL + report.comment.get_absolute_url(),
        "is_removed": report.outcome == Report.Outcome.REMOVED,
        "reported_at": report.created_at,
        "number": report.pk,
    }
    headers = {"Message-ID": f"<report.{mail.pk}@{host()}>"}
    return rendered(name, subject, report.email, context, headers)
