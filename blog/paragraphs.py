"""A post's HTML in pieces that can be spoken of: paragraphs, headings, items, figures, tables."""

from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

from blog.text import plain_text

VOID = frozenset({"br", "hr", "img", "source"})
# What has no words is spoken of by what it is; each of these is one piece.
WORDLESS = ("<img", "<figure", "<table")


@dataclass(frozen=True)
class Paragraph:
    number: int  # from 1
    html: SafeString
    words: str  # its text on one line; of a picture, what it shows


def paragraphs(body_html: str) -> list[Paragraph]:
    """Return the outermost elements of a post's `body_html`; joined, their HTML is all of it.

    Rules and empty paragraphs belong to what stands before them: there is nothing to say of them.
    """
    parser = _Pieces()
    parser.feed(body_html)
    parser.close()
    pieces: list[tuple[str, str]] = []
    for piece, alt in parser.pieces():
        words = plain_text(piece) or alt
        if words or any(tag in piece for tag in WORDLESS) or not pieces:
            pieces.append((piece, words))
        else:
            pieces[-1] = (pieces[-1][0] + piece, pieces[-1][1])
    return [
        Paragraph(number, mark_safe(piece), words)  # noqa: S308  (parts of a cleaned body_html)
        for number, (piece, words) in enumerate(pieces, start=1)
    ]


class _Pieces(HTMLParser):
    """Cut where no element is open. What it reads was written by nh3, so all tags are balanced."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.done: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.alts: list[str] = []
        self.depth = 0

    def pieces(self):
        self._cut()
        return self.done

    def handle_starttag(self, tag, attrs):
        if not self.depth:
            self._cut()
        self.open.append(self.get_starttag_text())
        self.alts += [value for name, value in attrs if name == "alt" and value]
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag):
        self.open.append(f"</{tag}>")
        self.depth = max(0, self.depth - 1)
        if not self.depth:
            self._cut()

    def handle_data(self, data):
        self.open.append(data)

    def handle_entityref(self, name):
        self.open.append(f"&{name};")

    def handle_charref(self, name):
        self.open.append(f"&#{name};")

    def _cut(self):
        if self.open:
            self.done.append(("".join(self.open), " ".join(self.alts)))
        self.open, self.alts = [], []
