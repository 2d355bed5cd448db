"""How often a rule was wrong: a moderator approved what it caught."""

from comments import gate
from comments.models import Comment, SpamRule


def judge_rules(comment: Comment, status: str) -> list[str]:
    """Count it as a mistake of its rules that a moderator approved what they caught."""
    if status == Comment.Status.REMOVED:
        return []
    return mark_mistake(comment, is_mistake=status == Comment.Status.APPROVED)


def mark_mistake(comment: Comment, *, is_mistake: bool) -> list[str]:
    """Count a mistake of the rules that caught `comment`, or take it back; once, however often.

    Return the fields that have changed; the caller saves them, under the thread's lock.
    """
    was_mistake = any(found.get("is_mistake") for found in comment.findings)
    rules = gate.rule_ids(comment.findings)
    if not rules or is_mistake == was_mistake:
        return []
    SpamRule.objects.note_mistakes(rules, 1 if is_mistake else -1)
    comment.findings = [
        found | ({"is_mistake": is_mistake} if found["code"] == "rule" else {})
        for found in comment.findings
    ]
    return ["findings"]
