"""The locks of the tree: Thread rows, in the order of their keys."""

from django.db import connection, transaction

from blog.prepared import prepared
from comments.models import Comment, Thread

ATTEMPTS = 5


class Moved(Exception):
    """The thread changed between finding it and locking it; the caller may try again."""


def lock(tree_ids) -> list[Thread]:
    """Lock threads in the order of their keys, so that no two wait for each other in a ring."""
    return list(_to_lock(tree_ids))


def lock_threads_of(*comment_ids: int) -> None:
    """Lock the threads that comments stand in; the caller is in a transaction and reads them anew.

    Raise Comment.DoesNotExist if one of them is seen to be gone, Moved if they are carried from
    thread to thread faster than we can follow.
    """
    if not connection.features.has_select_for_update:
        return  # SQLite: the transaction, which is the only one that writes, is the lock
    for attempt in range(ATTEMPTS):
        try:
            # A savepoint, because going back to it gives up the lock of a thread that was the
            # wrong one: keeping it would break the order of the keys.
            with transaction.atomic():
                _lock_once(set(comment_ids))
            return
        except Moved:
            if attempt == ATTEMPTS - 1:
                raise


def _lock_once(comment_ids):
    tree_ids = _tree_ids_of(comment_ids)
    locked = {pk for (pk,) in _locked(tree_ids)}
    if locked != tree_ids or _tree_ids_of(comment_ids) != tree_ids:
        raise Moved(comment_ids)


def _tree_ids_of(comment_ids):
    found = dict(_places(comment_ids))
    if found.keys() != comment_ids:
        raise Comment.DoesNotExist(comment_ids - found.keys())
    return set(found.values())


def _to_lock(tree_ids):
    threads = Thread.objects.filter(pk__in=tree_ids).order_by("pk")
    return threads.select_for_update(no_key=True)


def _places_of(comment_ids):
    return Comment.objects.filter(pk__in=comment_ids).order_by().values_list("pk", "tree_id")


# One comment, or one and where it is to go.
_places = prepared(_places_of, comment_ids=2)
_locked = prepared(lambda tree_ids: _to_lock(tree_ids).values_list("pk"), tree_ids=2)
