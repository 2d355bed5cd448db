"""A face for everybody: three arcs, drawn here, of a random number that belongs to the person.

No third party is asked and no hash of an address is in the page. Somebody who proved who they are
has the face of their Author row. A name typed with that person's address gets another one, the same
each time: a typed address proves nothing.
"""

from functools import lru_cache
from hashlib import blake2b
from math import cos, pi, sin

from django.utils.html import format_html
from django.utils.safestring import SafeString

from comments.models import Comment

PARTS = 12
COLOURS = 6  # .face-0 … .face-5 in site.css


def face_of(comment: Comment) -> SafeString:
    """Return the face of who wrote `comment`, as an inline SVG (hidden from screen readers)."""
    if comment.author is None:
        return draw_face(_digest(comment.name.casefold()))
    if comment.is_verified:
        return draw_face(comment.author.face)
    return draw_face(_digest(f"{comment.author.face} {comment.name.casefold()}"))


@lru_cache(maxsize=4096)
def draw_face(number: str) -> SafeString:
    """Return the SVG of a hexadecimal `number` of 16 digits.

    Each ring has PARTS: its arc begins anywhere and spans 4 to 10 of them. All three are one path,
    because a page has a hundred faces.
    """
    value = int(number, 16)
    arcs = []
    for radius in (9, 5.75, 2.5):
        value, turn = divmod(value, PARTS)
        value, span = divmod(value, 7)
        arcs.append(_arc(radius, turn, span + 4))
    return format_html(
        '<svg class="face face-{}" viewBox="-11 -11 22 22" width="22" height="22" '
        'aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        value % COLOURS,
        "".join(arcs),
    )


def _arc(radius, start, parts):
    """Return an arc around 0 0, clockwise over so many PARTS, as a piece of a path."""
    ends = (2 * pi * place / PARTS for place in (start, start + parts))
    begin, end = (f"{radius * cos(angle):.1f} {radius * sin(angle):.1f}" for angle in ends)
    return f"M{begin}A{radius} {radius} 0 {int(2 * parts > PARTS)} 1 {end}"


def _digest(text):
    return blake2b(text.encode(), digest_size=8).hexdigest()
