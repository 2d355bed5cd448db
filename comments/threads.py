"""Reading the tree: which comments a page shows, in the order of the conversation.

Two queries a page: the ids of its threads, then their rows in `tree_id, lft` order.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from blog.models import Post
from comments.drawing import Row, draw, is_shown
from comments.models import Comment, Thread

THREADS_PER_PAGE = 20
LINKBACKS_PER_PAGE = 50
ROWS_PER_THREAD = 50  # of one thread on the page of its post
ROWS_PER_THREAD_PAGE = 200  # of one thread on a page of its own
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
    def parse(cls, text: str | None) -> "Cursor | None":
        """Return the cursor that `text` spells; None for anything else."""
        parts = (text or "").split("-")
        if len(parts) != 3 or not all(
            part.isascii() and part.isdigit() and len(part) < 18 for part in parts
        ):
            return None
        return cls(*map(int, parts))


@dataclass(slots=True)
class Conversation:
    """What one page shows: `rows` in order, `closing` the markup after the last.

    `next_cursor` leads to the page after it, "" if there is none.
    """

    rows: list[Row]
    closing: SafeString
    linkbacks: list[Comment]
    next_cursor: str


def conversation(
    post: Post,
    *,
    order: Order = Order.OLDEST,
    after: Cursor | None = None,
    own: Collection[int] = frozenset(),
) -> Conversation:
    """Return the page of a post's conversation that begins after the place `after` of an order.

    `own` are the ids of waiting comments that this reader wrote and therefore sees.
    """
    as_of = after.as_of if after else _microseconds(timezone.now())
    talks, mentions = _threads_of_page(post, order, after, as_of, own)
    page = talks[:THREADS_PER_PAGE]
    place = {pk: index for index, (_value, pk) in enumerate(page)}
    comments = list(_first_rows([*place, *(pk for _value, pk in mentions)], ROWS_PER_THREAD))
    talk = [comment for comment in comments if comment.tree_id in place]
    talk.sort(key=lambda comment: (place[comment.tree_id], comment.lft))
    rows, closing = draw(talk, post, own)
    _count_more(talk, rows)
    linkbacks = [comment for comment in comments if comment.is_linkback and is_shown(comment, own)]
    linkbacks.sort(key=lambda comment: (comment.created_at, comment.pk))
    return Conversation(
        rows=rows,
        closing=closing,
        linkbacks=linkbacks,
        next_cursor=_cursor_after(page[-1], as_of) if len(talks) > len(page) else "",
    )


def thread_page(
    thread: Thread, *, after: int | None = None, own: Collection[int] = frozenset()
) -> tuple[list[Row], SafeString, int | None]:
    """Return (rows, closing markup, id of the last row if there are more) of one thread's page."""
    comments = _rows().filter(tree_id=thread.pk)
    if after is not None:
        # The cursor is the id of the last row: its place is looked up inside the query, so that
        # answers written meanwhile neither repeat nor hide a row.
        place = Comment.objects.filter(pk=after, tree_id=thread.pk).order_by().values("lft")[:1]
        comments = comments.filter(lft__gt=Subquery(place))
    found = list(comments.order_by("lft")[: ROWS_PER_THREAD_PAGE + 1])
    has_more = len(found) > ROWS_PER_THREAD_PAGE
    found = found[:ROWS_PER_THREAD_PAGE]
    rows, closing = draw(found, thread.post, own)
    return rows, closing, found[-1].pk if has_more else None


def address_of(comment: Comment, *, own: Collection[int] = frozenset()) -> str:
    """Return the address of the page and place where `comment` stands now."""
    anchor = f"#comment-{comment.pk}"
    rank = (comment.lft - 1 + comment.level) // 2
    if comment.parent_id is not None and rank >= ROWS_PER_THREAD:
        address = reverse("comments:thread_detail", args=[comment.post.slug, comment.tree_id])
        return f"{address}{_after(_row_before(comment, rank))}{anchor}"
    address = comment.post.get_absolute_url()
    if comment.is_linkback:
        return f"{address}{anchor}"
    return f"{address}{_after(_root_before(comment, own))}{anchor}"


def _visible_roots(post) -> QuerySet[Comment]:
    """The first comment of each thread with something to show, itself or an answer to it.

    Only roots count what is visible, so there is no need to ask for the parent as well.
    """
    return Comment.objects.filter(post=post, visible_count__gt=0).order_by()


def _own_roots(post, own) -> QuerySet[Comment]:
    """The first comment of each thread that only its reader sees, because they wrote in it."""
    return Comment.objects.filter(_is_root_of(own), post=post, visible_count=0).order_by()


def _is_root_of(own):
    """Whether a comment is the root of a thread that one of `own` stands in."""
    tree_ids = Comment.objects.filter(pk__in=own).order_by().values_list("tree_id", flat=True)
    return Q(tree_id__in=tree_ids, lft=1)


