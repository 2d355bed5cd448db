"""Asking to be told, and leaving it; one function for page, one-click and admin."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.models import Author
from blog.ratelimit import is_over_limit, network_of
from comments.models import Comment, Follow, FollowMail
from comments.notices import tasks

QUESTIONS_PER_WINDOW = 20
WINDOW = timedelta(days=1)
State = Follow.State


class TooManyQuestions(Exception):
    """A network has caused as many mails to strangers as it may in a day."""


def ask_to_confirm(comment: Comment, language: str, *, wants_mail: bool) -> None:
    """Ask the writer of `comment` by mail to say that they wrote it; raise TooManyQuestions.

    Confirmed by the same page as a wish to hear of answers, which `wants_mail` says they have too.
    """
    scope = Follow.Scope.ANSWER if wants_mail else Follow.Scope.NONE
    if not ask(comment, language, scope=scope) and comment.status != Comment.Status.SPAM:
        raise TooManyQuestions


def ask(comment: Comment, language: str, *, scope: str = Follow.Scope.ANSWER) -> bool:
    """Note, in the transaction that saves `comment`, that its writer wants to hear of answers.

    Who proved their address follows at once. Everybody else is asked by mail, which goes to an
    address once a day at most, whoever types it how often; nobody is told whether one goes out.
    Return False if none can be asked for.
    """
    author = comment.author
    if author is None or not author.email or comment.status == Comment.Status.SPAM:
        return False
    follow = Follow(
        author=author, post=comment.post, comment=comment, language=language, scope=scope
    )
    if comment.is_verified and author.is_verified:
        follow.activate(scope)
        return True
    if _is_over_limit(comment):
        return False
    follow.save()
    Author.objects.select_for_update(no_key=True).get(pk=author.pk)
    if not FollowMail.objects.filter(author=author, done_at=None).exists():
        FollowMail.objects.create(author=author, due_at=FollowMail.objects.next_slot(author))
    transaction.on_commit(tasks.send_follow_mails.enqueue, robust=True)
    return True


@transaction.atomic
def end(follow: Follow) -> list[int]:
    """End one wish to be told, at once; return the keys of what this ended."""
    return _end(Follow.objects.filter(pk=follow.pk))


@transaction.atomic
def end_all(author: Author) -> list[int]:
    """End all mails about answers to `author`; return the keys of the wishes this ended."""
    set_answer_mail(author, Author.AnswerMail.NEVER)
    return _end(author.follows.all())


def set_answer_mail(author: Author, choice: str) -> None:
    Author.objects.filter(pk=author.pk).update(answer_mail=choice)


@transaction.atomic
def resume(author_id: int, follow_ids: list[int], answer_mail: str) -> None:
    """Take an ending back: what was active becomes active again."""
    if answer_mail:
        Author.objects.filter(pk=author_id).update(answer_mail=answer_mail)
    ended = Follow.objects.filter(pk__in=follow_ids, author=author_id, state=State.ENDED)
    ended.update(state=State.ACTIVE, ended_at=None)


def _end(follows):
    """End what is active, and forget what was never confirmed."""
    follows.filter(state=State.PENDING).delete()
    active = follows.select_for_update().filter(state=State.ACTIVE)
    ids = list(active.values_list("pk", flat=True))
    Follow.objects.filter(pk__in=ids).update(state=State.ENDED, ended_at=timezone.now())
    return ids


def _is_over_limit(comment):
    network = network_of(comment.ip or "")
    return is_over_limit("comments.follow", network, limit=QUESTIONS_PER_WINDOW, window=WINDOW)
