"""Reading the tree: which comments a page shows, in the order of the conversation.

Two queries a page: the ids of its threads, then their rows in `tree_id, lft` order.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from blog.models import Post
from blog.prepared import prepared
from comments.drawing import Row, draw, is_shown
from comments.models import Comment, Thread
from comments.own import MOST
from comments.paging import (
    LINKBACKS_PER_PAGE,
    ROWS_PER_THREAD,
    THREADS_PER_PAGE,
    Cursor,
    Order,
    fitting,
    is_root_of,
    microseconds,
    threads_of_page,
)

ROWS_PER_THREAD_PAGE = 200  # of one thread on a page of its own
FEW = THREADS_PER_PAGE + 5  # threads and mentions of most pages; more take a longer query


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
    as_of = after.as_of if after else microseconds(timezone.now())
    talks, mentions = threads_of_page(post, order, after, as_of, own)
    page = talks[: fitting(place.size for place in talks)]
    place = {thread.pk: index for index, thread in enumerate(page)}
    wanted = [*place, *mentions]
    comments = (_few_rows if len(wanted) <= FEW else _first_rows)(wanted)
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
        next_cursor=str(Cursor.at(page[-1], as_of)) if len(talks) > len(page) else "",
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


def _rows():
    """Comments with what is drawn of them and their writers; little else, of a hundred rows."""
    return Comment.objects.select_related("author").only(
        "post", "parent", "tree_id", "lft", "rght", "level", "kind", "status", "status_reason",
        "name", "website", "source_url", "is_verified", "body_html", "language", "created_at",
        "edited_at", "addendum_html", "addendum_at", "visible_count", "like_count",
        "author__name", "author__slug", "author__portrait", "author__face",
    )  # fmt: skip


def _rows_of(tree_ids):
    """The first rows of each thread: in a tree without gaps the rank of a row, from 0, is
    (lft - 1 + level) / 2."""
    return (
        _rows()
        .filter(tree_id__in=tree_ids)
        .alias(reach=F("lft") + F("level"))
        .filter(reach__lte=2 * ROWS_PER_THREAD)
        .order_by("tree_id", "lft")
    )


_first_rows = prepared(_rows_of, tree_ids=THREADS_PER_PAGE + 2 * LINKBACKS_PER_PAGE)
_few_rows = prepared(_rows_of, tree_ids=FEW)


def _count_more(comments, rows):
    """Say at the last row drawn of each thread how many visible answers stand below."""
    visible = {root.tree_id: root.visible_count for root in comments if root.parent_id is None}
    drawn = Counter(row.comment.tree_id for row in rows if row.comment.is_visible)
    last_rows = {row.comment.tree_id: row for row in rows}
    for tree_id, row in last_rows.items():
        row.more_count = max(visible[tree_id] - drawn[tree_id], 0)


def _root_before(comment, own):
    """The cursor of a page that shows `comment`, oldest first; "" for the first page."""
    is_root = comment.parent_id is None
    post, tree_id = comment.post_id, comment.tree_id
    created_at = comment.created_at if is_root else _begun_at(tree_id)[0][0]
    first = sorted(_first_own_roots(post, own) if own else _first_roots(post))[:THREADS_PER_PAGE]
    shown = first[: fitting(max(size, 1) for _, _, size in first)]
    if tree_id in (place for _, place, _ in shown):
        return ""
    before = (post, created_at, tree_id)
    found = _last_own_roots(*before, own) if own else _last_roots(*before)
    if not found:
        return ""
    last_at, last, _ = max(found)
    return str(Cursor(microseconds(last_at), last, microseconds(last_at)))


@prepared
def _begun_at(tree_id):
    return Comment.objects.filter(tree_id=tree_id, parent=None).values_list("created_at")


def _first_of(post, own=()):
    """The first roots of a post that are shown, and beside them the first of its own."""
    order = ["created_at", "tree_id"]
    return _together(part.order_by(*order)[:THREADS_PER_PAGE] for part in _shown(post, own))


def _last_of(post, created_at, tree_id, own=()):
    """The last root before another one that is shown, and beside it the last of its own."""
    is_before = Q(created_at__lt=created_at) | Q(tree_id__lt=tree_id)
    parts = [part.filter(is_before, created_at__lte=created_at) for part in _shown(post, own)]
    return _together(part.order_by("-created_at", "-tree_id")[:1] for part in parts)


def _shown(post, own):
    """What all are shown and what only its writer is: "or" would find neither by an index."""
    roots = Comment.objects.filter(post=post, kind=Comment.Kind.COMMENT).order_by()
    yield roots.filter(visible_count__gt=0)
    if own:
        yield roots.filter(is_root_of(own), visible_count=0)


def _together(parts):
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    rows = [
        Comment.objects.filter(pk__in=part.values("pk"))
        .order_by()
        .values_list("created_at", "tree_id", "visible_count")
        for part in parts
    ]
    return rows[0].union(*rows[1:], all=True)


# A browser knows MOST answers of its own, and the one that it has just written.
_first_roots = prepared(lambda post: _first_of(post))
_first_own_roots = prepared(lambda post, own: _first_of(post, own), own=MOST + 1)
_last_roots = prepared(lambda post, created_at, tree_id: _last_of(post, created_at, tree_id))
_last_own_roots = prepared(_last_of, own=MOST + 1)


def _row_before(comment, rank):
    page_start = rank // ROWS_PER_THREAD_PAGE * ROWS_PER_THREAD_PAGE
    return _row_of_rank(comment.tree_id, 2 * page_start - 1)[0][0] if page_start else ""


@prepared
def _row_of_rank(tree_id, reach):
    """The row whose rank is (reach - 1) / 2: looked for backwards, it is at most its level away."""
    rows = Comment.objects.filter(tree_id=tree_id, lft__lte=reach)
    found = rows.alias(reach=F("lft") + F("level")).filter(reach=reach)
    return found.order_by("-lft").values_list("pk", "lft")[:1]


def _after(place):
    return f"?{urlencode({'after': place})}" if place else ""
