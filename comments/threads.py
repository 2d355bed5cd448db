"""Reading the tree: which comments a page shows, in the order of the conversation.

Two queries a page: the ids of its threads, then their rows in `tree_id, lft` order. Drawn from a
flat list; nothing here recurses, so no chain of replies is too long.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from blog.models import Post
from comments.models import Comment, Thread

THREADS_PER_PAGE = 20
LINKBACKS_PER_PAGE = 50
ROWS_PER_THREAD = 50  # of one thread on the page of its post
ROWS_PER_THREAD_PAGE = 200  # of one thread on a page of its own
# A browser's parser gives up at 512 levels; data has no limit. Below this many lists, rows stay in
# the last one and say whom they answer.
MAX_LISTS = 8

OPEN = mark_safe('<ol class="thread">')
CLOSE_ROW = mark_safe("</li>")
CLOSE_LIST = mark_safe("</li></ol>")


@dataclass(slots=True)
class Row:
    """One comment as it is drawn: `before` is the markup that opens or closes lists before it."""

    comment: Comment
    level: int
    before: SafeString
    answers_name: str
    is_shown: bool
    is_by_post_author: bool

    @property
    def depth(self) -> int:
        """How deep in the conversation, from 1, for people who hear the page."""
        return self.comment.level + 1

    @property
    def is_flat(self) -> bool:
        """Whether the indent no longer tells whom this answers."""
        return self.comment.level >= MAX_LISTS


@dataclass(slots=True)
class Conversation:
    """What one page shows: `rows` in order, `closing` the markup after the last."""

    rows: list[Row]
    closing: SafeString
    linkbacks: list[Comment]
    next_thread: int | None
    cut_threads: dict[int, int]


def conversation(
    post: Post, *, after: int | None = None, own: Collection[int] = frozenset()
) -> Conversation:
    """Return the page of a post's conversation that begins after the thread numbered `after`.

    `own` are the ids of waiting comments that this reader wrote and therefore sees.
    """
    ids, mention_ids = _thread_ids(post, after, own)
    has_more = len(ids) > THREADS_PER_PAGE
    ids = ids[:THREADS_PER_PAGE]
    comments = list(_first_rows([*ids, *mention_ids], ROWS_PER_THREAD))
    place = {pk: index for index, pk in enumerate(ids)}
    talk = [comment for comment in comments if comment.tree_id in place]
    talk.sort(key=lambda comment: (place[comment.tree_id], comment.lft))
    rows, closing = draw(talk, own, _author_ids(post))
    linkbacks = [comment for comment in comments if comment.is_linkback and is_shown(comment, own)]
    linkbacks.sort(key=lambda comment: (comment.created_at, comment.pk))
    return Conversation(
        rows=rows,
        closing=closing,
        linkbacks=linkbacks,
        next_thread=ids[-1] if has_more else None,
        cut_threads=_cut_threads(talk),
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
    rows, closing = draw(found, own, _author_ids(thread.post))
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
    return f"{address}{_after(_thread_before(comment, own))}{anchor}"


def draw(
    comments: Iterable[Comment], own: Collection[int], author_ids: Collection[int]
) -> tuple[list[Row], SafeString]:
    """Return the rows of comments given in tree order, and the markup that closes the last list.

    A hidden comment is dropped if nothing visible stands below it, else it keeps its place.
    """
    kept = prune(list(comments), lambda comment: not is_shown(comment, own))
    names = {comment.pk: _public_name(comment, own) for comment in kept}
    rows = [
        Row(
            comment=comment,
            level=level,
            before=before,
            answers_name=names.get(comment.parent_id, ""),
            is_shown=is_shown(comment, own),
            is_by_post_author=comment.is_verified and comment.author_id in author_ids,
        )
        for comment, level, before in nested(kept)
    ]
    closing = CLOSE_LIST * (rows[-1].level + 1) if rows else ""
    return rows, mark_safe(closing)  # noqa: S308  (constants)


def prune(comments: list[Comment], is_hidden) -> list[Comment]:
    """Return `comments` (tree order) without the hidden ones that nothing visible stands below."""
    kept: list[Comment] = []
    below = (None, -1)  # tree and level of the last row kept
    for comment in reversed(comments):
        has_visible_below = below[0] == comment.tree_id and below[1] > comment.level
        if has_visible_below or not is_hidden(comment):
            kept.append(comment)
            below = (comment.tree_id, comment.level)
    return kept[::-1]


def nested(comments: list[Comment]) -> Iterator[tuple[Comment, int, SafeString]]:
    """Yield each comment with the list it stands in, from 0, and the markup before it.

    A page may begin in the middle of a thread, so the first row stands in the outermost list and a
    row is never more than one list deeper than the one before.
    """
    last = -1
    base = tree_id = None
    for comment in comments:
        if comment.tree_id != tree_id:
            tree_id, base = comment.tree_id, comment.level
        base = min(base, comment.level)
        level = min(comment.level - base, last + 1, MAX_LISTS - 1)
        before = OPEN if level > last else CLOSE_LIST * (last - level) + CLOSE_ROW
        yield comment, level, mark_safe(before)  # noqa: S308  (constants)
        last = level


def is_shown(comment: Comment, own: Collection[int]) -> bool:
    return comment.is_visible or comment.pk in own


def _public_name(comment, own):
    return comment.name if is_shown(comment, own) else ""


def _author_ids(post):
    return {byline.author_id for byline in post.bylines.all()}


def _visible_threads(post, own) -> QuerySet[Thread]:
    shown = Q(status=Comment.Status.APPROVED)
    if own:
        shown |= Q(pk__in=own)
    return Thread.objects.filter(
        Exists(Comment.objects.order_by().filter(shown, tree_id=OuterRef("pk"))), post=post
    )


def _thread_ids(post, after, own):
    """Return the ids of a page's threads, one more than it shows, and of its mentions."""
    threads = _threads_after(post, after, own).order_by("created_at", "pk")
    mentions = _visible_threads(post, own).filter(is_linkback=True).order_by("created_at", "pk")
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    talk, apart = (
        Thread.objects.filter(pk__in=part.values("pk")).values_list(
            "pk", "is_linkback", "created_at"
        )
        for part in (threads[: THREADS_PER_PAGE + 1], mentions[:LINKBACKS_PER_PAGE])
    )
    ids: tuple[list, list] = ([], [])
    for pk, is_linkback, _created_at in talk.union(apart, all=True).order_by("created_at", "id"):
        ids[is_linkback].append(pk)
    return ids


