"""Likes without accounts: who likes what is known to the browser alone (docs/decisions/0064)."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from comments.models import Comment, Like
from comments.tallies import note_change

COOKIE = f"{settings.COOKIE_PREFIX}likes"
SALT = "comments.likes"
KEPT = timedelta(days=365)


def browser_of(request: HttpRequest) -> str:
    """Return the random id that this browser got with its first like; "" if none or forged."""
    value = request.COOKIES.get(COOKIE)
    if not value:
        return ""
    try:
        return signing.Signer(salt=SALT).unsign(value)
    except signing.BadSignature:
        return ""


def new_browser() -> str:
    return get_random_string(22)


def keep(response: HttpResponse, browser: str) -> None:
    """Let the browser hold its id, which leads to nothing else: no person, no address, no time."""
    response.set_cookie(
        COOKIE,
        signing.Signer(salt=SALT).sign(browser),
        max_age=KEPT,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def is_liked(comment_id: int, browser: str) -> bool:
    return bool(browser) and _like_of(comment_id, browser).exists()


@transaction.atomic
def set_like(comment_id: int, browser: str, wanted: bool | None) -> tuple[bool, int]:
    """Like a comment, or take it back; None does the other of both. Return (is liked, how many).

    The comment's row is locked, so likes at once are counted one by one; nobody else takes this
    lock and then waits for a thread. Raise Comment.DoesNotExist if visitors cannot read it.
    """
    comment = Comment.objects.visible().answers().select_for_update(no_key=True).get(pk=comment_id)
    like = _like_of(comment_id, browser)
    was_liked = like.exists()
    if wanted is None:
        wanted = not was_liked
    if wanted == was_liked:
        return wanted, comment.like_count
    if wanted:
        Like.objects.create(comment=comment, browser_hash=_hash(comment_id, browser))
    else:
        like.delete()
    difference = 1 if wanted else -1
    Comment.objects.filter(pk=comment_id).order_by().update(like_count=F("like_count") + difference)
    note_change(comment)
    return wanted, comment.like_count + difference


def counts(tree_ids: Iterable[int]) -> dict[int, int]:
    """Return {id: how many likes it has} for the liked comments of these threads; one query."""
    likes = Like.objects.filter(comment__tree_id__in=tree_ids)
    return dict(likes.values_list("comment").annotate(number=Count("pk")))


def recount(tree_id: int) -> int:
    """Count the likes of a thread's comments anew; return how many rows said something else.

    The rows are locked before they are counted, so that a like of the same moment is not lost.
    """
    rows = Comment.objects.filter(tree_id=tree_id).order_by("pk").select_for_update(no_key=True)
    stored = dict(rows.values_list("pk", "like_count"))
    right = counts([tree_id])
    wrong = {pk: right.get(pk, 0) for pk, count in stored.items() if count != right.get(pk, 0)}
    for pk, count in wrong.items():
        Comment.objects.filter(pk=pk).order_by().update(like_count=count)
    return len(wrong)


def _like_of(comment_id, browser):
    return Like.objects.filter(comment=comment_id, browser_hash=_hash(comment_id, browser))


def _hash(comment_id, browser):
    """What stands for a browser at one comment; those of two comments have nothing in common."""
    value = f"{comment_id} {browser}"
    return salted_hmac(SALT, value, algorithm="sha256").hexdigest()
