"""Inviting somebody who answered to write a post, and what the guest does then.

The mail is a question and its link the guest's proof of address; nothing the guest does needs an
account. Who was invited stays free: one standing invitation a person, none after a final no.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import ready, review, revisions
from blog.htmlparts import Parts
from blog.models import Author, Post, PostAuthor
from blog.text import clean_post
from comments import actions
from comments.models import Comment, Invitation, InvitationMail
from comments.models.decision import EFFECTS_AFTER
from comments.notices import tasks

State, Kind = Invitation.State, InvitationMail.Kind
LATELY = timedelta(days=90)  # how old an answer may be to be offered; older ones by their own form


class CannotInvite(Exception):
    """Why there is no invitation, in words for who asked."""


class Overtaken(Exception):
    """The invitation stands otherwise than the page showed: withdrawn, or answered elsewhere."""


def invitable(user: User) -> QuerySet[Comment]:
    """Answers in public with an address, whose writers `user` may invite and nobody has yet."""
    standing = Invitation.objects.standing()
    writers = standing.filter(author__email=Lower(OuterRef("email")))
    team = PostAuthor.objects.filter(author=OuterRef("author"), post=OuterRef("post"))
    found = answers_of(user).exclude(Exists(writers)).exclude(Exists(team))
    return found.filter(created_at__gt=timezone.now() - LATELY)


def answers_of(user: User) -> QuerySet[Comment]:
    """Answers in public with an address: all for who publishes or moderates, else own posts'."""
    answers = Comment.objects.visible().answers().exclude(email="")
    answers = answers.filter(post__in=Post.objects.readable())
    if user.has_perm("blog.publish_post") or user.has_perm("comments.change_comment"):
        return answers
    own = PostAuthor.objects.filter(author__user=user)
    return answers.filter(post__in=own.values("post"))


@transaction.atomic
def invite(comment: Comment, user: User, *, words: str = "") -> Invitation:
    """Invite the writer of `comment`, one of `answers_of(user)`; raise CannotInvite.

    The mail waits as long as a decision can be taken back: until then `withdraw` undoes all.
    """
    author, _is_new = Author.objects.get_or_create_by_email(
        comment.email, name=comment.name, language=comment.language
    )
    if PostAuthor.objects.filter(post=comment.post_id, author=author).exists():
        raise CannotInvite(_("%(name)s is an author of this post.") % {"name": author.name})
    if earlier := Invitation.objects.standing().filter(author=author).first():
        raise CannotInvite(_standing_in_words(earlier))
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                author=author,
                comment=comment,
                invited_by=user,
                words=words,
                language=comment.language,
            )
    except IntegrityError:  # somebody else pressed the button at the same moment
        earlier = Invitation.objects.standing().get(author=author)
        raise CannotInvite(_standing_in_words(earlier)) from None
    _send(invitation, Kind.INVITED, due_at=timezone.now() + EFFECTS_AFTER)
    return invitation


def _standing_in_words(invitation):
    words = {"name": invitation.author.name}
    if invitation.is_final:
        return _("%(name)s has asked never to be invited again.") % words
    return _("%(name)s has an invitation already.") % words


@transaction.atomic
def withdraw(invitation_id: int) -> bool:
    """End an invitation that stands; its link then says so. Return False if there is none."""
    invitation = _locked(invitation_id)
    if not invitation.is_standing:
        return False
    invitation.mails.filter(done_at=None).delete()
    _answer(invitation, State.WITHDRAWN)
    return True


@transaction.atomic
def promise(invitation_id: int, promised_on: date | None) -> None:
    """The guest says yes, or names another day; raise Overtaken.

    Who uses the link has proved the address, and so to have written the answer. Locks the answer's
    thread first, as `actions.submit_comment` does.
    """
    invitation = Invitation.objects.select_related("author", "comment").get(pk=invitation_id)
    if invitation.comment is not None:
        actions.verify_writer(invitation.comment.pk, invitation.author)
    invitation = _locked(invitation_id, State.OPEN, State.PROMISED)
    is_first = invitation.state == State.OPEN
    invitation.promised_on = promised_on
    _answer(invitation, State.PROMISED, "promised_on")
    _know(invitation)
    if is_first:
        _send(invitation, Kind.PROMISED)


