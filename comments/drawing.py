"""Drawing a conversation from a flat list, in the order of the tree.

Nothing here recurses, so no chain of replies is too long; nothing here asks the database.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from blog.models import Post, SiteSettings
from comments.models import Comment
from comments.policy import asks

# A browser's parser gives up at 512 levels; data has no limit. Below this many lists, rows stay in
# the last one and say whom they answer.
MAX_LISTS = 8

# A branch of fewer answers is quicker read than folded away.
FOLD_FROM = 2

CLOSE_ROW = mark_safe("</li>")
OPEN_LIST, CLOSE_LIST = mark_safe('<ol class="thread">'), mark_safe("</li></ol>")
CLOSE_BRANCH = mark_safe("</li></ol></details>")


@dataclass(slots=True)
class Row:
    """One comment as it is drawn: `before` is the markup that opens or closes lists before it."""

    comment: Comment
    level: int
    before: SafeString
    answers_name: str
    is_shown: bool
    is_by_post_author: bool
    is_own: bool = False  # its reader may change it
    takes_reply: bool = False
    takes_like: bool = False
    more_count: int = 0  # visible answers of its thread that this page does not show after it

    @property
    def depth(self) -> int:
        """How deep in the conversation, from 1, for people who hear the page."""
        return self.comment.level + 1

    @property
    def is_flat(self) -> bool:
        """Whether the indent no longer tells whom this answers."""
        return self.comment.level >= MAX_LISTS


def draw(
    comments: Iterable[Comment], post: Post, own: Collection[int] = ()
) -> tuple[list[Row], SafeString]:
    """Return the rows of a post's comments, in tree order, and the markup closing the last list.

    `own` are the ids of those that this reader wrote; `post` has its bylines loaded.

    A hidden comment is dropped if nothing visible stands below it, else it keeps its place.
    """
    comments = list(comments)
    shown = {comment.id for comment in comments if is_shown(comment, own)}
    kept = prune(comments, lambda comment: comment.id not in shown)
    names: dict[int | None, str] = {row.id: row.name for row in kept if row.id in shown}
    names.pop(None, None)  # a preview has no number, and answers nobody of that name
    counts = _shown_below(kept, shown)
    author_ids = {byline.author_id for byline in post.bylines.all()}
    is_open = post.accepts_comments
    likes_enabled = SiteSettings.load().likes_enabled
    lists = _Lists()
    rows: list[Row] = []
    above = None
    for comment, level in nested(kept):
        is_visible = comment.is_visible
        above = Row(
            comment=comment,
            level=level,
            before=lists.move_to(level, above, counts[above.comment.id] if above else 0),
            answers_name=names.get(comment.parent_id, ""),
            is_shown=comment.id in shown,
            is_by_post_author=comment.is_verified and comment.author_id in author_ids,
            is_own=comment.id in own and comment.is_changeable,
            takes_reply=is_visible
            and (is_open or (comment.parent_id in own and asks(comment, author_ids))),
            takes_like=is_visible and likes_enabled,
        )
        rows.append(above)
    return rows, lists.close_all()


class _Lists:
    """The lists that are open: each knows the markup that closes it."""

    def __init__(self) -> None:
        self.closings: list[SafeString] = []
        self.language = get_language() or ""

    def move_to(self, level: int, above: Row | None, below_count: int) -> SafeString:
        """Return the markup between the row `above` and a row in the list numbered `level`."""
        if level < len(self.closings):
            if level == len(self.closings) - 1:
                return CLOSE_ROW
            closing = [self.closings.pop() for _ in range(len(self.closings) - 1 - level)]
            return mark_safe("".join([*closing, CLOSE_ROW]))  # noqa: S308  (constants)
        if above is None or below_count < FOLD_FROM:
            self.closings.append(CLOSE_LIST)
            return OPEN_LIST
        self.closings.append(CLOSE_BRANCH)
        counted, to_whom = _summary(below_count, self.language)
        whom = to_whom % {"name": escape(above.comment.name) if above.is_shown else "…"}
        return mark_safe(  # noqa: S308  (the name is escaped; no template, as in markup.py)
            f'<details class="branch" open><summary>{counted}<span class="visually-hidden"> {whom}'
            '</span></summary><ol class="thread">'
        )

    def close_all(self) -> SafeString:
        return mark_safe("".join(reversed(self.closings)))  # noqa: S308  (constants)


@lru_cache(maxsize=1000)
def _summary(count: int, language: str) -> tuple[str, str]:
    """Return the words at the head of a branch in `language`, the one that is active."""
    return ngettext("%d answer", "%d answers", count) % count, _("to %(name)s")


def draw_one(comment: Comment, post: Post, own: Collection[int] = ()) -> Row:
    """Return the row of one comment as it stands under the one it answers."""
    above = [comment.parent] if comment.parent else []
    rows, _closing = draw([*above, comment], post, own)
    return rows[-1]


def prune(comments: list[Comment], is_hidden: Callable[[Comment], bool]) -> list[Comment]:
    """Return `comments` (tree order) without the hidden ones that nothing visible stands below."""
    kept: list[Comment] = []
    below = (0, -1)  # tree and level of the last row kept
    for comment in reversed(comments):
        has_visible_below = below[0] == comment.tree_id and below[1] > comment.level
        if has_visible_below or not is_hidden(comment):
            kept.append(comment)
            below = (comment.tree_id, comment.level)
    return kept[::-1]


def nested(comments: Iterable[Comment]) -> Iterator[tuple[Comment, int]]:
    """Yield each comment with the list it stands in, from 0.

    A page may begin in the middle of a thread, so the first row stands in the outermost list and a
    row is never more than one list deeper than the one before.
    """
    last = -1
    base = tree_id = None
    for comment in comments:
        if comment.tree_id != tree_id:
            tree_id, base = comment.tree_id, comment.level
        base = min(base, comment.level)
        last = min(comment.level - base, last + 1, MAX_LISTS - 1)
        yield comment, last


def _shown_below(comments, shown):
    """Return {id: how many of the rows below it are `shown`} for comments in tree order."""
    counts = dict.fromkeys((comment.id for comment in comments), 0)
    for comment in reversed(comments):  # whatever stands below a row has been counted before it
        if comment.parent_id in counts:
            counts[comment.parent_id] += counts[comment.id] + (comment.id in shown)
    return counts


def is_shown(comment: Comment, own: Collection[int]) -> bool:
    return comment.is_visible or (comment.pk in own and not comment.is_tombstone)
