"""Setting a few words of any length into a given space: sizes, lines, hyphens; no drawing."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import pyphen

SOFT_HYPHEN, HYPHEN = "\u00ad", "-"
BREAK = "\u200b"  # where a writer's soft hyphen lets a word be parted
DICTIONARIES = {"de": "de_DE", "en": "en_GB"}
LEAST_LETTERS = 3  # before and after a hyphen of ours


class Piece(NamedTuple):
    """What stands on one line for certain; `before` is what joins it to the piece before it.

    A space falls away at the end of a line, a hyphen of ours ("") appears there.
    """

    text: str
    before: str


class Setting(NamedTuple):
    size: int
    lines: list[str]


def fit(
    text: str,
    language: str,
    sizes: Sequence[int],
    most_lines: Callable[[int], int],
    measure: Callable[[str, int], float],
    width: float,
) -> Setting:
    """Return `text` at the largest of `sizes` that holds it, in lines of about the same length.

    `most_lines(size)` fit below each other, `measure(text, size)` is how wide a text is. Words are
    parted only if they are wider than a line at every size; nothing is ever left out: at the
    smallest size there may be more lines.
    """
    for parts_words in (False, True):
        for size in sizes:
            measured = partial(_measured, measure, size)
            widest = width if parts_words else float("inf")
            pieces = _pieces(text, language, lambda word, of=measured, most=widest: of(word) > most)
            lines = _break(pieces, measured, width)
            if lines is not None and len(lines) <= most_lines(size):
                return Setting(size, lines)
    letters = [Piece(letter, "" if place else " ") for place, letter in enumerate(text)]
    size = sizes[-1]
    lines = _break(letters, partial(_measured, measure, size), width, "") or [text]
    return Setting(size, [line.strip() for line in lines])


def _measured(measure, size, line):
    return measure(line, size)


def _pieces(text, language, is_wide):
    """Return the words of `text`; those that are too wide for a line in syllables."""
    found = []
    for word in text.replace(SOFT_HYPHEN, BREAK).split(" "):
        for place, part in enumerate(_compound(word)):
            plain = part.replace(BREAK, "")
            parts = _syllables(part, language) if is_wide(plain) else [plain]
            for number, syllable in enumerate(parts):
                joint = "" if number else HYPHEN if place else " "
                found.append(Piece(syllable, joint))
    return [piece for piece in found if piece.text]


def _compound(word):
    """Part "Empathie-Trainer" behind its hyphen, which stays where it is."""
    return re.findall(r"[^-–/]*[-–/]+(?=.)|.+", word) or [word]


def _syllables(word, language):
    if BREAK in word:
        return word.split(BREAK)
    places = _dictionary(language).positions(word)
    ends = [0, *(at for at in places if LEAST_LETTERS <= at <= len(word) - LEAST_LETTERS)]
    return [word[start:end] for start, end in zip(ends, [*ends[1:], len(word)], strict=True)]


@lru_cache
def _dictionary(language):
    return pyphen.Pyphen(lang=DICTIONARIES.get(language, DICTIONARIES["de"]))


def _break(pieces, measure, width, hyphen=HYPHEN):
    """Return the lines that leave the least uneven space, as few as can be; None if none do.

    Costs of a line are the square of what it leaves free (Knuth and Plass 1981, simplified), and
    each hyphen of ours costs as much as a tenth of an empty line.
    """
    count = len(pieces)
    best: list[tuple[int, float, int] | None] = [(0, 0.0, 0)] + [None] * count
    for end in range(1, count + 1):
        for start in range(end - 1, -1, -1):
            line = _line(pieces, start, end, hyphen)
            wide = measure(line)
            if wide > width:
                break
            before = best[start]
            if before is None:
                continue
            free = 0 if end == count and start == 0 else ((width - wide) / width) ** 2
            is_parted = end < count and pieces[end].before == "" and hyphen
            cost = before[1] + free + (0.1 if is_parted else 0)
            found = (before[0] + 1, cost, start)
            if best[end] is None or found[:2] < best[end][:2]:
                best[end] = found
    if best[count] is None:
        return None
    lines, end = [], count
    while end:
        start = best[end][2]
        lines.append(_line(pieces, start, end, hyphen))
        end = start
    return lines[::-1]


def _line(pieces, start, end, hyphen):
    text = pieces[start].text
    for piece in pieces[start + 1 : end]:
        text += (" " if piece.before == " " else "") + piece.text
    is_parted = end < len(pieces) and pieces[end].before == ""
    return text + (hyphen if is_parted else "")