def _threads_after(post, after, own):
    threads = _visible_threads(post, own).filter(is_linkback=False)
    if after is not None:
        cursor = Thread.objects.filter(pk=after).values("created_at")[:1]
        threads = threads.filter(
            Q(created_at__gt=Subquery(cursor)) | Q(created_at=Subquery(cursor), pk__gt=after)
        )
    return threads


def _rows():
    return Comment.objects.select_related("author").defer(
        "body", "email", "user_agent", "referrer", "status_reason", "author__bio_de",
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


def _cut_threads(comments):
    """Return {id of the last row drawn of a thread: its tree_id} where the page shows not all."""
    last_of, size_of = {}, {}
    for comment in comments:
        last_of[comment.tree_id] = comment.pk
        if comment.parent_id is None:
            size_of[comment.tree_id] = comment.rght // 2
    return {
        last_of[tree_id]: tree_id for tree_id, size in size_of.items() if size > ROWS_PER_THREAD
    }


def _thread_before(comment, own):
    """The last thread of the page before the one that shows `comment`; None on the first page."""
    thread = Thread.objects.get(pk=comment.tree_id)
    earlier = (
        _visible_threads(comment.post, own)
        .filter(is_linkback=False)
        .filter(
            Q(created_at__lt=thread.created_at) | Q(created_at=thread.created_at, pk__lt=thread.pk)
        )
    )
    page_start = earlier.count() // THREADS_PER_PAGE * THREADS_PER_PAGE
    if not page_start:
        return None
    return earlier.order_by("created_at", "pk").values_list("pk", flat=True)[page_start - 1]


def _row_before(comment, rank):
    page_start = rank // ROWS_PER_THREAD_PAGE * ROWS_PER_THREAD_PAGE
    if not page_start:
        return None
    rows = Comment.objects.filter(tree_id=comment.tree_id).order_by("lft")
    return rows.values_list("pk", flat=True)[page_start - 1]


def _after(pk):
    return format_html("?after={}", pk) if pk else ""
