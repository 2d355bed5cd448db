"""What an edit changed, word by word, for moderators."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from blog.differences import word_diff
from comments.models import Comment

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
