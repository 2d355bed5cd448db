"""Where a cleaned text has the number of a picture, the picture itself; strings, no query."""

import html
import re
from collections.abc import Mapping
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString


class Figure(Protocol):
    """A picture of the library in the language of a text (blog/figures.py)."""

    def picture(self, alt: str) -> SafeString:
        """Return the picture; `alt` is what the text says that it shows, if it says anything."""

    @property
    def credit(self) -> SafeString | str:
        """Who made it, if that is to be told."""


IMAGE = re.compile(r"<img\b[^>]*>")
MEDIA_NUMBER = re.compile(r'<img\b[^>]*?\bdata-file="([0-9]{1,15})"')
ALT = re.compile(r'\balt="([^"]*)"')
FIGURE = re.compile(r"<figure>(?P<inside>(?:(?!</?figure>).)*)</figure>", re.DOTALL)
LONE_IMAGE = re.compile(r"<p>\s*(<img\b[^>]*>)\s*</p>")


def with_figures(markup: str, figures: Mapping[int, Figure]) -> str:
    """Draw the library's pictures; their credit stands in the caption, or behind a bare picture."""
    if not figures:
        return markup
    markup = LONE_IMAGE.sub(r"<figure>\1</figure>", markup)
    markup = FIGURE.sub(lambda match: _figure(match["inside"], figures), markup)
    return IMAGE.sub(lambda match: _drawn(match[0], figures)[0], markup)


def _figure(inside, figures):
    credits = []

    def draw(match):
        drawn, credit = _drawn(match[0], figures, has_credit_apart=True)
        credits.append(credit)
        return drawn

    inside = IMAGE.sub(draw, inside)
    told = " ".join(dict.fromkeys(filter(None, credits)))
    if told and "</figcaption>" in inside:
        inside = inside.replace("</figcaption>", f" {told}</figcaption>", 1)
    elif told:
        inside += f"<figcaption>{told}</figcaption>"
    return f"<figure>{inside}</figure>"


def _drawn(img, figures, *, has_credit_apart=False):
    """Return (HTML of the picture, HTML of its credit); `img` itself if it is none of `figures`."""
    number = MEDIA_NUMBER.match(img)
    figure = number and figures.get(int(number[1]))
    if not figure:
        return img, ""
    alt = ALT.search(img)
    picture = figure.picture(html.unescape(alt[1]) if alt else "")
    credit = figure.credit and format_html('<small class="credit">{}</small>', figure.credit)
    return (picture, credit) if has_credit_apart else (f"{picture}{credit}", credit)
