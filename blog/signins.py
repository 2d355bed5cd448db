"""Who signed in and who could not, written down as it happens."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from blog.models import SignIn
from config.http import client_ip

KEPT_FOR = timedelta(days=90)


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="blog.signins.in")
    user_logged_out.connect(_signed_out, dispatch_uid="blog.signins.out")
    user_login_failed.connect(_failed, dispatch_uid="blog.signins.failed")


def forget_old() -> None:
    """Delete what is older than KEPT_FOR: the rows hold addresses of people."""
    SignIn.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def _signed_in(sender, request, user, **kwargs):
    _write(SignIn.Kind.IN, request, user)


def _signed_out(sender, request, user, **kwargs):
    if user is not None:
        _write(SignIn.Kind.OUT, request, user)


def _failed(sender, credentials, request=None, **kwargs):
    accounts = get_user_model()._default_manager
    name = str(credentials.get(get_user_model().USERNAME_FIELD, ""))
    # A name that no account has may be a password in the wrong field; it is not kept.
    user = accounts.filter(**{get_user_model().USERNAME_FIELD: name}).first() if name else None
    _write(SignIn.Kind.FAILED, request, user)


def _write(kind, request, user):
    SignIn.objects.create(
        kind=kind,
        user=user,
        name=user.get_username()[:150] if user else "",
        ip=(client_ip(request) or None) if request else None,
    )
