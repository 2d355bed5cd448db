"""What a text is about, as a few words; plain computation without a query.

In German these are its nouns and names, which their capital tells from all other words; in English,
what is no common word. Whether a word says anything depends on how many other posts are about it
(blog/relatives.py).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from blog.language import WORDS
from blog.search.analysis import MAIN_WORD_FROM, WORD, readable, terms_of

MOST_WORDS = 12
SHORTEST = 4
IN_TITLE = 3  # a word of the title counts as if it came so much more often
# A capital after these says nothing of the word.
SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:…\n])[\s\"'„“”‚‘’«»()\[\]–-]*$")

# Address people, or stand in texts about anything.
COMMON = {
    "de": """
        anfang artikel beispiel beitrag dinge eine euch euer frage fragen grund ihnen ihre ihrem
        ihren ihrer ihres jahr jahre jahren leute mensch menschen monat sache seite stelle stunde
        tage tagen teil thema themen uhrzeit viele welt woche wochen wort worte zeit ziel
    """,
    "en": """
        about above actually after again almost already also although always another anything
        around asked away back because become been before began being below better between both
        came cannot come comes could days different does doing done down each either else enough
        even ever every everything example fact feel find first found from gave getting give given
        goes going good great hand have having help here herself himself however instead into
        itself just keep kind knew know known large last later least less like little long look
        made make makes making many maybe means might more most much must need never next nothing
        number often once only other others over part people perhaps place point post posts
        possible probably question quite rather read really right said same says seem seems seen
        several shall should show simple since small some someone something sometimes soon still
        such sure take takes tell than thank that their them then there these they thing things
        think this those though thought three through time times today together told took toward
        under until upon used using usually very want wants ways week well went were what when
        where whether which while whole whom whose will with within without word words work would
        write year years your yours yourself
    """,
}
COMMON_TERMS = {
    code: frozenset(terms_of(word, code)[0] for word in words.split())
    for code, words in COMMON.items()
}


@dataclass
class _Seen:
    spelling: str
    count: int = 0
    is_in_title: bool = False
    is_name: bool = False
    is_small: bool = False


def main_words(*, title: str, about: Iterable[str], body: str, language: str) -> dict[str, str]:
    """Return {term: spelling} of what a text is about, what says most first; at most MOST_WORDS.

    Such a word stands in the title or in `about`, or three times and more in the body: just what
    the search keeps in the columns of the same names (blog/search/analysis.py).
    """
    seen: dict[str, _Seen] = {}
    for heading in (title, *about):
        _look(readable(heading), language, seen, is_title=True)
    _look(readable(body), language, seen)
    found = {
        term: word
        for term, word in seen.items()
        if (word.is_in_title or word.count >= MAIN_WORD_FROM)
        and (language != "de" or (word.is_name and not word.is_small))
    }
    first = sorted(found, key=lambda term: (-_weight(found[term]), term))
    return {term: found[term].spelling for term in first[:MOST_WORDS]}


def rarity(count: int, of: int) -> float:
    """Return how much it says that a thing is one of `count` among `of`: from 1 (alone) to 0.

    A little even if all have it: two posts that are a whole site have something in common.
    """
    return max(0.0, 1 - math.log(max(count, 1)) / math.log(max(of, 1) + 1))


def _look(text, language, seen, *, is_title=False):
    # One stem has many spellings: the commonest is shown.
    spellings: dict[str, Counter[str]] = {}
    for match in WORD.finditer(text):
        word = match[0]
        if len(word) < SHORTEST or word.isdecimal() or word.lower() in WORDS[language]:
            continue
        term = terms_of(word, language)[0]
        if term in COMMON_TERMS[language]:
            continue
        spellings.setdefault(term, Counter())[word] += 1
        one = seen.setdefault(term, _Seen(word))
        one.count += 1
        one.is_in_title |= is_title
        if word[0].islower():
            one.is_small = True
        elif not one.is_name:
            one.is_name = not SENTENCE_BEGINS.search(
                text, max(match.start() - 12, 0), match.start()
            )
    for term, counts in spellings.items():
        seen[term].spelling = counts.most_common(1)[0][0]


def _weight(word):
    return word.count + IN_TITLE * word.is_in_title
