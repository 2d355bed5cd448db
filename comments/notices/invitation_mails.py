"""Mails about guest posts: the invitation, and what came of it, to who invited."""

from django.conf import settings
from django.template.defaultfilters import date as date_in_words
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import host, rendered, site_context
from comments.models import Invitation, InvitationMail
from comments.notices import links
from comments.notices.mails import paragraphs, quoted

Kind = InvitationMail.Kind


def send(mail: InvitationMail) -> None:
    """Send one, if it is still true and somebody is there to read it; raise what goes wrong."""
    rows = InvitationMail.objects.select_related(
        "invitation__author", "invitation__comment__post", "invitation__invited_by__author"
    )
    mail = rows.get(pk=mail.pk)
    to_guest = mail.kind == Kind.INVITED
    message = _to_guest(mail) if to_guest else _to_host(mail)
    if message is None:
        mail.finish()
        return
    message.send(using="default")
    mail.finish(sent_at=timezone.now())


def _to_guest(mail):
    """The answer was taken away or emptied meanwhile: then there is nothing to invite for."""
    invitation, comment = mail.invitation, mail.invitation.comment
    is_open = invitation.state == Invitation.State.OPEN
    if not (is_open and invitation.author.email and comment and comment.is_visible):
        return None
    with override(invitation.language):
        context = site_context(invitation.language) | {
            "link": links.invitation_url(invitation),
            "title": comment.post.title,
            "host_name": invitation.host_name,
            "words": invitation.words,
            "paragraphs": paragraphs(comment),
            "quoted": quoted(comment),
        }
        subject = _("Would you write a guest post about it?")
        return rendered("invitation", subject, invitation.author.email, context, _headers(mail))


def _to_host(mail):
    invitation, user = mail.invitation, mail.invitation.invited_by
    author = getattr(user, "author", None)
    address = (author.email if author else "") or (user.email if user else "")
    if not address:
        return None
    language = author.language if author else settings.LANGUAGE_CODE
    with override(language):
        sentence = _sentence(invitation, mail.kind)
        context = site_context(language) | {
            "sentence": sentence,
            "is_handed_in": mail.kind == Kind.HANDED_IN,
            "link": settings.BASE_URL + _desk_url(invitation, mail.kind),
        }
        return rendered("invitation_answered", sentence, address, context, _headers(mail))


def _desk_url(invitation, kind):
    if kind == Kind.HANDED_IN and invitation.post_id:
        return reverse("admin:blog_post_change", args=[invitation.post_id])
    return reverse("admin:comments_invitation_change", args=[invitation.pk])


def _sentence(invitation, kind):
    words = {"name": invitation.author.name, "title": invitation.title}
    if kind == Kind.HANDED_IN:
        return _("%(name)s has handed in the guest post “%(title)s”") % words
    if kind == Kind.DECLINED:
        return _("%(name)s will not write a guest post") % words
    if invitation.promised_on is None:
        return _("%(name)s will write a guest post") % words
    words["day"] = date_in_words(invitation.promised_on, "DATE_FORMAT")
    return _("%(name)s will write a guest post, by %(day)s") % words


def _headers(mail):
    return {"Message-ID": f"<invitation.{mail.pk}@{host()}>"}
