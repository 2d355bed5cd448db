"""What people do with comments; views, admin, tasks and commands call the same functions."""

from dataclasses import replace
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Author, Post, PostAuthor
from blog.prepared import prepared
from blog.text import clean_comment
from comments import gate, policy, reports, sending, spam, tasks, tree
from comments.formtoken import FormUse
from comments.mistakes import judge_rules
from comments.models import Comment, Decision, Report, SpamCheck, SpamFeedback, SpamRule
from comments.models.decision import EFFECTS_AFTER, Act, moderator, standing, write
from comments.notices import follows, telling
from comments.proof import Proof, Spent

Status, Reason = Comment.Status, Comment.Reason
# Why an answer waits that appears as soon as its writer turns out to be somebody known.
WAITS_FOR_TRUST = frozenset(
    {
        Reason.FIRST_ANSWER,
        Reason.UNVERIFIED,
        Reason.SPAM_CHECK,
        Reason.NO_VERDICT,
        Reason.NOT_SENT,
    }
)


class DecidedMeanwhile(Exception):
    """The comment no longer has the status that the moderator saw."""


def submit_once(comment: Comment, **how: object) -> Comment:
    """Submit a new answer as submit_comment does; return the earlier one if it was sent before.

    Of two requests at once the second waits for the first at the unique `sending_key`.
    """
    try:
        return submit_comment(comment, **how)  # type: ignore[arg-type]
    except (IntegrityError, Spent):
        if earlier := sending.earlier(comment.sending_key):
            return earlier
        raise


def submit_comment(
    comment: Comment,
    *,
    use: FormUse | None = None,
    follow_in: str = "",
    confirm_in: str = "",
    proof: Proof | None = None,
    findings: list[gate.Finding] | None = None,
) -> Comment:
    """Save a new answer, decide whether it appears, and have it checked if need be.

    The caller sets post, parent, name, email, website, body, language, ip, user_agent and referrer;
    for a person who proved who they are also `author` and `is_verified`. An address typed into a
    form proves nothing: it links the comment to an Author inside the admin and changes no row.
    `use` is how its form was sent, None if there was none. Raise Comment.DoesNotExist if the parent
    is gone. `follow_in` is the language in which the writer wants to hear of answers, "" if not.
    A suspicious sender took a further step: `confirm_in` is the language of the mail by which they
    confirm it (TooManyQuestions if none can be sent), `proof` the work they did (Spent if it has
    counted before). `findings` are what `gate.look` said of it and the step, if it was asked.
    """
    comment.body_html = clean_comment(comment.body)
    fields = spam.fields_of(comment, use=use) if spam.may_send(comment) else {}
    # What only has to be looked at comes before the transaction: on SQLite others wait for its end.
    if comment.email and not comment.is_verified:
        comment.author = Author.with_email(comment.email)
    comment.status, comment.status_reason, findings = first_status(comment, use, findings=findings)
    comment.findings = gate.stored(findings)
    with transaction.atomic():
        if proof:
            proof.spend()
        if comment.email and comment.author is None:
            comment.author = _new_author(comment)
        tree.add(comment)
        write(comment, {})
        SpamRule.objects.note_hits(gate.rule_ids(comment.findings))
        if comment.awaits_verdict:
            SpamCheck.objects.create(comment=comment, fields=fields)
            transaction.on_commit(tasks.check_spam.enqueue, robust=True)
        telling.note(comment)
        if confirm_in:
            follows.ask_to_confirm(comment, confirm_in, wants_mail=bool(follow_in))
        elif follow_in:
            follows.ask(comment, follow_in)
    return comment


def first_status(
    comment: Comment,
    use: FormUse | None = None,
    *,
    findings: list[gate.Finding] | None = None,
) -> tuple[Comment.Status, Comment.Reason, list[gate.Finding]]:
    """Return the status of a new comment, why, and what our own checks found.

    The team and people known by an approved verified answer appear at once; known people only if
    neither a rule nor the post's policy speaks against it. All others wait: for Akismet where they
    may be sent to it, else for a moderator. What is spam by our own checks is not told to Akismet.
    `findings` are those of `gate.look`, if it has looked already.
    """
    if comment.is_verified and _is_team(comment.author, comment.post):
        return Status.APPROVED, Reason.TEAM, []
    is_known = comment.is_verified and _is_known(comment.author)
    if is_known:
        findings = gate.rules_alone(comment)
    elif findings is None:
        findings = gate.look(comment, use)
    if gate.is_spam(findings):
        return Status.SPAM, Reason.LOCAL_SPAM, findings
    held_for = policy.held_for(comment, findings)
    if is_known and not held_for:
        return Status.APPROVED, Reason.KNOWN, findings
    if spam.may_send(comment) and not is_known:
        return Status.PENDING, Reason.SPAM_CHECK, findings
    if held_for:
        return Status.PENDING, held_for, findings
    if spam.is_enabled():
        return Status.PENDING, Reason.NOT_SENT, findings
    is_known_name = comment.author_id is not None and bool(_approved_of(comment.author_id))
    return Status.PENDING, Reason.UNVERIFIED if is_known_name else Reason.FIRST_ANSWER, findings


def is_trusted(person: Author, post: Post) -> bool:
    """Whether what `person` writes while logged in appears at once, told to nobody else."""
    return _is_team(person, post) or _is_known(person)


