"""What the one click of a mailed link confirms, and what a mailed link decides."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from blog.models import Author, PostAuthor
from comments import actions
from comments.models import AnswerMail, Comment, Decision, Follow, FollowMail
from comments.models.decision import Act
from comments.notices.links import LinkOutdated

DECISIONS = {
    "approve": Comment.Status.APPROVED,
    "spam": Comment.Status.SPAM,
    "remove": Comment.Status.REMOVED,
}


def asked_for(author: Author) -> list[Follow]:
    """Return what `author` may confirm now, with the answers that it is about."""
    follows = Follow.objects.pending().filter(author=author, comment__isnull=False)
    follows = follows.exclude(comment__status=Comment.Status.REMOVED)
    return list(follows.select_related("comment__post").order_by("comment__tree_id", "pk"))


@transaction.atomic
def confirm(mail: FollowMail, scopes: Mapping[int, str]) -> bool:
    """Confirm what the page showed; return False if the link was used before.

    `scopes` maps each wish to what is to be told; "" says that somebody else wrote that answer:
    the wish is forgotten and the answer stays unproved; Scope.NONE proves it and asks for no mail.
    Locks threads before people, as
    `submit_comment` does.
    """
    unused = FollowMail.objects.filter(pk=mail.pk, used_at=None)
    if not unused.update(used_at=timezone.now()):
        return False
    for follow in asked_for(mail.author):
        if scopes.get(follow.pk) and follow.comment is not None:
            actions.verify_writer(follow.comment.pk, mail.author)
            _settle(follow, scopes[follow.pk])
        elif follow.pk in scopes:
            follow.delete()
    if any(scopes.values()):
        unproved = Author.objects.filter(pk=mail.author_id, email_verified_at=None)
        unproved.update(email_verified_at=timezone.now())
    return True


def _settle(follow, scope):
    if scope == Follow.Scope.NONE:
        follow.delete()
    else:
        follow.activate(scope)


def may_decide(author: Author, comment: Comment) -> bool:
    """Whether `author` may moderate `comment`: by the rights of their account, or by authorship.

    Asked when the page is shown and when it acts: a right that was taken away is gone.
    """
    user = author.user
    if user is not None and not user.is_active:
        return False
    if user is not None and user.has_perm("comments.change_comment"):
        return True
    return PostAuthor.objects.filter(post=comment.post_id, author=author).exists()


@transaction.atomic
def decide(mail: AnswerMail, decision: str, *, seen: str) -> bool:
    """Do what a mailed link's page was asked to, once; return False if there was nothing to change.

    Raise LinkOutdated if the link was used before, actions.DecidedMeanwhile if somebody else was
    quicker: then it counts as not used.
    """
    unused = AnswerMail.objects.filter(pk=mail.pk, acted_at=None)
    if not unused.update(acted_at=timezone.now()):
        raise LinkOutdated
    act = Act(Decision.By.MAILED_LINK, mail.author.user, mail.author.name[:150])
    return actions.moderate(mail.comment_id, DECISIONS[decision], act, seen=seen)
