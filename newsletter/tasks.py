"""Knocks on the door: rows say what is to be done, so a lost or doubled task does no harm."""

from crontask import cron
from django.tasks import task

from newsletter import retention
from newsletter.mails import send_confirmation_mail
from newsletter.models import ConfirmationMail


@cron("* * * * *")
@task
def send_confirmation_mails() -> int:
    """Send what is due; return how many rows were taken up."""
    return ConfirmationMail.objects.run(send_confirmation_mail)


@cron("17 3 * * *")
@task
def forget_old_data() -> None:
    """Delete what may not be kept any longer."""
    retention.forget_unconfirmed()
    retention.forget_ips()
    retention.forget_erased()
