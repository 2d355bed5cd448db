"""Mails with the link to an own answer; they hold no word of it, for anybody can ask for one."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import host, rendered, site_context
from comments.models import ClaimMail
from comments.notices import links
from comments.own import KEPT


def send(mail: ClaimMail) -> None:
    """Send one link to the address of its answer; raise what goes wrong."""
    mail = ClaimMail.objects.select_related("comment").get(pk=mail.pk)
    comment = mail.comment
    if not (comment.email and comment.is_changeable):
        mail.finish()
        return
    with override(mail.language):
        link = {"link": links.own_url(comment), "days": str(KEPT.days)}
        context = site_context(mail.language) | link
        subject = _("The link to your answer")
        headers = {"Message-ID": f"<claim.{mail.pk}@{host()}>"}
        rendered("comment_claim", subject, comment.email, context, headers).send(using="default")
    mail.finish(sent_at=timezone.now())
