"""What a person leaves in conversations, and how it goes when they ask for it."""

import contextlib

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.erasing import Texts, forget_in_log
from blog.models import Author
from comments import classifiertraining, tree
from comments.models import (
    AnswerMail,
    ClaimMail,
    Comment,
    CommentRevision,
    Decision,
    FollowMail,
    Invitation,
    Report,
    ReportMail,
    SpamCheck,
    SpamFeedback,
    SpamRule,
)
from comments.models.decision import Act

AT_REQUEST = Act(Decision.By.WRITER, reason=Decision.Reason.DELETION)
PERSONAL = ["name", "email", "website", "user_agent", "referrer", "ip", "author", "is_verified"]
PERSONAL += ["sending_key", "akismet_consent_at", "findings", "status_reason"]


def survey(author: Author) -> list[str]:
    """Say what there is, for the page that is shown before anything is done."""
    follows = author.follows.count()
    mails = AnswerMail.objects.filter(author=author, sent_at=None).count()
    mails += FollowMail.objects.filter(author=author, sent_at=None).count()
    lines = [
        (_answers(_written_by(author).count()), True),
        (_("What is kept about them for a time: IP address, browser, earlier texts, spam checks"),
         True),
        (_("Wishes to be told of answers: %(count)d") % {"count": follows}, follows),
        (_("Mails that have not been sent yet: %(count)d") % {"count": mails}, mails),
        (_("Invitations to write a guest post"), author.invitations.exists()),
        (_("Name and e-mail in reports of answers"), _reports_of(author).exists()),
        (_("A rule against spam names this address. It stays until you delete it."),
         _has_rule(author)),
    ]  # fmt: skip
    return [line for line, is_there in lines if is_there]


def erase(author: Author, texts: Texts) -> None:
    """Empty or remove all that a person wrote, one answer at a time; replies to it stay.

    Mentions of other sites that bear their name go in any case: they are nothing without it.
    """
    rows = list(_written_by(author).order_by("-level", "pk").values_list("pk", "kind"))
    for pk, kind in rows:
        with contextlib.suppress(Comment.DoesNotExist):  # went with the last answer to it
            if texts == Texts.REMOVED or kind != Comment.Kind.COMMENT:
                tree.delete(pk, act=AT_REQUEST)
                Comment.objects.filter(pk=pk).update(findings=[])
                ClaimMail.objects.filter(comment=pk).delete()  # an error may name the address
            else:
                tree.change(pk, _make_anonymous)
        forget_in_log(Comment, [pk])
    classifiertraining.unlearn([pk for pk, _kind in rows])
    # The log is only written on; but the name of an author who decided by mail is a copy.
    by_mail = Decision._base_manager.filter(by=Decision.By.MAILED_LINK, user=None, name=author.name)
    by_mail.update(name="")
    Invitation.objects.filter(author=author).delete()
    reports = _reports_of(author)
    ReportMail.objects.filter(report__in=reports).delete()
    reports.update(name="", email="")
    if author.email:
        ReportMail.objects.filter(about__email__iexact=author.email).delete()


def _make_anonymous(comment):
    """Keep text, place and time alone; the caller holds the thread's lock."""
    for model in (ClaimMail, CommentRevision, SpamCheck, SpamFeedback):
        model._default_manager.filter(comment=comment).delete()
    if comment.awaits_verdict:
        comment.status_reason = Comment.Reason.NO_VERDICT
    with override(comment.language):
        comment.name = _("Anonymous")
    comment.email = comment.website = comment.user_agent = comment.referrer = ""
    comment.ip = comment.author = comment.sending_key = comment.akismet_consent_at = None
    comment.is_verified, comment.findings = False, []
    return PERSONAL


def _written_by(author) -> QuerySet[Comment]:
    """What was written under this person's address, proved or not: all of it holds the address."""
    found = Q(author=author)
    if author.email:
        found |= Q(email__iexact=author.email)
    return Comment.objects.filter(found).order_by()


def _reports_of(author):
    return Report.objects.filter(email__iexact=author.email).exclude(email="").order_by()


def _has_rule(author):
    is_named = SpamRule.objects.filter(kind=SpamRule.Kind.EMAIL, value=author.email)
    return bool(author.email) and is_named.exists()


def _answers(count):
    return ngettext("%(count)d answer", "%(count)d answers", count) % {"count": count}
