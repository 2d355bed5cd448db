"""Every write of the comment tree, under the lock of its thread.

Measured rules (docs/decisions/0003): one tree for each top-level comment, its number the key of a
Thread row; lock the threads in key order, read again what you are going to change, write. Nothing
slow happens inside: cleaning, spam checks and mail come before or after. PostgreSQL must stay on
READ COMMITTED; on SQLite `transaction_mode: IMMEDIATE` is the lock.

`parent_id` is the truth; `lft`, `rght` and `level` are an index over it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, CharField, Count, Q, Value, When
from django.db.models.functions import Cast, Concat, Lower

from blog.models import Post
from comments.models import Comment, Tally, Thread


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
    comment.save(force_insert=True)
    if comment.is_visible:
        count(comment.post_id)
    return comment


@transaction.atomic
def change(comment_id: int, decide: Callable[[Comment], Iterable[str]]) -> Comment:
    """Lock the thread, read the comment again and save the fields that `decide(comment)` names.

    Whoever decides sees the row as it is now, so of two moderators the second sees the first's
    decision. Counts are made anew if the status changed.
    """
    _lock_thread_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    was_visible = comment.is_visible
    fields = list(decide(comment))
    if fields:
        comment.save(update_fields=fields)
    if comment.is_visible != was_visible:
        count(comment.post_id)
    return comment


@transaction.atomic
def delete(comment_id: int) -> bool:
    """Delete a comment that nobody answered; leave a tombstone where somebody did.

    Return True if the row is gone. A tombstone keeps its place and loses text, name and addresses.
    """
    tree_id = _lock_thread_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    has_answers = Comment.objects.filter(parent_id=comment_id).order_by().exists()
    if has_answers:
        _bury(comment)
    elif comment.parent_id is None:
        super(Comment, comment).delete()
        Thread.objects.filter(pk=tree_id).delete()
    else:
        super(Comment, comment).delete()
    count(comment.post_id)
    return not has_answers


def count(post_id: int) -> None:
    """Count a post's visible answers, people and linkbacks anew.

    Call it last in a transaction: it locks the post's Tally, so that of two writers the second
    counts what the first has committed.
    """
    Tally.objects.get_or_create(post_id=post_id)
    Tally.objects.select_for_update().get(post_id=post_id)
    Tally.objects.filter(post_id=post_id).update(**_counted(post_id))


def _counted(post_id):
    is_answer = Q(kind=Comment.Kind.COMMENT)
    # People known by address are one Author however they sign; the others go by the typed name.
    person = Case(
        When(author=None, then=Lower("name")),
        default=Concat(Value("#"), Cast("author_id", CharField())),
        output_field=CharField(),
    )
    return (
        Comment.objects.filter(post_id=post_id)
        .visible()
        .order_by()
        .aggregate(
            answer_count=Count("pk", filter=is_answer),
            people_count=Count(person, filter=is_answer, distinct=True),
            reblog_count=Count("pk", filter=Q(kind=Comment.Kind.REBLOG)),
            mention_count=Count("pk", filter=~is_answer & ~Q(kind=Comment.Kind.REBLOG)),
        )
    )


def edges(parents: dict[int, int | None]) -> Iterator[tuple[int, int, int, int]]:
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

    tree_id: int
    comment_id: int | None
    what: str


def check(tree_ids: Iterable[int] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the trees numbered `tree_ids`, or with all of them.

    Proves that every tree belongs to one thread and one post and has one root, that lft, rght and
    level are exactly those that `parent_id` gives, without gaps, and that the tallies are right.
    """
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(
        "tree_id", "pk", "parent_id", "post_id", "lft", "rght", "level"
    )
    if tree_ids is not None:
        rows = rows.filter(tree_id__in=list(tree_ids))
    tree: list = []
    for row in rows.iterator(chunk_size=2000):
        if tree and row[0] != tree[0][0]:
            yield from _faults(tree)
            tree = []
        tree.append(row)
    if tree:
        yield from _faults(tree)
    yield from _wrong_tallies()


def _faults(tree):
    tree_id = tree[0][0]
    found = {pk: (lft, rght, level) for _, pk, _, _, lft, rght, level in tree}
    parents = {pk: parent_id for _, pk, parent_id, *_ in tree}
    thread = Thread.objects.filter(pk=tree_id).values_list("post_id", flat=True).first()
    if thread is None:
        yield Fault(tree_id, None, "no thread")
    if {post_id for _, _, _, post_id, *_ in tree} != {thread}:
        yield Fault(tree_id, None, "more than one post")
    if list(parents.values()).count(None) != 1:
        yield Fault(tree_id, None, "not exactly one root")
    seen = set()
    for pk, lft, rght, level in edges(parents):
        seen.add(pk)
        if found[pk] != (lft, rght, level):
            yield Fault(tree_id, pk, f"is at {found[pk]}, belongs at {(lft, rght, level)}")
    for pk in parents.keys() - seen:
        yield Fault(tree_id, pk, "hangs on a parent outside its tree")


def _wrong_tallies():
    # `Tally.pk` is the post's; posts without a row count as zero everywhere.
    for post_id in (
        Post.objects.filter(comments__isnull=False).distinct().values_list("pk", flat=True)
    ):
        counted = _counted(post_id)
        stored = Tally.objects.filter(pk=post_id).values(*counted).first()
        if (stored or dict.fromkeys(counted, 0)) != counted:
            yield Fault(0, None, f"tally of post {post_id} is {stored}, counted {counted}")


@transaction.atomic
def repair(tree_id: int) -> int:
    """Write lft, rght and level of one tree anew from `parent_id`; return how many rows changed."""
    Thread.objects.select_for_update(no_key=True).get(pk=tree_id)
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
    Comment.objects.bulk_update(changed, ["lft", "rght", "level"], batch_size=500)
    return len(changed)


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
