"""Signed links of mails. Nothing is stored, so nothing can be stolen from the database.

A token holds the subscription's key and fingerprint: the link to confirm dies with a later sign-up
or a changed address. The one to unsubscribe always ends, however old it is (docs/decisions/0021).
"""

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare

from newsletter.models import Subscription
from newsletter.models.subscription import CONFIRM_WITHIN

CONFIRM_SALT = "newsletter.confirm"
UNSUBSCRIBE_SALT = "newsletter.unsubscribe"


class TokenError(Exception):
    """A link that we did not make."""

    status = 404


class TokenOutdated(TokenError):
    """A link that we made and that leads nowhere any more."""

    status = 410


def make_confirm_token(subscription: Subscription) -> str:
    return signing.dumps([subscription.pk, subscription.fingerprint], salt=CONFIRM_SALT)


def make_unsubscribe_token(subscription: Subscription) -> str:
    return signing.dumps([subscription.pk, subscription.fingerprint], salt=UNSUBSCRIBE_SALT)


def read_confirm_token(token: str) -> Subscription:
    """Return the subscription, pending or active; raise TokenError."""
    subscription, is_current = _read(token, CONFIRM_SALT, CONFIRM_WITHIN)
    if not is_current or subscription.state == Subscription.State.ENDED:
        raise TokenOutdated
    return subscription


def read_unsubscribe_token(token: str) -> Subscription:
    """Return the subscription that the link may end; raise TokenError."""
    return _read(token, UNSUBSCRIBE_SALT)[0]


def read_resume_token(token: str) -> Subscription:
    """Return the subscription that the link to unsubscribe may take up again; raise TokenError."""
    subscription, is_current = _read(token, UNSUBSCRIBE_SALT)
    if not is_current:
        raise TokenOutdated
    return subscription


def _read(token: str, salt: str, max_age: timedelta | None = None) -> tuple[Subscription, bool]:
    """Return the subscription and whether the token is from its latest sign-up."""
    try:
        pk, fingerprint = signing.loads(token, salt=salt, max_age=max_age)
    except signing.SignatureExpired as error:
        raise TokenOutdated from error
    except signing.BadSignature as error:
        raise TokenError from error
    rows = Subscription.objects.select_related("author", "newsletter")
    subscription = rows.filter(pk=pk).first()
    if subscription is None:
        raise TokenOutdated
    return subscription, constant_time_compare(fingerprint, subscription.fingerprint)
