"""What happens between a person and a newsletter; called by pages, links and the admin alike."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import pgettext

from blog.models import Author
from newsletter import wording
from newsletter.models import ConfirmationMail, ConsentEvent, Newsletter, Subscription
from newsletter.models.consent import shortened_ip
from newsletter.tasks import send_confirmation_mails

Kind, Way, State = ConsentEvent.Kind, ConsentEvent.Way, Subscription.State


@dataclass(frozen=True)
class Origin:
    """Where and how a person said something; kept in the consent event."""

    language: str
    page_url: str = ""
    ip: str = ""
    way: ConsentEvent.Way = Way.PAGE


@transaction.atomic
def sign_up(newsletter: Newsletter, *, email: str, name: str, origin: Origin) -> None:
    """Note that somebody typed `email`, and have it asked by mail.

    The caller learns nothing about the address, so that no page can tell it. An address gets one
    mail a day: a second sign-up for the same newsletter is passed over, one for another waits.
    """
    author, is_new = _person(email, name, origin.language)
    Author.objects.select_for_update(no_key=True).get(pk=author.pk)
    subscription = author.subscriptions.filter(newsletter=newsletter).first()
    if subscription is None:
        made_author = is_new or author.subscriptions.filter(made_author=True).exists()
        subscription = Subscription(author=author, newsletter=newsletter, made_author=made_author)
    if _has_its_mail(subscription):
        return
    if subscription.state == State.ACTIVE:
        _queue_mail(subscription, ConfirmationMail.Kind.ALREADY_ACTIVE)
        return
    subscription.request(origin.language)
    shown = wording.as_shown(newsletter, wording.signup_wording(newsletter))
    _record(subscription, Kind.REQUESTED, shown, origin)
    _queue_mail(subscription, ConfirmationMail.Kind.CONFIRM)


@transaction.atomic
def confirm(subscription: Subscription, origin: Origin) -> bool:
    """Begin a subscription whose mailed link was used; return False if it had begun already."""
    subscription = _locked(subscription)
    if subscription.state != State.PENDING:
        return False
    subscription.activate()
    Author.objects.filter(pk=subscription.author_id, email_verified_at=None).update(
        email_verified_at=subscription.confirmed_at
    )
    newsletter = subscription.newsletter
    shown = wording.as_shown(newsletter, wording.confirm_wording(newsletter))
    _record(subscription, Kind.CONFIRMED, shown, origin)
    return True


@transaction.atomic
def end(subscription: Subscription, origin: Origin) -> bool:
    """End a subscription, at once; return False if it had ended already."""
    subscription = _locked(subscription)
    if subscription.state == State.ENDED:
        return False
    subscription.end()
    shown = wording.end_wording(subscription.newsletter) if origin.way == Way.PAGE else ""
    _record(subscription, Kind.WITHDRAWN, shown, origin)
    return True


@transaction.atomic
def resume(subscription: Subscription, origin: Origin) -> bool:
    """Take an ending back; return False if it is too late for that."""
    subscription = _locked(subscription)
    if not subscription.can_resume:
        return False
    subscription.activate()
    _record(subscription, Kind.RESUMED, wording.resume_wording(subscription.newsletter), origin)
    return True


def send_again(mail: ConfirmationMail) -> bool:
    """Send a mail anew, as an editor may ask; return False if it would say something untrue."""
    if not mail.is_wanted:
        return False
    mail.again()
    transaction.on_commit(send_confirmation_mails.enqueue)
    return True


def _person(email, name, language):
    """Return (author, created). Nobody who gave no name gets a page named after their address."""
    defaults = {"language": language}
    if not name:
        name = pgettext("name of a person who gave none", "Reader")
        defaults["slug"] = f"person-{get_random_string(12).lower()}"
    return Author.objects.get_or_create_by_email(email, name=name, **defaults)


def _has_its_mail(subscription):
    """Whether the mail that a sign-up would cause is on its way, or was sent within the day."""
    if subscription.pk is None or subscription.state == State.ENDED:
        return False
    is_active = subscription.state == State.ACTIVE
    kinds = ConfirmationMail.Kind
    kind = kinds.ALREADY_ACTIVE if is_active else kinds.CONFIRM
    return subscription.confirmation_mails.recent().filter(kind=kind).exists()


def _queue_mail(subscription, kind):
    ConfirmationMail.objects.create(
        subscription=subscription,
        kind=kind,
        due_at=ConfirmationMail.objects.next_slot(subscription.author),
    )
    transaction.on_commit(send_confirmation_mails.enqueue)


def _locked(subscription):
    """Read the row again under its lock: of two clicks at once, the second sees the first's."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("author", "newsletter").get(pk=subscription.pk)


def _record(subscription, kind, shown, origin):
    ConsentEvent.objects.create(
        subscription=subscription,
        kind=kind,
        way=origin.way,
        wording=shown,
        language=origin.language,
        page_url=origin.page_url,
        ip=shortened_ip(origin.ip),
    )
