"""Who is to be told of an answer, written as rows in the transaction in which it appears."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from blog.models import Author
from blog.prepared import prepared
from comments import tree
from comments.models import AnswerMail, Comment, Digest, Follow
from comments.models.decision import EFFECTS_AFTER, MACHINE, Act
from comments.notices import tasks

TOLD_WITHIN = timedelta(days=7)  # what is released later is history, not news
DIGEST_AT = time(7)
Kind, Status = AnswerMail.Kind, Comment.Status


@transaction.atomic
def change(
    comment_id: int, decide: Callable[[Comment], Iterable[str]], *, act: Act = MACHINE
) -> Comment:
    """Do what `tree.change` does, and note who is to be told of a comment that appears by it.

    What a moderator may still take back is told only when that time is over.
    """
    before = []

    def decide_and_look(comment):
        before.append((comment.status, comment.status_reason))
        return decide(comment)

    comment = tree.change(comment_id, decide_and_look, act=act)
    if (comment.status, comment.status_reason) != before[0]:
        wait = EFFECTS_AFTER if act.may_be_undone else timedelta()
        note(comment, before=before[0][0], wait=wait)
    return comment


def note(comment: Comment, *, before: str = "", wait: timedelta = timedelta()) -> None:
    """Note who is to be told of `comment`, which had the status `before`, "" if it is new.

    Nobody is told of spam, of what waits for the spam check or its writer's click, or is older than
    TOLD_WITHIN. An import does not come here. Mails go out after `wait`.
    """
    is_old = comment.created_at < timezone.now() - TOLD_WITHIN
    if is_old or comment.is_linkback or comment.awaits_verdict or comment.awaits_writer:
        return
    rows: list[AnswerMail] = []
    if comment.is_visible and before != Status.APPROVED:
        rows += _to_followers(comment)
        rows += _to_writer(comment) if before in {Status.PENDING, Status.SPAM} else []
    if comment.status in {Status.APPROVED, Status.PENDING}:
        rows += _to_authors(comment)
    once = {row.author_id: row for row in reversed(rows)}
    for row in once.values():
        row.due_at += wait
    if once:
        AnswerMail.objects.bulk_create(once.values(), ignore_conflicts=True)
        transaction.on_commit(tasks.send_answer_mails.enqueue, robust=True)


def _to_followers(comment):
    follows = list(Follow.objects.covering(comment))
    own = set(_own_follows(comment).values_list("pk", flat=True)) if follows else set()
    return [
        _row(comment, Kind.ANSWER, follow.author_id, follow=follow)
        for follow in follows
        if follow.pk not in own
    ]


def _to_writer(comment):
    """Who asked to hear of answers to a comment hears of its own approval too."""
    own = _own_follows(comment).filter(comment=comment)
    return [_row(comment, Kind.APPROVED, follow.author_id, follow=follow) for follow in own]


def _own_follows(comment):
    """What the writer of `comment` follows, with any of their addresses."""
    if comment.author_id is None:
        return Follow.objects.none()
    is_theirs = Q(author=comment.author_id) | Q(author__merged_into=comment.author_id)
    return Follow.objects.active().filter(is_theirs, post=comment.post_id)


def _to_authors(comment):
    """The authors of the post, except who wrote or decided this themselves.

    An address typed is no proof: who types an author's keeps nothing from the author.
    """
    writer = comment.author_id if comment.is_verified else None
    return [
        _row(comment, Kind.POST, author.pk, digest=_digest(author))
        for author in _authors_to_tell(comment.post_id)
        if author.pk != writer and not _has_decided(author, comment)
    ]


@prepared
def _authors_to_tell(post):
    authors = Author.objects.filter(bylines__post=post)
    authors = authors.exclude(answer_mail=Author.AnswerMail.NEVER)
    return authors.filter(Q(email__isnull=False) | Q(user__email__gt=""))


def _has_decided(author, comment):
    return author.user_id is not None and author.user_id == comment.decided_by_id


def _digest(author):
    if author.answer_mail != Author.AnswerMail.DAILY:
        return None
    due_at = _next_digest_time(timezone.localtime())
    day = timezone.localdate(due_at)
    return Digest.objects.get_or_create(author=author, day=day, defaults={"due_at": due_at})[0]


def _next_digest_time(now: datetime) -> datetime:
    day = now.date() if now.time() < DIGEST_AT else now.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, DIGEST_AT))


def _row(comment, kind, author_id, **fields):
    return AnswerMail(comment=comment, kind=kind, author_id=author_id, **fields)
