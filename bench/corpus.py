"""Made-up answers and spam, the same every time: what bench.classifier learns from and is tried on.

It is synthetic. Real spam is more varied and real people are odder, so its figures compare one
version of the classifier with another; they are no promise. No public collection of German blog
comments could be had; those of English text messages are of another kind.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench import corpus_de, corpus_en

PARTS = {"de": corpus_de, "en": corpus_en}
SLOT = re.compile(r"\{(\w+)\}")
GOOD_WORDS_IN = 0.3  # this share of spam carries sentences of an innocent answer
LOOK_ALIKES = str.maketrans("aeiopcx", "аеіорсх")
DISGUISED = 0.1  # this share has a word in look-alike letters or with invisible ones


@dataclass(frozen=True)
class Sample:
    body: str
    name: str
    email: str
    language: str
    family: str
    is_spam: bool


def samples(
    language: str,
    *,
    is_spam: bool,
    families: list[str],
    innocent: list[str],
    count: int,
    seed: int,
) -> Iterator[Sample]:
    """Yield `count` texts, no two alike, of each of `families` about as many.

    `innocent` are the families of honest answers from which spam takes its good words.
    """
    chance = random.Random(f"{language} {is_spam} {families} {seed}")
    seen: set[str] = set()
    while len(seen) < count:
        family = chance.choice(families)
        sample = make(language, family, is_spam, innocent, chance)
        if sample.body not in seen:
            seen.add(sample.body)
            yield sample


def make(
    language: str, family: str, is_spam: bool, innocent: list[str], chance: random.Random
) -> Sample:
    words = PARTS[language].WORDS
    ham = PARTS[language].HAM
    body = _fill((PARTS[language].SPAM if is_spam else ham)[family], words, chance)
    if is_spam and chance.random() < GOOD_WORDS_IN:
        good = _fill(ham[chance.choice(innocent)], words, chance)
        body = f"{good} {body}" if chance.random() < 0.5 else f"{body} {good}"
    if is_spam and chance.random() < DISGUISED:
        body = _disguise(body, chance)
    name = chance.choice(words["marke"] if is_spam and chance.random() < 0.3 else words["name"])
    domain = f"mail{chance.randrange(9 if is_spam else 6)}.example"
    return Sample(body, name, f"x{chance.randrange(10**6)}@{domain}", language, family, is_spam)


def families(language: str, *, is_spam: bool) -> list[str]:
    part = PARTS[language]
    return sorted(part.SPAM if is_spam else part.HAM)


def _fill(slots, words, chance):
    def value(match):
        if match[1] == "n":
            return str(chance.randrange(10, 10_000))
        return SLOT.sub(value, chance.choice(words[match[1]]))

    text = " ".join(filter(None, (chance.choice(slot) for slot in slots)))
    text = SLOT.sub(value, text)
    return text[:1].upper() + text[1:]


def _disguise(text, chance):
    words = text.split(" ")
    for place in chance.sample(range(len(words)), min(3, len(words))):
        if "/" in words[place] or "@" in words[place]:
            continue
        if chance.random() < 0.5:
            words[place] = words[place].translate(LOOK_ALIKES)
        else:
            words[place] = "\u200b".join(words[place])
    return " ".join(words)
