"""Drawing a conversation from a flat list, in the order of the tree.

Nothing here recurses, so no chain of replies is too long; nothing here asks the database.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from comments.models import Comment

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
