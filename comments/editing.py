"""What writers may do with their own answers: change them for a while, later add to them.

Both are cleaned by every visitor's rules, checked for spam again, and leave what they replaced in a
CommentRevision (docs/decisions/0044).
"""

import re
from copy import copy
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog.language import guess_language
from blog.text import clean_comment
from comments import gate, policy, spam, tasks
from comments.actions import first_status
from comments.models import Comment, CommentRevision, SpamCheck
from comments.notices import telling

ALWAYS_OPEN_FOR = timedelta(minutes=5)
OPEN_FOR = timedelta(minutes=15)
LINK = re.compile(r'href="([^"]*)"')

Status, Reason = Comment.Status, Comment.Reason
# Why a new answer waits for a moderator although nothing speaks against it.
UNDECIDED = frozenset({Reason.FIRST_ANSWER, Reason.UNVERIFIED, Reason.NOT_SENT})


class Closed(Exception):
    """The time for this is over, or the answer is no longer its writer's to change."""


def may_change(comment: Comment) -> bool:
    """Whether the text may still be replaced; at most one query.

    For 15 minutes or until the first answer that others can see, but for 5 minutes in any case.
    """
    age = timezone.now() - comment.created_at
    if age < ALWAYS_OPEN_FOR:
        return True
    answers = Comment.objects.visible().filter(parent=comment).order_by()
    return age < OPEN_FOR and not answers.exists()


def change_body(comment_id: int, body: str, **sent_from: object) -> Comment:
    """Replace the text of an own answer; raise Closed if that is no longer possible.

    `sent_from` are ip and user_agent of who does so. The same text once more changes nothing.
    """
    body_html = clean_comment(body)

    def decide(comment):
        if comment.body == body:
            return []
        if not (comment.is_changeable and may_change(comment)):
            raise Closed
        now = timezone.now()
        return _replace(comment, sent_from, body=body, body_html=body_html, edited_at=now)

    return telling.change(comment_id, decide)


def add_addendum(comment_id: int, text: str, **sent_from: object) -> Comment:
    """Add to an own answer, once; raise Closed if there is something else already."""
    html = clean_comment(text)

    def decide(comment):
        if comment.addendum == text:
            return []
        if comment.addendum or not comment.is_changeable:
            raise Closed
        now = timezone.now()
        return _replace(comment, sent_from, addendum=text, addendum_html=html, addendum_at=now)

    return telling.change(comment_id, decide)


def keep_revision(comment: Comment, moderator: User | None = None) -> None:
    """Keep the text that is about to be replaced; the caller holds the thread's lock."""
    by = CommentRevision.By.MODERATOR if moderator else CommentRevision.By.READER
    CommentRevision.objects.create(
        comment=comment,
        body=comment.body,
        addendum=comment.addendum,
        edited_at=timezone.now(),
        edited_by=by,
        moderator=moderator,
    )


def _replace(comment, sent_from, **fields):
    """Write `fields` into a locked comment and judge it again; return what has changed."""
    keep_revision(comment)
    links = _links(comment)
    language = guess_language(fields.get("body", comment.body), comment.language)
    fields |= sent_from | {"language": language}
    for name, value in fields.items():
        setattr(comment, name, value)
    return [*fields, *_judge_again(comment, has_new_links=not _links(comment) <= links)]


def _judge_again(comment, *, has_new_links):
    """Decide anew whether the comment appears: clean first and spam later must not pass.

    What would wait for a moderator if it were new stays where it is, unless links were added or our
    own checks find something that they had not found before.
    """
    whole = copy(comment)
    whole.body = comment.words
    status, reason, findings = first_status(whole)
    known = gate.loaded(comment.findings)
    findings = [*gate.of_the_form(known), *findings]
    comment.findings = gate.stored(findings)
    if reason == Reason.HELD:
        is_news = gate.is_held([new for new in findings if new not in known])
        reason = policy.held_for(whole, findings) if is_news else Reason.UNVERIFIED
    if reason in UNDECIDED and comment.status == Status.APPROVED and has_new_links:
        reason = Reason.EDITED
    elif reason in UNDECIDED or status == Status.APPROVED:
        return ["findings"]
    comment.status, comment.status_reason = status, reason
    if comment.awaits_verdict:
        _ask_again(comment, spam.fields_of(whole))
    return ["findings", "status", "status_reason"]


def _ask_again(comment, fields):
    """Replace the comment's check by one of the new text.

    A worker that holds the old row finds it gone and rolls its verdict back: that was of the text
    before (comments.verdicts).
    """
    SpamCheck.objects.filter(comment=comment).delete()
    SpamCheck.objects.create(comment=comment, fields=fields | {"recheck_reason": "edit"})
    transaction.on_commit(tasks.check_spam.enqueue, robust=True)


def _links(comment):
    return frozenset(LINK.findall(comment.body_html + comment.addendum_html))
