"""What an edit changed, word by word, for moderators."""

import re
from difflib import SequenceMatcher

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from comments.models import Comment

WORDS = re.compile(r"\S+\s*|\s+")
# difflib's time grows with the square of the words; longer texts are shown whole, old and new.
MAX_WORDS = 2000
REVISIONS_SHOWN = 20


def history(comment: Comment) -> SafeString:
    """Return what each of the last edits changed, the newest first; "" if there was none."""
    newer, rows = comment.words, []
    for revision in comment.revisions.select_related("moderator")[:REVISIONS_SHOWN]:
        moment = date_format(timezone.localtime(revision.edited_at), "SHORT_DATETIME_FORMAT")
        rows.append((moment, revision.who(), word_diff(revision.words, newer)))
        newer = revision.words
    block = '<details class="revision" open><summary>{}, {}</summary><p>{}</p></details>'
    return format_html_join("", block, rows)


def word_diff(old: str, new: str) -> SafeString:
    """Return escaped HTML in which <del> and <ins> mark what was taken out and put in."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) > MAX_WORDS:
        return _marked("del", old) + _marked("ins", new)
    steps = SequenceMatcher(None, before, after).get_opcodes()
    parts = [
        _step(kind, "".join(before[start:end]), "".join(after[start_new:end_new]))
        for kind, start, end, start_new, end_new in steps
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


def _step(kind, old, new):
    if kind == "equal":
        return old
    return _marked("del", old) + _marked("ins", new)


def _marked(tag, text):
    return format_html("<{0}>{1}</{0}>", tag, text) if text else SafeString("")
