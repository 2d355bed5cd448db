"""Footnotes and pull quotes: what stands beside a text. Strings of clean HTML, no query.

In its source a note stands where it belongs, as `<span class="footnote">…</span>`, and so moves
with its sentence. A page has them numbered at the end.
"""

import re

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

SPAN = re.compile(r"<span\b[^>]*>|</span>")
NOTE = re.compile(r'<span\b[^>]*\bclass="footnote"[^>]*>')
LANG = re.compile(r'\blang="([^"]+)"')
PULL_QUOTE = re.compile(r"<aside>(?P<inside>.*?)</aside>", re.DOTALL)
# What a page shows of them that says nothing new.
MARKS = re.compile(r'<sup class="note-ref">.*?</sup>|<a class="note-back"[^>]*>.*?</a>', re.DOTALL)
ECHO = re.compile(r'<aside class="pull-quote" aria-hidden="true">.*?</aside>', re.DOTALL)


def with_footnotes(markup: str, language: str) -> str:
    """Return `markup` with its notes numbered and at the end; a number leads there and back."""
    pieces, notes = _parted(markup)
    if not notes:
        return markup
    with override(language):
        text = pieces[0]
        for number, piece in enumerate(pieces[1:], start=1):
            text = text.rstrip(" \xa0") + _reference(number) + piece
        items = "".join(_note(number, note) for number, note in enumerate(notes, start=1))
        return format_html(
            '{}<section class="notes" role="doc-endnotes" aria-label="{}"><ol>{}</ol></section>',
            _safe(text),
            _("Footnotes"),
            _safe(items),
        )


def with_pull_quotes(markup: str) -> str:
    """Mark pull quotes; one that repeats the text is for the eye alone: nobody hears it twice."""
    if "<aside>" not in markup:
        return markup
    rest = _words(PULL_QUOTE.sub(" ", markup))

    def marked(match):
        pieces, _notes = _parted(match["inside"])
        inside = "".join(pieces)
        if _words(inside) not in rest:
            return f'<aside class="pull-quote">{inside}</aside>'
        # A link that only some can see would still take everybody's focus.
        inside = re.sub(r"</?a\b[^>]*>", "", inside)
        return f'<aside class="pull-quote" aria-hidden="true">{inside}</aside>'

    return PULL_QUOTE.sub(marked, markup)


def said_once(markup: str) -> str:
    """Return HTML without numbers of notes and repeated quotes; a note in the text stands apart."""
    return NOTE.sub(" ", MARKS.sub("", ECHO.sub("", markup)))


def without_echoes(markup: str) -> str:
    """Return HTML for places that have no style sheet, where a pull quote would be said twice."""
    return ECHO.sub("", markup)


def _parted(markup):
    """Return (what stands around the notes, the notes), the first one longer than the second."""
    pieces, notes, at, begin, depth = [], [], 0, None, 0
    for tag in SPAN.finditer(markup):
        if begin is None:
            if NOTE.fullmatch(tag[0]):
                pieces.append(markup[at : tag.start()])
                begin, depth = tag, 1
            continue
        depth += 1 if tag[0] != "</span>" else -1
        if depth == 0:
            lang = LANG.search(begin[0])
            inside = NOTE.sub("<span>", markup[begin.end() : tag.start()]).strip()
            notes.append((inside, lang[1] if lang else ""))
            at, begin = tag.end(), None
    return [*pieces, markup[at:]], notes


def _reference(number):
    return format_html(
        '<sup class="note-ref"><a id="note-ref-{0}" href="#note-{0}" role="doc-noteref"'
        ' aria-label="{1}">{0}</a></sup>',
        number,
        _("Footnote %(number)d") % {"number": number},
    )


def _note(number, note):
    inside, lang = note
    return format_html(
        '<li id="note-{0}"{1}>{2} <a class="note-back" href="#note-ref-{0}" role="doc-backlink"'
        ' aria-label="{3}">↩︎</a></li>',
        number,
        format_html(' lang="{}"', lang) if lang else "",
        _safe(inside),
        _("Back to footnote %(number)d in the text") % {"number": number},
    )


def _words(markup):
    """Return the words of clean HTML in a form that can be compared."""
    text = re.sub(r"<[^>]+>", " ", markup)
    return " ".join(re.findall(r"\w+", text.casefold()))


def _safe(markup):
    return mark_safe(markup)  # noqa: S308  (parts of a cleaned text)
