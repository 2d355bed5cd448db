"""What a post's comment policy means for one answer: who may still write, and what has to wait."""

from collections.abc import Collection

from blog.models import Author, Post
from comments import gate
from comments.models import Comment


def may_answer(
    post: Post, parent: Comment | None, *, own: Collection[int], person: Author | None
) -> bool:
    """Whether `post` takes an answer to `parent`, by the writer of `own` who is `person`.

    Where a conversation is closed, whom the author of the post asked something may still answer
    that.
    """
    if post.accepts_comments:
        return True
    if parent is None or parent.parent_id is None:
        return False
    author_ids = {byline.author_id for byline in post.bylines.all()}
    return asks(parent, author_ids) and _is_by(parent.parent, own, person)


def asks(comment: Comment, author_ids: Collection[int]) -> bool:
    """Whether the post's author (one of `author_ids`) asks something in `comment`."""
    is_by_author = comment.is_verified and comment.author_id in author_ids
    return is_by_author and comment.is_visible and "?" in comment.body_html


def held_for(comment: Comment, findings: list[gate.Finding]) -> Comment.Reason | None:
    """Return why an answer has to wait for a moderator whatever Akismet says; None if it need not.

    The site's team is asked before: it waits for nobody.
    """
    if gate.is_held(findings):
        is_confirmed = comment.is_verified or not gate.is_confirmed_by_mail(findings)
        return Comment.Reason.HELD if is_confirmed else Comment.Reason.UNCONFIRMED
    return Comment.Reason.ALL_WAIT if comment.post.holds_comments else None


def _is_by(comment, own, person):
    is_own_row = person is not None and comment.is_verified and comment.author_id == person.pk
    return comment.pk in own or is_own_row
