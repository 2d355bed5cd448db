"""Every write of the comment tree, under the lock of its thread.

Measured rules (docs/decisions/0003): one tree for each top-level comment, its number the key of a
Thread row; lock the threads in key order, read again what you are going to change, write. Nothing
slow happens inside: cleaning, spam checks and mail come before or after. PostgreSQL must stay on
READ COMMITTED; on SQLite `transaction_mode: IMMEDIATE` is the lock.

`parent_id` is the truth; `lft`, `rght` and `level` are an index over it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched, groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Exists, OuterRef

from comments.models import Comment, Thread
from comments.tallies import count, wrong_tallies

COUNTED_BY = frozenset({"name", "author", "author_id", "kind"})


class Moved(Exception):
    """The thread changed between finding it and locking it; the caller may try again."""


@transaction.atomic
def add(comment: Comment) -> Comment:
    """Insert an unsaved `comment` as the last answer of its parent, or as the root of a new thread.

    `comment.post` is set from the parent. Raise Comment.DoesNotExist if the parent is gone.
    """
    if comment.parent_id is None:
        thread = Thread.objects.create(
            post_id=comment.post_id, is_linkback=comment.is_linkback, created_at=comment.created_at
        )
        comment.tree_id, comment.lft, comment.rght, comment.level = thread.pk, 1, 2, 0
    else:
        _lock_thread_of(comment.parent_id)
        comment.parent = Comment.objects.get(pk=comment.parent_id)
        comment.post_id = comment.parent.post_id
        # Edges left by an attempt that failed would make mptt believe that room is made already.
        comment.lft = comment.rght = None
    comment.save(force_insert=True)
    if comment.is_visible:
        count(comment.post_id)
    return comment


@transaction.atomic
def add_threads(comments: Mapping[int, Comment], parents: Mapping[int, int | None]) -> None:
    """Insert whole new threads of one post: a query for each level and 500 comments, not for each.

    `comments` are unsaved, by any number, in the order siblings are to stand in; `parents` gives
    for each the number of what it answers, None for a root. The caller counts the post afterwards.
    """
    roots = [number for number in comments if parents[number] is None]
    threads = dict(zip(roots, Thread.objects.bulk_create(_threads(comments, roots)), strict=True))
    levels: dict[int, list[int]] = {}
    below: list[Comment] = []
    for number, lft, rght, level in edges({number: parents[number] for number in comments}):
        comment = comments[number]
        comment.lft, comment.rght, comment.level = lft, rght, level
        below.append(comment)
        levels.setdefault(level, []).append(number)
        if level == 0:  # the root closes its thread; numbers begin at 1 in each
            _place(below, threads[number].pk, lft - 1)
            below = []
    for _level, numbers in sorted(levels.items()):
        for number in numbers:
            parent = parents[number]
            comments[number].parent_id = None if parent is None else comments[parent].pk
        Comment.objects.bulk_create((comments[number] for number in numbers), batch_size=500)


def _threads(comments, roots):
    return [
        Thread(
            post_id=comments[number].post_id,
            is_linkback=comments[number].is_linkback,
            created_at=comments[number].created_at,
        )
        for number in roots
    ]


def _place(comments, tree_id, offset):
    for comment in comments:
        comment.tree_id = tree_id
        comment.lft, comment.rght = comment.lft - offset, comment.rght - offset


@transaction.atomic
def change(comment_id: int, decide: Callable[[Comment], Iterable[str]]) -> Comment:
    """Lock the thread, read the comment again and save the fields that `decide(comment)` names.

    Whoever decides sees the row as it is now, so of two moderators the second sees the first's
    decision. Counts are made anew if it may have changed them.
    """
    _lock_thread_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    was_visible = comment.is_visible
    fields = list(decide(comment))
    if fields:
        comment.save(update_fields=fields)
    is_counted_otherwise = was_visible and not COUNTED_BY.isdisjoint(fields)
    if comment.is_visible != was_visible or is_counted_otherwise:
        count(comment.post_id)
    return comment


@transaction.atomic
def delete(comment_id: int) -> bool:
    """Delete a comment that nobody answered; leave a tombstone where somebody did.

    Return True if the row is gone. A tombstone keeps its place and loses text, name and addresses;
    it goes with the last answer to it.
    """
    _lock_thread_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    post_id = comment.post_id
    has_answers = _has_answers(comment_id)
    if has_answers:
        _bury(comment)
    else:
        _delete_with_empty_tombstones(comment)
    count(post_id)
    return not has_answers


def edges(parents: Mapping[int, int | None]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (id, lft, rght, level) of each comment of one thread, answers before the answered.

    `parents` maps the ids of all comments of one thread, in the order siblings stand in, to their
    parents' ids. Iterative: a chain of any length is fine.
    """
    children: dict[int | None, list[int]] = {}
    for pk, parent_id in parents.items():
        children.setdefault(parent_id, []).append(pk)
    stack = [(root, 0, False) for root in reversed(children.get(None, []))]
    left: dict[int, int] = {}
    position = 0
    while stack:
        pk, level, is_closing = stack.pop()
        position += 1
        if is_closing:
            yield pk, left[pk], position, level
            continue
        left[pk] = position
        stack.append((pk, level, True))
        stack.extend((child, level + 1, False) for child in reversed(children.get(pk, [])))


@dataclass(frozen=True)
class Fault:
    """One broken invariant of the tree."""

    tree_id: int | None
    comment_id: int | None
    what: str

    def __str__(self):
        places = {"thread": self.tree_id, "comment": self.comment_id}
        where = [f"{name} {pk}: " for name, pk in places.items() if pk is not None]
        return "".join(where) + self.what


