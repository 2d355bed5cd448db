"""A reader's own waiting answers, known to the browser that wrote them and to nobody else.

A signed cookie, set by the answer that took the comment; a page asked for with it is never cached.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

COOKIE = f"{settings.COOKIE_PREFIX}own"
SALT = "comments.own"
KEPT = timedelta(days=1)
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
    """Return the ids of the comments that this browser wrote within a day; none if forged."""
    value = request.COOKIES.get(COOKIE)
    if not value:
        return frozenset()
    try:
        return frozenset(signing.loads(value, salt=SALT, max_age=KEPT))
    except signing.BadSignature:
        return frozenset()


def remember(request: HttpRequest, response: HttpResponse, comment_id: int) -> None:
    """Add a comment to those that this browser wrote."""
    ids = sorted({*own_ids(request), comment_id})[-MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps(ids, salt=SALT),
        max_age=KEPT,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
