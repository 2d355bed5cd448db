"""What a reader types: words, "phrases" and -exclusions, as a condition of either database.

Nothing of it reaches a database but terms of ours, so no operator can be smuggled in, and whatever
is typed either searches or is refused in words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.search.analysis import COMPOUND, PREFIXES, readable, terms_of, words_in
from blog.validators import validate_text

MAX_LENGTH = 200
MAX_WORDS = 16
QUOTES = str.maketrans(dict.fromkeys("„“”‟«»", '"'))
# A closed phrase, or one that was never closed; before either a sign that it is not wanted.
PART = re.compile(r'(?:(?<!\S)(?P<minus>[-−–]))?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Part:
    """One word, phrase or compound: the words as typed, and whether it must not be there."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_compound: bool = False

    @cached_property
    def single(self) -> list[str]:
        """The terms to find it by as one word: "Empathie-Trainer" as "Empathietrainer"."""
        if len(self.words) > 1 and not self.is_compound:
            return []
        whole = "".join(self.words)
        return [term for code in PREFIXES for term in terms_of(whole, code)]

    @cached_property
    def phrases(self) -> list[tuple[str, ...]]:
        """The ways to find it as words in their order, one for each language."""
        if len(self.words) == 1:
            return []
        return [tuple(terms_of(word, code)[0] for word in self.words) for code in PREFIXES]


@dataclass(frozen=True)
class Query:
    text: str
    parts: tuple[Part, ...]

    @property
    def wanted(self) -> list[Part]:
        return [part for part in self.parts if not part.is_excluded]

    @property
    def excluded(self) -> list[Part]:
        return [part for part in self.parts if part.is_excluded]

    @cached_property
    def terms(self) -> frozenset[str]:
        """All that a match may stand under, for marking it in a text."""
        ways = (way for part in self.wanted for way in [part.single, *part.phrases])
        return frozenset(chain.from_iterable(ways))


def parse(text: str) -> Query:
    """Return what `text` asks for; raise ValidationError, in the reader's words, if nothing can."""
    if len(text) > MAX_LENGTH:
        raise ValidationError(
            _("The search has %(count)d characters; at most %(most)d can be searched for.")
            % {"count": len(text), "most": MAX_LENGTH},
            code="too_long",
        )
    validate_text(text)
    parts = tuple(_parts(readable(text).translate(QUOTES)))
    if sum(len(part.words) for part in parts) > MAX_WORDS:
        raise ValidationError(
            _("At most %(most)d words can be searched for at once.") % {"most": MAX_WORDS},
            code="too_many",
        )
    if all(part.is_excluded for part in parts):
        raise ValidationError(_("Name at least one word that is to be found."), code="no_word")
    return Query(text, parts)


def _parts(text: str) -> Iterator[Part]:
    for match in PART.finditer(text):
        is_excluded = bool(match["minus"])
        if match["phrase"] is not None:
            if words := tuple(words_in(match["phrase"])):
                yield Part(words, is_excluded)
            continue
        for compound in COMPOUND.finditer(match["word"]):
            words = tuple(words_in(compound[0]))
            yield Part(words, is_excluded, is_compound=len(words) > 1)