def _threads_of_page(post, order, after, as_of, own):
    """Return [(value, id)] of a page's threads, one more than it shows, and of its mentions.

    One query: a part for what everybody sees and, for who wrote here, one for what waits. Each part
    has an index of its own; asked as one with OR they would read every thread of the post.
    """
    parts = []
    for roots in [_visible_roots(post), *([_own_roots(post, own)] if own else [])]:
        talk = _ordered(roots.filter(kind=Comment.Kind.COMMENT), order, after, as_of)
        mentions = roots.exclude(kind=Comment.Kind.COMMENT).order_by("created_at", "tree_id")
        parts += [talk[: THREADS_PER_PAGE + 1], mentions[:LINKBACKS_PER_PAGE]]
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    rows = [
        _with_value(Comment.objects.filter(pk__in=part.values("pk")), order, as_of)
        .order_by()
        .values_list("tree_id", "kind", "value")
        for part in parts
    ]
    talk, mentions = [], []
    for tree_id, kind, value in rows[0].union(*rows[1:], all=True):
        number = value if isinstance(value, int) else _microseconds(value)
        (talk if kind == Comment.Kind.COMMENT else mentions).append((number, tree_id))
    talk.sort(reverse=order != Order.OLDEST)
    return talk[: THREADS_PER_PAGE + 1], mentions


def _ordered(roots, order, after, as_of):
    """Order the roots of threads and begin after the cursor, if there is one."""
    roots = _with_value(roots, order, as_of)
    if after is not None:
        is_time = order != Order.LIVELIEST
        value = EPOCH + after.value * MICROSECOND if is_time else after.value
        side = "gt" if order == Order.OLDEST else "lt"
        # The first condition follows from the second; it is what an index can start from.
        roots = roots.filter(
            Q((f"value__{side}e", value)),
            Q((f"value__{side}", value)) | Q((f"tree_id__{side}", after.pk)),
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
        .filter(tree_id=OuterRef("tree_id"), created_at__lte=EPOCH + as_of * MICROSECOND)
        .order_by()
        .values("tree_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return roots.annotate(value=Coalesce(Subquery(answers), 0))


def _cursor_after(place, as_of):
    value, pk = place
    return str(Cursor(value, pk, as_of))


def _microseconds(moment):
    return (moment - EPOCH) // MICROSECOND


def _rows():
    return Comment.objects.select_related("author").defer(
        "body", "addendum", "email", "user_agent", "referrer", "status_reason", "author__bio_de",
        "author__bio_en", "author__bio_html_de", "author__bio_html_en",
    )  # fmt: skip


def _first_rows(tree_ids, most):
    """The first `most` rows of each thread: in a tree without gaps the rank of a row, from 0, is
    (lft - 1 + level) / 2."""
    return (
        _rows()
        .filter(tree_id__in=tree_ids)
        .alias(reach=F("lft") + F("level"))
        .filter(reach__lte=2 * most)
        .order_by("tree_id", "lft")
    )


def _count_more(comments, rows):
    """Say at the last row drawn of each thread how many visible answers stand below."""
    visible = {root.tree_id: root.visible_count for root in comments if root.parent_id is None}
    drawn = Counter(row.comment.tree_id for row in rows if row.comment.is_visible)
    last_rows = {row.comment.tree_id: row for row in rows}
    for tree_id, row in last_rows.items():
        row.more_count = max(visible[tree_id] - drawn[tree_id], 0)


def _root_before(comment, own):
    """The cursor of the page that shows `comment`, oldest first; "" for the first page."""
    root = Comment.objects.get(tree_id=comment.tree_id, parent=None)
    is_before = Q(created_at__lt=root.created_at) | Q(
        created_at=root.created_at, tree_id__lt=root.tree_id
    )
    shown = Q(visible_count__gt=0) | _is_root_of(own) if own else Q(visible_count__gt=0)
    earlier = Comment.objects.filter(shown, is_before, post=comment.post, kind=Comment.Kind.COMMENT)
    page_start = earlier.order_by().count() // THREADS_PER_PAGE * THREADS_PER_PAGE
    if not page_start:
        return ""
    last = earlier.order_by("created_at", "tree_id")[page_start - 1]
    value = _microseconds(last.created_at)
    return str(Cursor(value, last.tree_id, value))


def _row_before(comment, rank):
    page_start = rank // ROWS_PER_THREAD_PAGE * ROWS_PER_THREAD_PAGE
    if not page_start:
        return ""
    rows = Comment.objects.filter(tree_id=comment.tree_id).order_by("lft")
    return rows.values_list("pk", flat=True)[page_start - 1]


def _after(place):
    return f"?{urlencode({'after': place})}" if place else ""
