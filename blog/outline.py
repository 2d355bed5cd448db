"""How long a text is and what stands in it; plain computation over clean HTML."""

import math
import re
from functools import lru_cache
from typing import NamedTuple

from blog.text import plain_text

WORDS_PER_MINUTE = 238
LONG_FROM_WORDS = 900
HEADINGS_FROM = 3
HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)


class Heading(NamedTuple):
    anchor: str
    text: str
    is_below: bool  # a third-level heading, under the second-level one before it


def reading_minutes(html: str) -> int:
    """Return the whole minutes needed to read `html`, rounded up, at least 1.

    Tags are not counted. Speed: Brysbaert 2019, doi:10.1016/j.jml.2019.104047 (English
    non-fiction; German words are longer and fewer, which comes to about the same).
    """
    return max(1, math.ceil(_word_count(html) / WORDS_PER_MINUTE))


def contents(html: str) -> list[Heading]:
    """Return the headings of a long text with several; [] for one that needs no table of contents.

    `html` is what blog.text.render_post gives: its headings have ids.
    """
    found = HEADING.findall(html)
    if len(found) < HEADINGS_FROM or _word_count(html) < LONG_FROM_WORDS:
        return []
    return [Heading(anchor, plain_text(inside), level == "3") for level, anchor, inside in found]


@lru_cache(maxsize=256)
def _word_count(html: str) -> int:
    return len(plain_text(html).split())
