"""Paging a conversation: which threads stand on a page, in an order that holds still.

A page shows THREADS_PER_PAGE threads at most, and fewer if they are long.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import accumulate, islice
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from blog.models import Post
from blog.prepared import prepared
from comments.models import Comment

THREADS_PER_PAGE = 20
LINKBACKS_PER_PAGE = 50
ROWS_PER_PAGE = 100  # of a post, unless its first thread alone has more
ROWS_PER_THREAD = 50  # of one thread on the page of its post
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Order(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"
    LIVELIEST = "liveliest"

    @classmethod
    def parse(cls, text: str | None) -> "Order":
        return cls(text) if text in list(cls) else cls.OLDEST


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a thread in an order: what it is ordered by, its number, and when that was so.

    It holds values and no row, so it keeps its place when that thread is moderated away. All three
    are whole numbers; times are microseconds since 1970.
    """

    value: int
    pk: int
    as_of: int

    def __str__(self) -> str:
        return f"{self.value}-{self.pk}-{self.as_of}"

    @classmethod
    def at(cls, place: "Place", as_of: int) -> "Cursor":
        return cls(place.value, place.pk, as_of)

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Return the cursor that `text` spells; None for anything else."""
        parts = (text or "").split("-")
        if len(parts) != 3 or not all(
            part.isascii() and part.isdigit() and len(part) < 18 for part in parts
        ):
            return None
        return cls(*map(int, parts))


class Place(NamedTuple):
    """A thread in an order: what it is ordered by, its number, and its visible answers."""

    value: int
    pk: int
    size: int


def microseconds(moment: datetime) -> int:
    """Return a time as cursors carry it: microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_at(number: int) -> datetime:
    """Return the time that a cursor carries as microseconds since 1970."""
    return EPOCH + number * MICROSECOND


def fitting(sizes: Iterable[int]) -> int:
    """Return how many threads with so many visible answers fit on a page; at least one does."""
    reach = accumulate(min(size, ROWS_PER_THREAD) for size in islice(sizes, THREADS_PER_PAGE))
    return max(1, sum(rows <= ROWS_PER_PAGE for rows in reach))


def threads_of_page(
    post: Post, order: Order, after: Cursor | None, as_of: int, own: Collection[int]
) -> tuple[list[Place], list[int]]:
    """Return a page's threads in order, one more than it may show, and the ids of its mentions.

    One query: a part for what everybody sees and, for who wrote here, one for what waits. Each part
    has an index of its own; asked as one with OR they would read every thread of the post.
    """
    start: tuple[Any, Any] = (None, None) if after is None else (_value_of(order, after), after.pk)
    page = post.pk, moment_at(as_of)
    found: Iterable[tuple]
    if own:
        found = _select(order, *page, *start, own)
    elif after is None:
        found = FIRST_PAGES[order](*page)
    else:
        found = NEXT_PAGES[order](*page, *start)
    talk, mentions = [], []
    for tree_id, kind, value, size in found:
        if kind == Comment.Kind.COMMENT:
            number = value if isinstance(value, int) else microseconds(value)
            talk.append(Place(number, tree_id, max(size, 1)))
        else:
            mentions.append(tree_id)
    talk.sort(reverse=order != Order.OLDEST)
    return talk[: THREADS_PER_PAGE + 1], mentions


def is_root_of(own: Collection[int]) -> Q:
    """Whether a comment is the root of a thread that one of `own` stands in."""
    tree_ids = Comment.objects.filter(pk__in=own).order_by().values_list("tree_id", flat=True)
    return Q(tree_id__in=tree_ids, lft=1)


def _select(order, post, as_of, value=None, pk=None, own=()):
    """Return the query of `_threads_of_page`; `value` and `pk` are the place it begins after."""
    roots = Comment.objects.filter(post=post).order_by()
    # Only roots count what is visible, so there is no need to ask for the parent as well.
    parts = [roots.filter(visible_count__gt=0)]
    if own:
        parts.append(roots.filter(is_root_of(own), visible_count=0))
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    rows = [
        _with_value(Comment.objects.filter(pk__in=part.values("pk")), order, as_of)
        .order_by()
        .values_list("tree_id", "kind", "value", "visible_count")
        for part in _limited(parts, order, as_of, value, pk)
    ]
    return rows[0].union(*rows[1:], all=True)


def _limited(parts, order, as_of, value, pk):
    for part in parts:
        talk = _ordered(part.filter(kind=Comment.Kind.COMMENT), order, as_of, value, pk)
        mentions = part.exclude(kind=Comment.Kind.COMMENT).order_by("created_at", "tree_id")
        yield from [talk[: THREADS_PER_PAGE + 1], mentions[:LINKBACKS_PER_PAGE]]


def _select_first(order, post, as_of):
    return _select(order, post, as_of)


def _select_next(order, post, as_of, value, pk):
    return _select(order, post, as_of, value, pk)


FIRST_PAGES = {order: prepared(partial(_select_first, order)) for order in Order}
NEXT_PAGES = {order: prepared(partial(_select_next, order)) for order in Order}


def _value_of(order, after):
    return after.value if order == Order.LIVELIEST else moment_at(after.value)


def _ordered(roots, order, as_of, value, pk):
    """Order the roots of threads and begin after the place, if there is one."""
    roots = _with_value(roots, order, as_of)
    if value is not None:
        side = "gt" if order == Order.OLDEST else "lt"
        # The first condition follows from the second; it is what an index can start from.
        roots = roots.filter(
            Q((f"value__{side}e", value)),
            Q((f"value__{side}", value)) | Q((f"tree_id__{side}", pk)),
        )
    return roots.order_by(
        *(("value", "tree_id") if order == Order.OLDEST else ("-value", "-tree_id"))
    )


def _with_value(roots, order, as_of):
    """Annotate what the order goes by: the time, or the visible answers as of the first page.

    Counting as of one moment keeps the liveliest order as it was while a reader pages through it.
    """
    if order != Order.LIVELIEST:
        return roots.annotate(value=F("created_at"))
    answers = (
        Comment.objects.visible()
        .filter(tree_id=OuterRef("tree_id"), created_at__lte=as_of)
        .order_by()
        .values("tree_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return roots.annotate(value=Coalesce(Subquery(answers), 0))
