"""How much an answer reads like what moderators of this site called spam.

Robinson's combination of word frequencies by Fisher's method, as in SpamBayes and bogofilter
(G. Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107, 2003). Each language
is counted by itself. Words are stored as keyed hashes only (docs/decisions/0062).
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.crypto import salted_hmac

from blog.language import WORDS, guess_language
from comments import folding
from comments.links import email_domain, linked_hosts, shown_text
from comments.models import Comment, SpamToken

type Counts = Mapping[int, tuple[int, int]]

LEAST_LESSONS = 20  # of spam and of ham each, in one language, before anything is said
HELD_FROM = 0.95
SURE_FROM = 0.99
# Fewer signs than these decide nothing: one word is no reason.
LEAST_SIGNS = 3
# The strongest on each side: however many good words are piled up, the bad ones keep their weight.
STRONGEST = 15
WEAKEST_SIGN = 0.1  # a word that stands as often in spam as in ham says nothing
WORDS_SHOWN = 5

MOST_TOKENS = 500
SHORTEST_WORD, LONGEST_WORD = 3, 40
OF_ADDRESSES = frozenset({"http", "https", "www"})  # hosts and paths say more, links are counted
SPELLED_OUT = 4  # so many single letters in a row are a word: "c a s i n o"
# What is believed of a word nobody has seen, and how many texts it takes to outweigh that.
ROBINSON_X, ROBINSON_S = 0.5, 1


@dataclass(frozen=True)
class Text:
    """What is counted of an answer: keys of words, with each word as moderators may read it."""

    language: str
    text_key: str
    total_key: int  # of what stands in every text of this language, so its counts are the totals
    words: dict[int, str]

    @property
    def keys(self) -> list[int]:
        return [self.total_key, *self.words]


@dataclass(frozen=True)
class Opinion:
    score: float  # 0 is ham, 1 is spam
    words: list[str]  # that speak for spam, the strongest first, without "and" and "you"

    @property
    def would_hold(self) -> bool:
        return self.score >= HELD_FROM and len(self.words) >= LEAST_SIGNS


def opinion_of(comment: Comment) -> Opinion | None:
    """Return what the classifier thinks; None while it knows too little. One query."""
    text = read(comment)
    return judge(text, SpamToken.objects.counts(text.keys))


def read(comment: Comment) -> Text:
    """Return what is counted of `comment`; no query.

    Of very long texts MOST_TOKENS words count. Which ones follows from their keys, so it is always
    the same ones, and nobody without the site's secret can write around them.
    """
    shown = shown_text(comment)
    language = guess_language(shown, comment.language)
    body = folding.words(shown)
    tokens = {*_joined(body), *_joined(folding.words(f"{comment.name} {comment.website}"))}
    tokens |= {*linked_hosts(comment), f"@{email_domain(comment)}"}
    tokens -= {"", "@"} | OF_ADDRESSES
    key_of = _keys(language)
    return Text(
        language=language,
        text_key=salted_hmac(
            "comments.classifier.text", _bytes(" ".join(body)), algorithm="sha256"
        ).hexdigest()[:32],
        total_key=key_of(""),
        words=dict(sorted((key_of(token), token) for token in tokens)[:MOST_TOKENS]),
    )


def judge(text: Text, counts: Counts) -> Opinion | None:
    """Return what `counts` say of `text`; None if they hold too few texts of its language."""
    spam_total, ham_total = counts.get(text.total_key, (0, 0))
    if min(spam_total, ham_total) < LEAST_LESSONS:
        return None
    signs = []
    for key, word in text.words.items():
        spam, ham = counts.get(key, (0, 0))
        spamminess = _spamminess(spam, ham, spam_total, ham_total)
        if abs(spamminess - 0.5) >= WEAKEST_SIGN:
            signs.append((spamminess, key, word))
    signs.sort()
    of_ham = [sign for sign in signs if sign[0] < 0.5][:STRONGEST]
    of_spam = [sign for sign in reversed(signs) if sign[0] > 0.5][:STRONGEST]
    score = _fisher([spamminess for spamminess, _key, _word in of_ham + of_spam])
    # "Sie" and "your" have their part in it, but no moderator would take them for a reason.
    reasons = [word for _spamminess, _key, word in of_spam if word not in WORDS[text.language]]
    return Opinion(score, reasons)


def secret_mark() -> str:
    """Return what changes with the secret by which keys are made."""
    return salted_hmac("comments.classifier.mark", "", algorithm="sha256").hexdigest()


def _joined(words: list[str]) -> Iterator[str]:
    """Yield the folded words that count; letters that are spelled out one by one are put together.

    "c a s i n o" and "c.a.s.i.n.o" are "casino"; so is one whose letters carry combining marks.
    """
    for is_letter, run in groupby(words, key=lambda word: len(word) == 1):
        found = list(run)
        if is_letter:
            found = ["".join(found)] if len(found) >= SPELLED_OUT else []
        for word in found:
            if SHORTEST_WORD <= len(word) <= LONGEST_WORD and not word.isdecimal():
                yield word


def _spamminess(spam: int, ham: int, spam_total: int, ham_total: int) -> float:
    """Return how often what holds this word is spam, if there were as much spam as ham."""
    if not spam and not ham:
        return ROBINSON_X
    share = spam / spam_total
    share /= share + ham / ham_total
    seen = spam + ham
    return (ROBINSON_S * ROBINSON_X + seen * share) / (ROBINSON_S + seen)


def _fisher(signs: list[float]) -> float:
    """Return one number for many: 0.5 if there are none, or as strong ones on both sides."""
    spam = _chi_square([1 - sign for sign in signs])
    ham = _chi_square(signs)
    return round((1 + ham - spam) / 2, 6)


def _chi_square(chances):
    """How likely chances at least this small are by accident: the inverse chi-square function."""
    half = -math.fsum(math.log(chance) for chance in chances)
    term = total = math.exp(-half)
    for step in range(1, len(chances)):
        term *= half / step
        total += term
    return min(total, 1.0) if chances else 1.0


def _keys(language: str) -> Callable[[str], int]:
    """Return what makes 64 bits of a keyed hash, as a signed number that every database holds."""
    secret = salted_hmac("comments.classifier", "", algorithm="sha256").digest()
    begun = hashlib.blake2b(_bytes(f"{language} "), key=secret, digest_size=8)

    def key_of(token):
        mac = begun.copy()
        mac.update(_bytes(token))
        return int.from_bytes(mac.digest(), "big", signed=True)

    return key_of


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")
