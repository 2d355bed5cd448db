"""Mending trees from what answers what."""

from django.db import transaction

from comments import likes
from comments.models import Comment, Thread
from comments.tallies import count
from comments.tree.counts import recount_visible
from comments.tree.locks import lock
from comments.tree.numbering import edges
from comments.tree.writing import thread_for


@transaction.atomic
def repair(tree_id: int) -> int:
    """Write the places and the count of one tree anew from `parent_id`; return how many changed.

    A comment that hangs on another tree goes there, and that one is written anew as well. Of
    comments that answer each other in a circle none is the first: they stay as they are.
    """
    tree_ids = {tree_id} | set(_trees_of_strays(tree_id).values())
    for missing in tree_ids - {thread.pk for thread in lock(tree_ids)}:
        _make_thread(missing)
    strays = {pk: home for pk, home in _trees_of_strays(tree_id).items() if home in tree_ids}
    for comment_id, home in strays.items():
        Comment._base_manager.filter(pk=comment_id).update(tree_id=home)
    changed = len(strays)
    for thread in Thread.objects.filter(pk__in=tree_ids).order_by("pk"):
        changed += _number(thread.pk)
        rows = Comment.objects.filter(tree_id=thread.pk).order_by()
        changed += rows.exclude(post=thread.post_id).update(post=thread.post_id)
        changed += recount_visible(thread.pk)
        changed += likes.recount(thread.pk)
        if not rows.exists():
            thread.delete()
        count(thread.post_id)
    return changed


def _number(tree_id):
    comments = {
        comment.pk: comment
        for comment in Comment.objects.filter(tree_id=tree_id).order_by("created_at", "pk")
    }
    changed = []
    for pk, lft, rght, level in edges({pk: row.parent_id for pk, row in comments.items()}):
        comment = comments[pk]
        if (comment.lft, comment.rght, comment.level) != (lft, rght, level):
            comment.lft, comment.rght, comment.level = lft, rght, level
            changed.append(comment)
    Comment._base_manager.bulk_update(changed, ["lft", "rght", "level"], batch_size=500)
    return len(changed)


def _trees_of_strays(tree_id):
    """Return {id: number of the tree where it belongs} of the comments that are in a wrong one."""
    rows = Comment.objects.filter(tree_id=tree_id).order_by()
    parents = dict(rows.values_list("pk", "parent_id"))
    reached = {pk for pk, *_ in edges(parents)}
    homes = {pk: _home_of(pk) for pk in parents.keys() - reached}
    return {pk: home for pk, home in homes.items() if home not in {None, tree_id}}


def _home_of(comment_id):
    """Return the number of the tree whose root is at the end of the parents; None in a circle."""
    seen = set()
    while comment_id not in seen:
        seen.add(comment_id)
        parent_id, tree_id = Comment.objects.values_list("parent_id", "tree_id").get(pk=comment_id)
        if parent_id is None:
            return tree_id
        comment_id = parent_id
    return None


def _make_thread(tree_id):
    thread = thread_for(Comment.objects.get(tree_id=tree_id, parent=None))
    thread.pk = tree_id
    thread.save(force_insert=True)