def check(tree_ids: Iterable[int] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the trees numbered `tree_ids`, or with all of them.

    Proves that every tree belongs to one thread and one post and has one root, that lft, rght and
    level are exactly those that `parent_id` gives, without gaps, and that the tallies are right.
    One pass over the table and one query for every thousand threads. It takes no lock: what it says
    of a thread that is being written may be over a moment later, so repair looks again.
    """
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(
        "tree_id", "pk", "parent_id", "post_id", "lft", "rght", "level"
    )
    threads = Thread.objects.order_by("pk")
    if tree_ids is not None:
        tree_ids = list(tree_ids)
        rows, threads = rows.filter(tree_id__in=tree_ids), threads.filter(pk__in=tree_ids)
    trees = ((pk, list(tree)) for pk, tree in groupby(rows.iterator(2000), key=itemgetter(0)))
    for some in batched(trees, 1000):
        posts = dict(
            Thread.objects.filter(pk__in=[pk for pk, _tree in some]).values_list("pk", "post")
        )
        for tree_id, tree in some:
            yield from _faults(tree_id, posts.get(tree_id), [row[1:] for row in tree])
    lonely = ~Exists(Comment.objects.filter(tree_id=OuterRef("pk")).order_by())
    for tree_id in threads.filter(lonely).values_list("pk", flat=True):
        yield Fault(tree_id, None, "no comment in it")
    if tree_ids is None:
        for post_id, what in wrong_tallies():
            yield Fault(None, None, f"tally of post {post_id} {what}")


def _faults(tree_id, thread_post_id, tree):
    found = {pk: (lft, rght, level) for pk, _, _, lft, rght, level in tree}
    parents = {pk: parent_id for pk, parent_id, *_ in tree}
    if thread_post_id is None:
        yield Fault(tree_id, None, "no thread")
    elif {post_id for _, _, post_id, *_ in tree} != {thread_post_id}:
        yield Fault(tree_id, None, "more than one post")
    if list(parents.values()).count(None) != 1:
        yield Fault(tree_id, None, "not exactly one root")
    reached = set()
    for pk, *expected in edges(parents):
        reached.add(pk)
        if found[pk] != tuple(expected):
            yield Fault(tree_id, pk, f"is at {found[pk]}, belongs at {tuple(expected)}")
    for pk in parents.keys() - reached:
        yield Fault(tree_id, pk, "hangs on no root of its tree")


@transaction.atomic
def repair(tree_id: int) -> int:
    """Write lft, rght and level of one tree anew from `parent_id`; return how many rows changed.

    A comment that hangs on another tree goes there, and that one is written anew as well. Of
    comments that answer each other in a circle none is the first: they stay as they are.
    """
    tree_ids = {tree_id} | set(_trees_of_strays(tree_id).values())
    for missing in tree_ids - {thread.pk for thread in _lock(tree_ids)}:
        _make_thread(missing)
    strays = {pk: home for pk, home in _trees_of_strays(tree_id).items() if home in tree_ids}
    for comment_id, home in strays.items():
        Comment._base_manager.filter(pk=comment_id).update(tree_id=home)
    changed = len(strays)
    for thread in Thread.objects.filter(pk__in=tree_ids).order_by("pk"):
        changed += _number(thread.pk)
        rows = Comment.objects.filter(tree_id=thread.pk).order_by()
        changed += rows.exclude(post=thread.post_id).update(post=thread.post_id)
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
    root = Comment.objects.get(tree_id=tree_id, parent=None)
    Thread.objects.create(
        pk=tree_id,
        post_id=root.post_id,
        is_linkback=root.is_linkback,
        created_at=root.created_at,
    )


def _lock(tree_ids):
    """Lock threads in the order of their keys, so that no two wait for each other in a ring."""
    threads = Thread.objects.filter(pk__in=tree_ids).order_by("pk")
    return list(threads.select_for_update(no_key=True))


def _lock_thread_of(comment_id):
    """Lock the thread of a comment; the caller is in a transaction and reads the comment anew."""
    for _attempt in range(3):
        tree_id = _tree_id_of(comment_id)
        Thread.objects.select_for_update(no_key=True).values_list("pk").get(pk=tree_id)
        if _tree_id_of(comment_id) == tree_id:
            return tree_id
    raise Moved(comment_id)


def _tree_id_of(comment_id):
    return Comment.objects.order_by().values_list("tree_id", flat=True).get(pk=comment_id)


def _has_answers(comment_id):
    return Comment.objects.filter(parent_id=comment_id).order_by().exists()


def _delete_with_empty_tombstones(comment):
    while True:
        parent_id, tree_id = comment.parent_id, comment.tree_id
        super(Comment, comment).delete()
        if parent_id is None:
            Thread.objects.filter(pk=tree_id).delete()
            return
        comment = Comment.objects.get(pk=parent_id)
        if not comment.is_tombstone or _has_answers(parent_id):
            return


def _bury(comment):
    comment.status, comment.status_reason = Comment.Status.REMOVED, Comment.Reason.DELETED
    comment.author = None
    comment.is_verified = False
    comment.ip = None
    emptied = ["name", "email", "website", "body", "body_html", "user_agent", "referrer"]
    emptied += ["source_url", "status_before_removal"]
    for name in emptied:
        setattr(comment, name, "")
    comment.save(update_fields=["status", "status_reason", "author", "is_verified", "ip", *emptied])
