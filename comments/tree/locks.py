"""The locks of the tree: Thread rows, in the order of their keys."""

from django.db import transaction

from comments.models import Comment, Thread

ATTEMPTS = 5


class Moved(Exception):
    """The thread changed between finding it and locking it; the caller may try again."""


def lock(tree_ids) -> list[Thread]:
    """Lock threads in the order of their keys, so that no two wait for each other in a ring."""
    threads = Thread.objects.filter(pk__in=tree_ids).order_by("pk")
    return list(threads.select_for_update(no_key=True))


def lock_threads_of(*comment_ids: int) -> None:
    """Lock the threads that comments stand in; the caller is in a transaction and reads them anew.

    Raise Comment.DoesNotExist if one of them is gone, Moved if they are carried from thread to
    thread faster than we can follow.
    """
    for attempt in range(ATTEMPTS):
        try:
            # A savepoint, because going back to it gives up the lock of a thread that was the
            # wrong one: keeping it would break the order of the keys.
            with transaction.atomic():
                return _lock_once(set(comment_ids))
        except Moved:
            if attempt == ATTEMPTS - 1:
                raise


def _lock_once(comment_ids):
    tree_ids = _tree_ids_of(comment_ids)
    locked = {thread.pk for thread in lock(tree_ids)}
    if locked != tree_ids or _tree_ids_of(comment_ids) != tree_ids:
        raise Moved(comment_ids)


def _tree_ids_of(comment_ids):
    found = dict(Comment.objects.filter(pk__in=comment_ids).order_by().values_list("pk", "tree_id"))
    if found.keys() != comment_ids:
        raise Comment.DoesNotExist(comment_ids - found.keys())
    return set(found.values())
