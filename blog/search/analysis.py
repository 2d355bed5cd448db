"""From words to terms: what is written differently and means one word becomes one term.

A term begins with the letter of its language ("d", "e") and is ASCII letters and digits, so that no
tokenizer of a database has anything left to decide. Stems are Snowball's; German ones know that
"haeufig" is "häufig", and both become what "haufig" is.
"""

import re
import threading
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import Stemmer

ALGORITHMS = {"de": "german", "en": "english"}
PREFIXES = {"de": "d", "en": "e"}
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words that one hyphen joins; a dash between spaces joins nothing.
COMPOUND = re.compile(rf"{WORD.pattern}(?:[-‐‑]{WORD.pattern})*")
# The same with at least one; from the beginning of a word and without a second try, so that a long
# text without a hyphen costs little.
JOINED = re.compile(rf"(?<![^\W_])[^\W_]++(?:['’][^\W_]++)*+(?:[-‐‑]{WORD.pattern})+")
UMLAUTS = frozenset("äöü")
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})

# Stands between names, so that a phrase never reaches from one into the next; no query makes it.
GAP = "x"
# Before a term or a pair: it stands in the title; in the title or as what a text is about. So
# looking there costs what is there, and not a walk through all texts that have it somewhere.
IN_TITLE, IN_SUBJECT = "t", "a"
# Two terms that follow each other, as a number: phrases of common words are in few texts, their
# words in nearly all. More than one pair has the same number, so the phrase is looked at as well.
PAIR, PAIR_NUMBERS = "p", 2**18
MAX_TERM = 40
# PostgreSQL knows no position after 16,383 and no tsvector over 1 MB.
MAX_IN_ORDER = 15_000
MAX_OTHER = 20_000
MAIN_WORD_FROM = 3  # a word that comes so often is what a text is about

# Soft hyphens and their like: nobody sees them, but they would part a word.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))

_local = threading.local()


@dataclass(frozen=True)
class Terms:
    """A document as terms, in columns that weigh differently; in order, but for `other`."""

    title: str
    about: str
    body: str
    other: str


def readable(text: str) -> str:
    """Return `text` with each letter in one piece and without what would part words unseen."""
    return unicodedata.normalize("NFC", text).translate(INVISIBLE)


def fold(word: str) -> str:
    """Return `word` in lower case without accents; the dots of umlauts stay."""
    decomposed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", word).casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(map(_without_accent, decomposed.replace("’", "'")))


def _without_accent(letter):
    if letter.isascii() or letter in UMLAUTS:
        return letter
    marks_apart = unicodedata.normalize("NFD", letter)
    return "".join(mark for mark in marks_apart if not unicodedata.combining(mark))


@lru_cache(maxsize=50_000)
def terms_of(word: str, language: str) -> tuple[str, ...]:
    """Return the terms under which `word` is found in texts of `language`, the usual one first."""
    folded = fold(word)
    spellings = [folded]
    if language != "de" and not UMLAUTS.isdisjoint(folded):
        # Only the German rules know that ü is ue.
        spellings = [folded.translate(BARE), folded.translate(SPELLED_OUT)]
    stems = (_stemmer(language).stemWord(spelling) for spelling in spellings)
    return tuple(dict.fromkeys(PREFIXES[language] + _ascii(stem) for stem in stems))


def _stemmer(language):
    # A Stemmer is not safe between threads (PyStemmer's documentation).
    if not hasattr(_local, "stemmers"):
        _local.stemmers = {code: Stemmer.Stemmer(name) for code, name in ALGORITHMS.items()}
    return _local.stemmers[language]


def _ascii(stem):
    if not stem.isascii():
        stem = "".join(
            letter if letter.isascii() else f"u{ord(letter):x}" for letter in stem.translate(BARE)
        )
    return re.sub("[^a-z0-9]", "", stem)[:MAX_TERM]


def words_in(text: str) -> Iterator[str]:
    return (match[0] for match in WORD.finditer(text))


def pair_of(one: str, next_one: str) -> str:
    """Return the term for two terms that follow each other."""
    return f"{PAIR}{zlib.crc32(f'{one} {next_one}'.encode()) % PAIR_NUMBERS:x}"


def analyse(*, title: str, about: Iterable[str], body: str, language: str) -> Terms:
    """Return a document's terms. `about` are short texts that say what it is about: names, tags."""
    in_title = _in_order(title, language)
    names = [_in_order(name, language) for name in about][:200]
    words = _in_order(body, language)
    in_order = words[:MAX_IN_ORDER]
    counts = Counter(words)
    often = [[term] for term, count in counts.items() if count >= MAIN_WORD_FROM][:500]
    subject = [in_title, *names]
    whole = "\n".join([title, *about, body])
    others = dict.fromkeys([*words[MAX_IN_ORDER:], *_further_terms(whole, language)])
    return Terms(
        title=_column([in_title]),
        about=_column(names + often),
        body=_column([in_order]),
        other=_column(
            [
                _marked(IN_TITLE, [in_title, _pairs([in_title])]),
                _marked(IN_SUBJECT, [*subject, *often, _pairs(subject)]),
                _pairs([*subject, in_order]),
                list(others)[:MAX_OTHER],
            ]
        ),
    )


def _in_order(text, language):
    return [terms_of(word, language)[0] for word in words_in(text)]


def _marked(mark, parts):
    return [mark + term for term in dict.fromkeys(chain.from_iterable(parts))]


def _pairs(parts):
    return list(dict.fromkeys(pair_of(*two) for part in parts for two in pairwise(part)))


def _further_terms(text, language):
    """Yield other spellings, and what a hyphen joins as one word."""
    for compound in dict.fromkeys(JOINED.findall(text)):
        yield from terms_of("".join(WORD.findall(compound)), language)
    if language != "de":
        for word in dict.fromkeys(words_in(text)):
            yield from terms_of(word, language)[1:]


def _column(parts):
    # The gap at the end parts this column from the next one, too.
    return "".join(f"{' '.join(part)} {GAP} " for part in parts if part)
