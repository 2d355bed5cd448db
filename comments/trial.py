"""What a rule would have caught in the last year, so that nobody has to guess before saving it."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from comments import gate
from comments.models import Comment, SpamRule

LOOKED_BACK = timedelta(days=365)
MOST = 20_000
SHOWN = 50
FIELDS = [
    "pk", "post_id", "name", "email", "website", "source_url", "body", "body_html", "addendum",
    "addendum_html", "ip", "status", "created_at",
]  # fmt: skip


@dataclass
class Trial:
    """`seen_count` answers were looked at, the newest first; `is_cut` if there were more."""

    seen_count: int = 0
    is_cut: bool = False
    caught_count: int = 0
    approved_count: int = 0
    examples: list[Comment] = field(default_factory=list)


def try_rule(rule: SpamRule) -> Trial:
    """Hold `rule`, saved or not, against the newest MOST answers of the last year; one query.

    Approved answers among the examples come first: they would have been mistakes.
    """
    trial = Trial()
    recent = Comment.objects.filter(created_at__gte=timezone.now() - LOOKED_BACK)
    for comment in recent.order_by("-created_at", "-pk").only(*FIELDS)[: MOST + 1].iterator():
        if trial.seen_count == MOST:
            trial.is_cut = True
            break
        trial.seen_count += 1
        if gate.matches(rule, comment):
            trial.caught_count += 1
            trial.approved_count += comment.is_visible
            trial.examples.append(comment)
    trial.examples.sort(key=lambda comment: not comment.is_visible)
    del trial.examples[SHOWN:]
    return trial
