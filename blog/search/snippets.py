"""The place in a text where a search matches, with the matches marked: text, never markup."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from blog.search.analysis import WORD, terms_of

BEFORE, LENGTH = 70, 280  # characters
LOOKED_THROUGH = 60_000


@dataclass(frozen=True)
class Piece:
    text: str
    is_match: bool


@dataclass(frozen=True)
class Snippet:
    """A stretch of text in pieces, and whether there is more of it on either side."""

    pieces: list[Piece]
    has_before: bool
    has_after: bool


def marked(text: str, terms: frozenset[str], language: str) -> list[Piece]:
    """Return the whole of a short text in pieces."""
    return list(_pieces(text, _matches(text, terms, language), 0, len(text)))


def snippet(text: str, terms: frozenset[str], language: str) -> Snippet:
    """Return about 280 characters where most of `terms` meet; the beginning if none is there."""
    looked_through = text[:LOOKED_THROUGH]
    matches = _matches(looked_through, terms, language)
    start = _start(text, _best(matches))
    end = _end(text, start)
    return Snippet(list(_pieces(text, matches, start, end)), start > 0, end < len(text))


Match = tuple[int, int, str]  # from, to, the term


def _matches(text: str, terms: frozenset[str], language: str) -> list[Match]:
    """Return where `terms` stand. Each different word is looked at once, however long the text."""
    word, joined = _beginning_with("".join(sorted({term[1] for term in terms})))
    spellings = {found: found for found in word.findall(text)}
    spellings |= {found: "".join(WORD.findall(found)) for found in joined.findall(text)}
    meant = {
        spelling: min(terms.intersection(its))
        for spelling, word in spellings.items()
        if not terms.isdisjoint(its := terms_of(word, language))
    }
    found = (place for spelling in meant for place in _places(text, spelling, meant[spelling]))
    apart: list[Match] = []
    for start, end, term in sorted(found, key=lambda match: (match[0], -match[1])):
        if not apart or start >= apart[-1][1]:  # a compound is marked as a whole
            apart.append((start, end, term))
    return apart


@lru_cache(maxsize=1_000)
def _beginning_with(letters: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return WORD and JOINED for words that may become a term with one of these letters in front.

    No stem has another first letter than its word, unless that one is none of ASCII.
    """
    others = re.escape("".join(set(map(chr, range(128))) - set(letters + letters.upper())))
    first = rf"[^{others}](?<=[^\W_])(?<![^\W_].)(?<![^\W_]['’].)"
    word = rf"{first}[^\W_]*+(?:['’][^\W_]++)*+"
    joined = rf"(?<![^\W_][-‐‑]){word}(?:[-‐‑]{WORD.pattern})+"
    return re.compile(word, re.DOTALL), re.compile(joined, re.DOTALL)


def _places(text: str, spelling: str, term: str) -> Iterator[Match]:
    """Yield where `spelling` stands as a word of its own."""
    start = text.find(spelling)
    while start >= 0:
        end = start + len(spelling)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            yield start, end, term
        start = text.find(spelling, end)


def _best(matches: list[Match]) -> int:
    """Return where the stretch begins that holds most different terms, the first of them."""
    looked_at = matches[:200]
    possible = len({term for _start, _end, term in looked_at})
    best, most, last = 0, 0, 0
    within: defaultdict[str, int] = defaultdict(int)
    for place, (start, _end, term) in enumerate(looked_at):
        while last < len(looked_at) and looked_at[last][1] <= start + LENGTH - BEFORE:
            within[looked_at[last][2]] += 1
            last += 1
        if len(within) > most:
            best, most = start, len(within)
        if most == possible:
            break
        if last <= place:  # longer than any stretch
            last = place + 1
        elif within[term] > 1:
            within[term] -= 1
        else:
            del within[term]
    return best


def _start(text, place):
    if place <= BEFORE:
        return 0
    start = place - BEFORE
    space = text.find(" ", start, place)
    return space + 1 if space >= 0 else start


def _end(text, start):
    end = start + LENGTH
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", start + LENGTH // 2, end)
    return space if space >= 0 else end


def _pieces(text: str, matches: list[Match], start: int, end: int) -> Iterable[Piece]:
    place = start
    for first, last, _term in matches:
        if first < place or last > end:
            continue
        if first > place:
            yield Piece(text[place:first], False)
        yield Piece(text[first:last], True)
        place = last
    if place < end:
        yield Piece(text[place:end], False)
