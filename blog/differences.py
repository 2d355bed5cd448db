"""What differs between two texts, word by word, as people read it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WORDS = re.compile(r"\S+\s*|\s+")
# difflib's time grows with the square of the words; longer texts are shown whole, old and new.
MAX_WORDS = 2000
CONTEXT = 1  # unchanged paragraphs shown before and after a changed one

BLOCKS = frozenset(
    {"blockquote", "caption", "figcaption", "figure", "h2", "h3", "h4", "hr", "li", "ol", "p",
     "pre", "table", "td", "th", "tr", "ul"}
)  # fmt: skip
MARKS = {"h2": "## ", "h3": "### ", "h4": "#### ", "li": "• ", "blockquote": "„ ", "hr": "———"}


def word_diff(old: str, new: str) -> SafeString:
    """Return escaped HTML in which <del> and <ins> mark what was taken out and put in."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) > MAX_WORDS:
        return marked("del", old) + marked("ins", new)
    steps = SequenceMatcher(None, before, after).get_opcodes()
    parts = [
        _step(kind, "".join(before[start:end]), "".join(after[start_new:end_new]))
        for kind, start, end, start_new, end_new in steps
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


def html_diff(old: str, new: str) -> SafeString:
    """Compare two HTML texts as their readers do: by paragraphs, and within these by words.

    Addresses of links and pictures count as words. Where only markup differs, it says so.
    """
    before, after = paragraphs(old), paragraphs(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    shown: list[SafeString] = []
    for place, (kind, start, end, start_new, end_new) in enumerate(steps):
        if kind == "equal":
            is_last = place == len(steps) - 1
            shown += _unchanged(before[start:end], is_first=place == 0, is_last=is_last)
        else:
            shown += _changed(before[start:end], after[start_new:end_new])
    return format_html_join("", "{}", ((row,) for row in shown))


@dataclass(frozen=True)
class Paragraph:
    text: str
    markup: str  # the tags within, so that a word made bold makes a difference


def paragraphs(markup: str) -> list[Paragraph]:
    """Return the text of each block, told by a mark at its beginning what it is."""
    parser = _Paragraphs()
    parser.feed(markup)
    parser.close()
    parser.end()
    return parser.found


def marked(tag: str, text: str) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, text) if text else SafeString("")


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Paragraph] = []
        self.text: list[str] = []
        self.markup: list[str] = []
        self.mark = ""
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.end()
            self.mark = MARKS.get(tag) or self.mark
            if tag == "hr":
                self.text.append(" ")
                self.end()
            return
        self.markup.append(self.get_starttag_text())
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "br":
            self.text.append("\n")
        elif tag == "img":
            self.text.append(f"[{values.get('alt', '')} {values.get('src', '')}]")

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.end()
        elif tag == "a" and self.links and (address := self.links.pop()):
            # A bare address is its own text.
            self.text.append("" if "".join(self.text).endswith(address) else f" ({address})")

    def handle_data(self, data):
        self.text.append(data)
        self.markup.append(data)

    def end(self):
        """Finish the paragraph that has begun, if it says anything."""
        text = "".join(self.text)
        if text:
            if text.strip() or self.mark == MARKS["hr"]:
                self.found.append(Paragraph(self.mark + text.strip(), "".join(self.markup)))
            self.mark = ""
        self.text, self.markup = [], []


def _unchanged(rows, *, is_first, is_last):
    """Show what stands next to a change, and how much else is as it was."""
    head = [] if is_first else rows[:CONTEXT]
    tail = [] if is_last else rows[len(head) :][-CONTEXT:]
    left_out = len(rows) - len(head) - len(tail)
    shown = [format_html("<p>{}</p>", row.text) for row in head]
    if left_out:
        words = ngettext("%(n)d paragraph unchanged", "%(n)d paragraphs unchanged", left_out)
        shown.append(format_html('<p class="diff-skipped">{}</p>', words % {"n": left_out}))
    return shown + [format_html("<p>{}</p>", row.text) for row in tail]


def _changed(before, after):
    """Show changed paragraphs, each old one beside the new one that is made of it."""
    shown = []
    for old, new in _pairs(before, after):
        if old and new and old.text == new.text:
            note = _("same words, formatted differently")
            shown.append(format_html("<p>{} <em>({})</em></p>", new.text, note))
        else:
            diff = word_diff(old.text if old else "", new.text if new else "")
            shown.append(format_html("<p>{}</p>", diff))
    return shown


def _pairs(before, after):
    """Yield (old, new) in order, None for what has no counterpart; likeness is shared words."""
    waiting = list(before)
    for new in after:
        place = next((n for n, old in enumerate(waiting) if _is_like(old, new)), None)
        if place is None:
            yield None, new
            continue
        for old in waiting[:place]:
            yield old, None
        yield waiting[place], new
        del waiting[: place + 1]
    for old in waiting:
        yield old, None


def _is_like(old, new):
    words, others = set(old.text.split()), set(new.text.split())
    return 2 * len(words & others) >= min(len(words), len(others))


def _step(kind, old, new):
    if kind == "equal":
        return old
    return marked("del", old) + marked("ins", new)
