"""Mails to people who reported an answer, built and sent from their rows.

They hold neither the answer nor what was typed: anybody can type anybody's address.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import AUTOMATIC, host, site_context
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
    path = report.comment.get_absolute_url()
    context = site_context(report.language) | {
        "url": settings.BASE_URL + path,
        "is_removed": report.outcome == Report.Outcome.REMOVED,
        "reported_at": report.created_at,
        "number": report.pk,
    }
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        None,
        [report.email],
        headers=AUTOMATIC | {"Message-ID": f"<report.{mail.pk}@{host()}>"},
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message