@transaction.atomic
def decline(invitation_id: int, *, is_final: bool) -> None:
    """The guest says no, now or for good; raise Overtaken. What was written so far goes."""
    invitation = _locked(invitation_id, State.OPEN, State.PROMISED)
    invitation.is_final = is_final
    invitation.title = invitation.text = ""
    invitation.promised_on = None
    _answer(invitation, State.DECLINED, "is_final", "title", "text", "promised_on")
    _send(invitation, Kind.DECLINED)


@transaction.atomic
def save_text(invitation_id: int, *, title: str, text: str) -> None:
    """Keep what the guest has so far; raise Overtaken."""
    invitation = _locked(invitation_id, State.PROMISED)
    invitation.title, invitation.text = title, clean_post(text)
    invitation.saved_at = timezone.now()
    invitation.save(update_fields=["title", "text", "saved_at"])


@transaction.atomic
def hand_in(invitation_id: int, *, title: str, text: str) -> Post:
    """Make the guest's text a post that waits for review, by them and grown from their answer.

    Raise Overtaken. From here on it is the desk's: a review link shows it to the guest again.
    """
    invitation = _locked(invitation_id, State.PROMISED)
    comment = invitation.comment
    post = Post.objects.create(
        title=title,
        body=clean_post(text),
        language=invitation.language,
        status=Post.Status.IN_REVIEW,
        category=comment.post.category if comment else None,
        answered_from=comment,
    )
    PostAuthor.objects.create(post=post, author=invitation.author.person)
    revisions.keep(post)
    invitation.post, invitation.title, invitation.text = post, title, ""
    invitation.handed_in_at = timezone.now()
    _answer(invitation, State.HANDED_IN, "post", "title", "text", "handed_in_at")
    _send(invitation, Kind.HANDED_IN)
    return post


@transaction.atomic
def forget_unanswered() -> None:
    """Withdraw what nobody has answered in ANSWER_WITHIN; run by night."""
    for invitation in Invitation.objects.unanswered():
        if invitation.is_outdated:
            withdraw(invitation.pk)


def agreed(post: Post, parts: Parts) -> Iterator[ready.Finding]:
    """For the list "Ready?": a guest agrees by a review link to what appears as their post."""
    invitation = Invitation.objects.filter(post=post).select_related("author").first()
    if invitation is None or any(is_current for _who, is_current in review.agreements(post)):
        return
    text = _("%(name)s, whose guest post this is, has not agreed to it as it stands.")
    yield ready.Finding("agreement", text % {"name": invitation.author.name}, "review", True)


def _locked(invitation_id, *states):
    rows = Invitation.objects.select_for_update(no_key=True, of=("self",))
    invitation = rows.select_related("author", "comment__post__category").get(pk=invitation_id)
    if states and invitation.state not in states:
        raise Overtaken
    return invitation


def _answer(invitation, state, *fields):
    invitation.state, invitation.answered_at = state, timezone.now()
    invitation.save(update_fields=["state", "answered_at", *fields])


def _know(invitation):
    """The address is proved, and who brought this person here is written down once."""
    now = timezone.now()
    person = Author.objects.filter(pk=invitation.author_id)
    person.filter(email_verified_at=None).update(email_verified_at=now)
    host = Author.objects.filter(user=invitation.invited_by).exclude(user=None).first()
    if host is not None:
        Author.objects.bring(invitation.author_id, host)


def _send(invitation, kind, **fields):
    InvitationMail.objects.create(invitation=invitation, kind=kind, **fields)
    transaction.on_commit(tasks.send_invitation_mails.enqueue, robust=True)
