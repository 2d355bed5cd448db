"""A reader's own answers, known to the browser that wrote them and to nobody else.

A signed cookie, set by the answer that took the comment or by a mailed link (comments/claims.py); a
page asked for with it is never cached. It shows what waits for approval, and it is the right to
change, to add to and to delete.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from comments.models import Comment

COOKIE = f"{settings.COOKIE_PREFIX}own"
SALT = "comments.own"
KEPT = timedelta(days=30)
MOST = 20


def private_with_own(get_response):
    """Keep pages that may show a waiting answer out of every cache."""

    def middleware(request):
        response = get_response(request)
        if COOKIE in request.COOKIES:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def own_ids(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the comments that this browser wrote within KEPT; none if forged."""
    value = request.COOKIES.get(COOKIE)
    if not value:
        return frozenset()
    try:
        return frozenset(signing.loads(value, salt=SALT, max_age=KEPT))
    except signing.BadSignature:
        return frozenset()


def remember(request: HttpRequest, response: HttpResponse, comment_id: int) -> None:
    """Add a comment to those that this browser wrote."""
    _keep(response, sorted({*own_ids(request), comment_id})[-MOST:])


def forget(request: HttpRequest, response: HttpResponse, comment_id: int) -> None:
    """Take a comment from those that this browser wrote; the last one takes the cookie along."""
    if ids := sorted(own_ids(request) - {comment_id}):
        _keep(response, ids)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")


def owned(request: HttpRequest) -> QuerySet[Comment]:
    """Comments that this request may change: by its cookie, or as their verified author.

    An address typed into a form is no right to anything.
    """
    is_own = Q(pk__in=own_ids(request))
    if request.user.is_authenticated:
        is_own |= Q(is_verified=True, author__user=request.user)
    return Comment.objects.changeable().filter(is_own)


def _keep(response, ids):
    response.set_cookie(
        COOKIE,
        signing.dumps(ids, salt=SALT),
        max_age=KEPT,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
