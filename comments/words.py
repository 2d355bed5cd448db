"""Answers and decisions in a few words, for moderators."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from blog.text import plain_text
from comments import gate
from comments.models import Comment, Decision

# What somebody did to an answer, and when.
DECIDED = {
    "pending": gettext_lazy("put back among what waits by %(who)s, %(when)s"),
    "approved": gettext_lazy("approved by %(who)s, %(when)s"),
    "spam": gettext_lazy("marked as spam by %(who)s, %(when)s"),
    "removed": gettext_lazy("removed by %(who)s, %(when)s"),
    "gone": gettext_lazy("deleted by %(who)s, %(when)s"),
    "kept": gettext_lazy("kept after reports by %(who)s, %(when)s"),
    "undone": gettext_lazy("decision taken back by %(who)s, %(when)s"),
}
# What one press of a button has just done.
ACTED = {
    "approved": ngettext_lazy(
        "Approved: %(names)s.", "%(count)d answers approved: %(names)s.", "count"
    ),
    "spam": ngettext_lazy(
        "Marked as spam: %(names)s.", "%(count)d answers marked as spam: %(names)s.", "count"
    ),
    "removed": ngettext_lazy(
        "Removed: %(names)s.", "%(count)d answers removed: %(names)s.", "count"
    ),
    "kept": ngettext_lazy(
        "Kept: %(names)s.", "%(count)d answers kept: %(names)s.", "count"
    ),
    "pending": ngettext_lazy(
        "Put back: %(names)s.", "%(count)d answers put back: %(names)s.", "count"
    ),
}  # fmt: skip
NAMES_SHOWN = 3


def why(comment: Comment) -> str:
    """Say why a comment has its status and what our own checks found: "…; Form in 1.2 s"."""
    words = [comment.get_status_reason_display(), gate.in_words(comment.findings)]
    return "; ".join(word for word in words if word)


def excerpt(comment: Comment) -> str:
    return Truncator(plain_text(comment.body_html)).words(20, truncate=" …")


def decided(decision: Decision) -> str:
    """Say what became of an answer: "approved by Anna, 22 Nov. 14:03"."""
    when = date_format(timezone.localtime(decision.at), "SHORT_DATETIME_FORMAT")
    sentence = DECIDED[_kind(decision)] % {"who": decision.who, "when": when}
    return f"{sentence}: {decision.words}" if decision.words else sentence


def acted(decisions: Sequence[Decision]) -> str:
    """Say what one press of a button did; the decisions were loaded with their answers."""
    names = [decision.comment.name if decision.comment else "…" for decision in decisions]
    shown = ", ".join(_("the answer by %(name)s") % {"name": name} for name in names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown += " …"
    return ACTED[_kind(decisions[0])] % {"count": len(names), "names": shown}


def conflict(comment: Comment, decision: Decision | None) -> str:
    """Say to a moderator why their decision was not made: somebody else was quicker."""
    what = decided(decision) if decision else comment.get_status_display()
    return _("Nothing was changed: the answer by %(name)s was decided meanwhile (%(what)s).") % {
        "name": comment.name,
        "what": what,
    }


def _kind(decision):
    special = {Decision.Reason.KEPT, Decision.Reason.UNDONE}
    return decision.reason if decision.reason in special else decision.to_status
