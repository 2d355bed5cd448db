"""Adding, changing and deleting comments."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy

from django.db import connection, transaction

from blog.prepared import prepared
from comments import reports, searching
from comments.models import (
    Comment,
    CommentRevision,
    Decision,
    Like,
    SpamCheck,
    SpamFeedback,
    Thread,
)
from comments.models.decision import MACHINE, Act, standing, write
from comments.tallies import count, note_change, shift
from comments.tree.counts import add_visible
from comments.tree.locks import lock_threads_of
from comments.tree.numbering import edges

COUNTED_BY = frozenset({"name", "author", "author_id", "kind"})


@transaction.atomic(savepoint=False)
def add(comment: Comment) -> Comment:
    """Insert an unsaved `comment` as the last answer of its parent, or as the root of a new thread.

    `comment.post` is set from the parent. Raise Comment.DoesNotExist if the parent is gone. What
    fails here takes the transaction of the caller along: others wait while it lasts.
    """
    if comment.parent_id is None:
        thread = thread_for(comment)
        thread.save()
        comment.tree_id, comment.lft, comment.rght, comment.level = thread.pk, 1, 2, 0
        comment.visible_count = int(comment.is_visible)
    else:
        lock_threads_of(comment.parent_id)
        comment.parent = _row(comment.parent_id)
        comment.post_id = comment.parent.post_id
        comment.visible_count = 0
        # Here and not by `save`: it would read the parent once more, and take edges that an attempt
        # which failed has left for room that is made already.
        Comment.objects.insert_node(comment, comment.parent, refresh_target=False)
        add_visible(comment.parent.tree_id, int(comment.is_visible))
    comment.save(force_insert=True)
    if comment.is_visible:
        note_change(comment)
    shift(comment, int(comment.is_visible))
    return comment


def _row(comment_id):
    found = _rows(comment_id)
    if not found:
        raise Comment.DoesNotExist(comment_id)
    return found[0]


@prepared
def _rows(pk):
    return Comment.objects.filter(pk=pk).order_by()


@transaction.atomic
def add_threads(comments: Mapping[int, Comment], parents: Mapping[int, int | None]) -> None:
    """Insert whole new threads of one post: a query for every 500 comments, however deep they are.

    `comments` are unsaved, by any number, in the order siblings are to stand in; `parents` gives
    for each the number of what it answers, None for a root. The caller counts the post afterwards.
    """
    roots = [number for number in comments if parents[number] is None]
    new = Thread.objects.bulk_create(thread_for(comments[number]) for number in roots)
    threads = dict(zip(roots, new, strict=True))
    below: list[Comment] = []
    for number, lft, rght, level in edges({number: parents[number] for number in comments}):
        comment = comments[number]
        comment.lft, comment.rght, comment.level = lft, rght, level
        below.append(comment)
        if level == 0:  # the root closes its thread; numbers begin at 1 in each
            _place(below, threads[number].pk, lft - 1)
            below = []
    for comment, pk in zip(comments.values(), _new_ids(len(comments)), strict=True):
        comment.pk = pk
    for number, comment in comments.items():
        parent = parents[number]
        comment.parent_id = None if parent is None else comments[parent].pk
    Comment.objects.bulk_create(comments.values(), batch_size=500)
    searching.index_answers(comments.values())


def _new_ids(count):
    """Take ids before the rows are inserted, so that answers can name parents not there yet.

    Foreign keys are checked when the transaction ends. On SQLite no other writer can come between.
    """
    table = Comment._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            ((last,),) = cursor.fetchall() or [(0,)]
            return range(last + 1, last + 1 + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def thread_for(comment: Comment) -> Thread:
    """Return the unsaved Thread of which `comment` is the root."""
    return Thread(
        post_id=comment.post_id, is_linkback=comment.is_linkback, created_at=comment.created_at
    )


def _place(comments, tree_id, offset):
    for comment in comments:
        comment.tree_id = tree_id
        comment.lft, comment.rght = comment.lft - offset, comment.rght - offset
        comment.visible_count = 0
    *_answers, root = comments
    root.visible_count = sum(comment.is_visible for comment in comments)


@transaction.atomic
def change(
    comment_id: int, decide: Callable[[Comment], Iterable[str]], *, act: Act = MACHINE
) -> Comment:
    """Lock the thread, read the comment again and save the fields that `decide(comment)` names.

    Whoever decides sees the row as it is now, so of two moderators the second sees the first's
    decision. A change of status is logged as decided by `act`. The post is counted anew where a
    visible comment is somebody else's now.
    """
    lock_threads_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    was, was_visible = standing(comment), comment.is_visible
    fields = list(decide(comment))
    if fields:
        comment.save(update_fields=fields)
    if (comment.status, comment.status_reason) != (was["status"], was["status_reason"]):
        write(comment, was, act)
    if fields and (comment.is_visible or was_visible):
        note_change(comment)
    add_visible(comment.tree_id, comment.is_visible - was_visible)
    if COUNTED_BY.isdisjoint(fields):
        shift(comment, comment.is_visible - was_visible)
    elif comment.is_visible or was_visible:
        count(comment.post_id)
    return comment


@transaction.atomic
def delete(comment_id: int, *, act: Act = MACHINE) -> bool:
    """Delete a comment that nobody answered; leave a tombstone where somebody did.

    Return True if the row is gone. A tombstone keeps its place and loses text, name and addresses;
    it goes with the last answer to it. Both are logged as decided by `act`.
    """
    lock_threads_of(comment_id)
    comment = Comment.objects.get(pk=comment_id)
    before = copy(comment)
    has_answers = _has_answers(comment_id)
    reports.decide_deleted(before, act)
    if has_answers:
        _bury(comment)
    else:
        _delete_leaf(comment)
    write(before, standing(before), act, to=comment.status if has_answers else Decision.GONE)
    note_change(before)
    add_visible(comment.tree_id, -before.is_visible)
    if not has_answers:
        delete_empty_tombstones(comment.parent_id)
    shift(before, -before.is_visible)
    return not has_answers


def delete_empty_tombstones(comment_id: int | None) -> None:
    """Delete a tombstone that no answer is left to, and so on upwards; the caller locks."""
    while comment_id is not None:
        comment = Comment.objects.get(pk=comment_id)
        if not comment.is_tombstone or _has_answers(comment_id):
            return
        _delete_leaf(comment)
        comment_id = comment.parent_id


def _delete_leaf(comment):
    super(Comment, comment).delete()
    if comment.parent_id is None:
        Thread.objects.filter(pk=comment.tree_id).delete()


def _has_answers(comment_id):
    return Comment.objects.filter(parent_id=comment_id).order_by().exists()


def _bury(comment):
    """Leave the place and nothing else: earlier texts and what was sent to Akismet go as well."""
    for rows in (CommentRevision.objects, SpamCheck.objects, SpamFeedback.objects):
        rows.filter(comment=comment).delete()
    comment.status, comment.status_reason = Comment.Status.REMOVED, Comment.Reason.DELETED
    comment.author = None
    comment.is_verified = False
    emptied = ["name", "email", "website", "body", "body_html", "user_agent", "referrer"]
    emptied += ["source_url", "status_before_removal", "addendum", "addendum_html"]
    for name in emptied:
        setattr(comment, name, "")
    undone = ["edited_at", "addendum_at", "akismet_consent_at", "sending_key", "ip"]
    for name in undone:
        setattr(comment, name, None)
    undone.append("is_verified")
    comment.like_count = 0
    comment.findings = []  # they hold words of the text and the domain of the address
    fields = ["status", "status_reason", "author", "like_count", "findings", *undone, *emptied]
    comment.save(update_fields=fields)
    # After the row is locked: a like of the same moment is either counted and goes, or is refused.
    Like.objects.filter(comment=comment).delete()
