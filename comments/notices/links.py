"""Signed links of mails about answers. Each names the row it is for and can touch no other.

Nothing is stored, so nothing can be stolen from the database; what a link may do only once, a time
in its row says.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from blog.models import Author
from blog.validators import normalise_email
from comments.models import AnswerMail, Comment, Follow, FollowMail, Invitation
from comments.models.follow import CONFIRM_WITHIN, email_mark
from comments.own import KEPT as OWN_WITHIN

CONFIRM_SALT = "comments.follow.confirm"
END_SALT = "comments.follow.end"
UNDO_SALT = "comments.follow.undo"
DECIDE_SALT = "comments.answer.decide"
DECIDE_WITHIN = timedelta(days=7)
UNDO_WITHIN = timedelta(days=1)
OWN_SALT = "comments.answer.own"
INVITATION_SALT = "comments.invitation"


class LinkError(Exception):
    """A link that we did not make."""

    status = 404


class LinkOutdated(LinkError):
    """A link that we made and that leads nowhere any more."""

    status = 410


def confirm_url(mail: FollowMail) -> str:
    token = signing.dumps([mail.pk, email_mark(mail.author)], salt=CONFIRM_SALT)
    return settings.BASE_URL + reverse("comments:follow_confirm", args=[token])


def read_confirm(token: str) -> FollowMail:
    """Return the question that the link answers, used already or not; raise LinkError."""
    return _read_mail(token, CONFIRM_SALT, CONFIRM_WITHIN, FollowMail.objects)


def end_url(row: Follow | Author) -> str:
    """Return the address of page and one-click alike; it has no language and never redirects."""
    return settings.BASE_URL + reverse("comments_machine:follow_end", args=[end_token(row)])


def end_token(row: Follow | Author) -> str:
    if isinstance(row, Follow):
        return signing.dumps(["follow", row.pk, row.nonce], salt=END_SALT)
    return signing.dumps(["author", row.pk, email_mark(row)], salt=END_SALT)


def read_end(token: str) -> Follow | Author:
    """Return what the link ends, however old it is: a wish to be told, or an author's mails."""
    kind, pk, mark = _loads(token, END_SALT)
    if kind == "follow":
        follow = Follow.objects.select_related("author", "post").filter(pk=pk).first()
        if follow is None or not constant_time_compare(mark, follow.nonce):
            raise LinkOutdated
        return follow
    author = Author.objects.filter(pk=pk).first()
    if author is None or not constant_time_compare(mark, email_mark(author)):
        raise LinkOutdated
    return author


def undo_token(author: Author, follow_ids: Iterable[int], answer_mail: str) -> str:
    """Return what brings back what `author` has just ended."""
    return signing.dumps([author.pk, sorted(follow_ids), answer_mail], salt=UNDO_SALT)


def read_undo(token: str) -> tuple[int, list[int], str]:
    author_id, follow_ids, answer_mail = _loads(token, UNDO_SALT, UNDO_WITHIN)
    return author_id, follow_ids, answer_mail


def decide_url(mail: AnswerMail) -> str:
    token = signing.dumps([mail.pk, email_mark(mail.author)], salt=DECIDE_SALT)
    return settings.BASE_URL + reverse("comments:answer_decide", args=[token])


def read_decide(token: str) -> AnswerMail:
    """Return the mail whose answer the link decides about, decided already or not."""
    rows = AnswerMail.objects.select_related("comment__post", "comment__parent", "author__user")
    return _read_mail(token, DECIDE_SALT, DECIDE_WITHIN, rows)


def is_of(comment: Comment, author: Author) -> bool:
    """Whether the address that mail to `author` goes to is the one this answer was written with."""
    return bool(author.email) and normalise_email(comment.email) == author.email


def own_url(comment: Comment) -> str:
    """Return the address that lets a browser change or delete this one answer.

    Whoever calls this sends it to the address of the answer and to nobody else.
    """
    token = signing.dumps([comment.pk, _comment_mark(comment)], salt=OWN_SALT)
    return settings.BASE_URL + reverse("comments:comment_own", args=[token])


def read_own(token: str) -> Comment:
    """Return the answer that the link is for, as long as its writer may do something with it."""
    pk, mark = _loads(token, OWN_SALT, OWN_WITHIN)
    comment = Comment.objects.changeable().select_related("post").filter(pk=pk).first()
    if comment is None or not constant_time_compare(mark, _comment_mark(comment)):
        raise LinkOutdated
    return comment


def invitation_url(invitation: Invitation) -> str:
    """Return the address where a guest answers, and writes after a yes."""
    token = signing.dumps([invitation.pk, email_mark(invitation.author)], salt=INVITATION_SALT)
    return settings.BASE_URL + reverse("comments:invitation_detail", args=[token])


def read_invitation(token: str) -> Invitation:
    """Return the invitation that the link is for, however it was answered; raise LinkError."""
    pk, mark = _loads(token, INVITATION_SALT)
    rows = Invitation.objects.select_related(
        "author", "comment__post", "post", "invited_by__author"
    )
    invitation = rows.filter(pk=pk).first()
    if invitation is None or not constant_time_compare(mark, email_mark(invitation.author)):
        raise LinkOutdated
    if invitation.is_outdated:
        raise LinkOutdated
    return invitation


def _comment_mark(comment):
    """What a link holds of the address of its answer: it dies with the address."""
    value = normalise_email(comment.email)
    return salted_hmac(OWN_SALT, value, algorithm="sha256").hexdigest()[:32]


def _read_mail(token, salt, max_age, rows):
    pk, mark = _loads(token, salt, max_age)
    mail = rows.select_related("author__user").filter(pk=pk).first()
    if mail is None or not constant_time_compare(mark, email_mark(mail.author)):
        raise LinkOutdated
    return mail


def _loads(token, salt, max_age=None):
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.SignatureExpired as error:
        raise LinkOutdated from error
    except signing.BadSignature as error:
        raise LinkError from error
