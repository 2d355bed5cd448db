"""What people do with comments; views, admin, tasks and commands call the same functions."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from blog.models import Author, PostAuthor
from blog.text import clean_comment
from comments import spam, tasks, tree
from comments.models import Comment, SpamCheck, SpamFeedback

Status, Reason = Comment.Status, Comment.Reason


class DecidedMeanwhile(Exception):
    """The comment no longer has the status that the moderator saw."""


def submit_comment(comment: Comment, *, honeypot: str | None = None) -> Comment:
    """Save a new answer, decide whether it appears, and have it checked if need be.

    The caller sets post, parent, name, email, website, body, language, ip, user_agent and referrer;
    for a person who proved who they are also `author` and `is_verified`. An address typed into a
    form proves nothing: it links the comment to an Author inside the admin and changes no row.
    `honeypot` is what came in the field spam.HONEYPOT. Raise Comment.DoesNotExist if the parent
    is gone.
    """
    comment.body_html = clean_comment(comment.body)
    fields = spam.fields_of(comment, honeypot=honeypot) if spam.is_enabled() else {}
    with transaction.atomic():
        if not comment.is_verified:
            comment.author = _author_by_address(comment)
        comment.status, comment.status_reason = first_status(comment)
        tree.add(comment)
        if comment.awaits_verdict:
            SpamCheck.objects.create(comment=comment, fields=fields)
            transaction.on_commit(tasks.check_spam.enqueue, robust=True)
    return comment


def first_status(comment: Comment) -> tuple[Comment.Status, Comment.Reason]:
    """Return the status of a new comment and why.

    The team and people known by an approved verified answer appear at once. All others wait: for
    Akismet where there is a key, else for a moderator.
    """
    if comment.is_verified and _is_team(comment):
        return Status.APPROVED, Reason.TEAM
    earlier = Comment.objects.filter(author=comment.author, status=Status.APPROVED).order_by()
    if comment.is_verified and earlier.filter(is_verified=True).exists():
        return Status.APPROVED, Reason.KNOWN
    if spam.is_enabled():
        return Status.PENDING, Reason.SPAM_CHECK
    is_known_name = comment.author is not None and earlier.exists()
    return Status.PENDING, Reason.UNVERIFIED if is_known_name else Reason.FIRST_ANSWER


def approve(comment_id: int, user: AbstractBaseUser, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.APPROVED, user, seen=seen)


def mark_spam(comment_id: int, user: AbstractBaseUser, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.SPAM, user, seen=seen)


def remove(comment_id: int, user: AbstractBaseUser, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.REMOVED, user, seen=seen)


def restore(comment_id: int, user: AbstractBaseUser, *, seen: str | None = None) -> bool:
    """Undo a removal: the comment gets the status it had before. Akismet is told nothing."""

    def decide(comment):
        if comment.status != Status.REMOVED or comment.is_tombstone:
            return []
        status = comment.status_before_removal or Status.PENDING
        return _decided(comment, status, user)

    return _change(comment_id, decide, seen=seen)


def moderate(
    comment_id: int, status: Comment.Status, user: AbstractBaseUser, *, seen: str | None = None
) -> bool:
    """Give a comment the status a moderator chose; return False if there was nothing to change.

    `seen` is the status the moderator saw: raise DecidedMeanwhile if it is another one now. What
    Akismet held wrongly to be spam or ham it is told, if it was asked.
    """

    def decide(comment):
        if comment.status == status or comment.is_tombstone:
            return []
        _teach(comment, status, user)
        return _decided(comment, status, user)

    return _change(comment_id, decide, seen=seen)


def _change(comment_id, decide, *, seen):
    changed = []

    def decide_if_as_seen(comment):
        if seen is not None and comment.status != seen:
            raise DecidedMeanwhile(comment)
        changed.extend(decide(comment))
        return changed

    tree.change(comment_id, decide_if_as_seen)
    return bool(changed)


def _decided(comment, status, user):
    comment.status_before_removal = comment.status if status == Status.REMOVED else ""
    comment.status, comment.status_reason = status, Reason.MODERATOR
    comment.decided_by, comment.decided_at = user, timezone.now()
    return ["status", "status_reason", "status_before_removal", "decided_by", "decided_at"]


def _teach(comment, status, user):
    """Note for Akismet that it was wrong; only an explicit act of a moderator comes here."""
    kind = {Status.SPAM: SpamFeedback.Kind.SPAM, Status.APPROVED: SpamFeedback.Kind.HAM}.get(status)
    check = SpamCheck.objects.filter(comment=comment).first()
    if kind is None or check is None or not check.was_sent:
        return
    if kind != check.believed():
        SpamFeedback.objects.create(comment=comment, kind=kind, reporter=user.get_username())
        transaction.on_commit(tasks.send_feedback.enqueue, robust=True)


def _author_by_address(comment):
    if not comment.email:
        return None
    author, _is_new = Author.objects.get_or_create_by_email(
        comment.email, name=comment.name, language=comment.language
    )
    return author


def _is_team(comment):
    author = comment.author
    if author.user is not None and author.user.is_active and author.user.is_staff:
        return True
    return PostAuthor.objects.filter(post=comment.post_id, author=author).exists()
