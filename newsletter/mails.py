"""Mails around a sign-up: no advertising in them, no picture, nothing that a stranger typed."""

import re

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import AUTOMATIC, one_click_headers, site_context
from newsletter import tokens
from newsletter.models import ConfirmationMail, ConsentEvent, Subscription


def send_confirmation_mail(mail: ConfirmationMail) -> None:
    """Send one claimed mail, or finish it unsent if its time has passed; raise what goes wrong.

    A worker killed between sending and saving sends it again, with the same Message-ID.
    """
    rows = ConfirmationMail.objects.select_related("subscription__author")
    wanted = rows.select_related("subscription__newsletter").get(pk=mail.pk)
    if not wanted.is_wanted:
        mail.finish()
        return
    message = build_message(wanted)
    message.send(using="default")
    with transaction.atomic():
        mail.finish(sent_at=timezone.now())
        _record(wanted, message)


def build_message(mail: ConfirmationMail) -> EmailMultiAlternatives:
    """Return the message in the language of the page that was signed up on."""
    subscription = mail.subscription
    newsletter = subscription.newsletter
    with override(subscription.language):
        context = site_context(subscription.language) | {
            "newsletter": newsletter,
            "link": _link(mail),
        }
        message = EmailMultiAlternatives(
            _subject(mail) % {"newsletter": newsletter.name},
            render_to_string(f"emails/newsletter_{mail.kind}.txt", context),
            newsletter.from_email,
            [subscription.author.email or ""],
            reply_to=[newsletter.reply_to] if newsletter.reply_to else None,
            headers=_headers(mail),
        )
        html = render_to_string(f"emails/newsletter_{mail.kind}.html", context)
    message.attach_alternative(html, "text/html")
    return message


def unsubscribe_url(subscription: Subscription) -> str:
    """Return the address of page and one-click alike; it has no language and never redirects."""
    token = tokens.make_unsubscribe_token(subscription)
    return settings.BASE_URL + reverse("newsletter_machine:subscription_end", args=[token])


def unsubscribe_headers(subscription: Subscription) -> dict[str, str]:
    """Return the headers of RFC 8058 for a mail to an active subscription."""
    return one_click_headers(unsubscribe_url(subscription))


def _subject(mail):
    if mail.kind == ConfirmationMail.Kind.CONFIRM:
        return _("Please confirm: %(newsletter)s")
    return _("You already get this newsletter: %(newsletter)s")


def _link(mail):
    """The one link of the mail: to confirm, or to leave."""
    if mail.kind == ConfirmationMail.Kind.CONFIRM:
        token = tokens.make_confirm_token(mail.subscription)
        return settings.BASE_URL + reverse("newsletter:subscription_confirm", args=[token])
    return unsubscribe_url(mail.subscription)


def _headers(mail):
    headers = {
        "Message-ID": mail.message_id,
        "List-Id": mail.subscription.newsletter.list_id,
        **AUTOMATIC,
    }
    if mail.kind == ConfirmationMail.Kind.ALREADY_ACTIVE:
        headers |= unsubscribe_headers(mail.subscription)
    return headers


def _record(mail, message):
    """Keep what the mail said, without its link: a link stored is a link that can be stolen."""
    if mail.kind != ConfirmationMail.Kind.CONFIRM:
        return
    body = re.sub(r"(?<=/n/c/)\S+", "…", message.body)
    ConsentEvent.objects.create(
        subscription=mail.subscription,
        kind=ConsentEvent.Kind.MAIL_SENT,
        wording=f"{message.subject}\n\n{body}",
        language=mail.subscription.language,
        message_id=mail.message_id,
    )
