"""Moving branches: into another thread, under another comment, into a thread of their own.

Every move is a cut and a graft, each a few updates whatever the size of the branch: a cut makes the
branch a tree of its own, a graft hangs a whole tree under a comment. Addresses of comments
(`/c/<id>/`) find the place where they stand, so they go on working.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from blog.models import Post
from comments import searching
from comments.models import Comment, Thread
from comments.tallies import count, note_change
from comments.tree.counts import add_visible
from comments.tree.locks import lock_threads_of
from comments.tree.writing import delete_empty_tombstones, thread_for


class CannotMove(Exception):
    """This move makes no sense; the message says why, to whoever wanted it."""


@transaction.atomic
def move(comment_id: int, target_id: int) -> Comment:
    """Hang a comment with all below it under another one, among its answers by time.

    A root takes its whole thread along (two threads become one) and may go to another post; a
    branch stays with its post. Raise CannotMove, or Comment.DoesNotExist if one of them is gone.
    """
    lock_threads_of(comment_id, target_id)
    comment = Comment.objects.get(pk=comment_id)
    _check_target(comment, Comment.objects.get(pk=target_id))
    old_parent_id, old_post_id = comment.parent_id, comment.post_id
    if old_parent_id == target_id:
        return comment
    if old_parent_id is not None:
        _cut(comment)
    target = Comment.objects.get(pk=target_id)
    _graft(Comment.objects.get(pk=comment_id), target)
    delete_empty_tombstones(old_parent_id)
    note_change(target)
    if target.post_id != old_post_id:
        searching.follow(target.tree_id, target.post_id)
        _count_in_order(target.post_id, old_post_id)
    return Comment.objects.get(pk=comment_id)


@transaction.atomic
def split(comment_id: int) -> Comment:
    """Make a thread of its own of a comment and all below it; raise Comment.DoesNotExist."""
    lock_threads_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    if comment.parent_id is not None:
        _cut(comment)
        delete_empty_tombstones(comment.parent_id)
        note_change(comment)
    return Comment.objects.get(pk=comment_id)


@transaction.atomic
def move_thread(comment_id: int, post: Post) -> Comment:
    """Put the thread that begins with this comment under another post.

    Raise CannotMove if it is not the beginning of one, Comment.DoesNotExist if it is gone.
    """
    lock_threads_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    if comment.parent_id is not None:
        raise CannotMove(_("Only whole threads can go to another post."))
    if comment.post_id != post.pk:
        Comment.objects.filter(tree_id=comment.tree_id).order_by().update(post=post)
        Thread.objects.filter(pk=comment.tree_id).update(post=post)
        searching.follow(comment.tree_id, post.pk)
        _count_in_order(post.pk, comment.post_id)
    return Comment.objects.get(pk=comment_id)


def _check_target(comment, target):
    is_below = target.tree_id == comment.tree_id and comment.lft <= target.lft < comment.rght
    if is_below:
        raise CannotMove(_("An answer cannot go under itself or an answer to it."))
    if comment.is_linkback:
        raise CannotMove(_("Mentions of the post stand apart; they answer nobody."))
    if target.is_linkback:
        raise CannotMove(_("Nobody can be answered in a mention of the post."))
    if comment.parent_id is not None and comment.post_id != target.post_id:
        raise CannotMove(_("Only whole threads can go to another post."))


def _cut(comment):
    """Make a branch a tree of its own and close the gap; the caller locks its thread."""
    thread = thread_for(comment)
    thread.save()
    width, rows = comment.rght - comment.lft + 1, _rows(comment.tree_id)
    rows.filter(lft__gte=comment.lft, rght__lte=comment.rght).update(
        tree_id=thread.pk,
        lft=F("lft") - (comment.lft - 1),
        rght=F("rght") - (comment.lft - 1),
        level=F("level") - comment.level,
    )
    # lft before rght, so that no row is inside out between the two.
    rows.filter(lft__gt=comment.rght).update(lft=F("lft") - width)
    rows.filter(rght__gt=comment.rght).update(rght=F("rght") - width)
    visible = Comment.objects.filter(tree_id=thread.pk).visible().order_by().count()
    Comment._base_manager.filter(pk=comment.pk).update(parent=None, visible_count=visible)
    add_visible(comment.tree_id, -visible)


def _graft(root, target):
    """Hang a whole tree under a comment of another one; the caller locks both threads."""
    later = Comment.objects.filter(parent=target, created_at__gt=root.created_at).order_by("lft")
    place = later.values_list("lft", flat=True).first() or target.rght
    rows = _rows(target.tree_id)
    # rght before lft, so that no row is inside out between the two.
    rows.filter(rght__gte=place).update(rght=F("rght") + root.rght)
    rows.filter(lft__gte=place).update(lft=F("lft") + root.rght)
    Comment._base_manager.filter(pk=root.pk).update(parent=target, visible_count=0)
    _rows(root.tree_id).update(
        tree_id=target.tree_id,
        post=target.post_id,
        lft=F("lft") + (place - 1),
        rght=F("rght") + (place - 1),
        level=F("level") + (target.level + 1),
    )
    add_visible(target.tree_id, root.visible_count)
    Thread.objects.filter(pk=root.tree_id).delete()


def _rows(tree_id):
    # Not the manager of comments: it lets nobody write places, who does not hold the lock.
    return Comment._base_manager.filter(tree_id=tree_id)


def _count_in_order(*post_ids):
    for post_id in sorted(post_ids):
        count(post_id)