def verify_writer(comment_id: int, author: Author) -> None:
    """Note that a mailed link proved `author` to have written this; if they are known, it appears.

    What a person or a verdict has decided stays as it is, and so does what rules hold.
    """

    def decide(comment):
        if comment.author_id != author.pk or comment.is_tombstone:
            return []
        comment.is_verified, comment.author = True, author.person
        proved = ["is_verified"] if comment.author_id == author.pk else ["is_verified", "author"]
        if comment.status_reason == Reason.UNCONFIRMED and comment.status == Status.PENDING:
            held_for = policy.held_for(comment, gate.loaded(comment.findings))
            comment.status_reason = held_for or Reason.FIRST_ANSWER
            return [*proved, "status_reason"]
        if comment.status != Status.PENDING or comment.status_reason not in WAITS_FOR_TRUST:
            return proved
        status, reason, *_findings = first_status(comment)
        if status != Status.APPROVED:
            return proved
        comment.status, comment.status_reason = status, reason
        return [*proved, "status", "status_reason"]

    telling.change(comment_id, decide)


def approve(comment_id: int, user: User, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.APPROVED, moderator(user), seen=seen)


def mark_spam(comment_id: int, user: User, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.SPAM, moderator(user), seen=seen)


def remove(comment_id: int, user: User, *, seen: str | None = None) -> bool:
    return moderate(comment_id, Status.REMOVED, moderator(user), seen=seen)


def restore(comment_id: int, user: User, *, seen: str | None = None) -> bool:
    """Give a removed comment the status it had before. Akismet is told nothing."""
    act = moderator(user)

    def decide(comment):
        if comment.status != Status.REMOVED or comment.is_tombstone:
            return []
        status = comment.status_before_removal or Status.PENDING
        return _decided(comment, status, act)

    return _change(comment_id, decide, act, seen=seen) is not None


@transaction.atomic
def moderate(comment_id: int, status: Comment.Status, act: Act, *, seen: str | None = None) -> bool:
    """Give a comment the status a moderator chose; return False if there was nothing to change.

    `seen` is the status the moderator saw: raise DecidedMeanwhile if it is another one now. What
    Akismet held wrongly to be spam or ham it is told, if it was asked. `act` says who decides; a
    post's author may do so by a mailed link, without an account.
    """

    def decide(comment):
        if comment.status == status or comment.is_tombstone:
            return []
        return [*_decided(comment, status, act), *judge_rules(comment, status)]

    comment = _change(comment_id, decide, act, seen=seen)
    if comment is not None:
        _teach(comment, status, act)
    return comment is not None


@transaction.atomic
def keep(comment_id: int, act: Act, *, seen: str | None = None) -> bool:
    """Decide that readers' reports change nothing; return False if there are none that wait."""
    comment = tree.change(comment_id, _if_as_seen(lambda comment: [], seen))
    if not reports.decide_reports(comment, Report.Outcome.KEPT, act.user):
        return False
    write(comment, standing(comment), replace(act, reason=Decision.Reason.KEPT))
    return True


@transaction.atomic
def delete(comment_id: int, act: Act, *, seen: str | None = None) -> bool:
    """Do what `tree.delete` does; raise DecidedMeanwhile if the status is not the one seen."""
    tree.change(comment_id, _if_as_seen(lambda comment: [], seen))
    return tree.delete(comment_id, act=act)


@transaction.atomic
def _change(comment_id, decide, act, *, seen):
    """Do what `decide` says, return None if that is nothing; readers' reports are decided by it."""
    changed = []

    def decide_if_as_seen(comment):
        changed.extend(_if_as_seen(decide, seen)(comment))
        return changed

    comment = telling.change(comment_id, decide_if_as_seen, act=act)
    if not changed:
        return None
    outcome = Report.Outcome.KEPT if comment.is_visible else Report.Outcome.REMOVED
    reports.decide_reports(comment, outcome, act.user)
    return comment


def _if_as_seen(decide, seen):
    def decide_if_as_seen(comment):
        if seen is not None and comment.status != seen:
            raise DecidedMeanwhile(comment)
        return decide(comment)

    return decide_if_as_seen


def _decided(comment, status, act):
    comment.status_before_removal = comment.status if status == Status.REMOVED else ""
    comment.status, comment.status_reason = status, Reason.MODERATOR
    comment.decided_by, comment.decided_at = act.user, timezone.now()
    return ["status", "status_reason", "status_before_removal", "decided_by", "decided_at"]


def _teach(comment, status, act):
    """Note for Akismet that it was wrong; only an explicit act of a moderator comes here.

    It is told when the act can no longer be undone, by the knock that comes every minute.
    """
    kind = {Status.SPAM: SpamFeedback.Kind.SPAM, Status.APPROVED: SpamFeedback.Kind.HAM}.get(status)
    check = SpamCheck.objects.filter(comment=comment).first()
    if kind is None or check is None or not (check.was_sent and spam.may_send(comment)):
        return
    if kind != check.believed():
        reporter = act.user.get_username() if act.user else "author"
        due_at = timezone.now() + (EFFECTS_AFTER if act.may_be_undone else timedelta())
        SpamFeedback.objects.create(comment=comment, kind=kind, reporter=reporter, due_at=due_at)
        transaction.on_commit(tasks.send_feedback.enqueue, robust=True)


def _new_author(comment):
    author, _is_new = Author.objects.get_or_create_by_email(
        comment.email, name=comment.name, language=comment.language
    )
    return author


def _is_team(author, post):
    if author.user is not None and author.user.is_active and author.user.is_staff:
        return True
    return PostAuthor.objects.filter(post=post, author=author).exists()


def _is_known(author):
    """Whether an answer that they are proved to have written has been approved."""
    return bool(_proved_of(author.pk))


def _of(author, **conditions):
    answers = Comment.objects.filter(author=author, status=Status.APPROVED, **conditions)
    return answers.order_by().values_list("pk")[:1]


_approved_of = prepared(lambda author: _of(author))
_proved_of = prepared(lambda author: _of(author, is_verified=True))
