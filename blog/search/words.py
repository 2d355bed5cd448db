"""Did you mean …: words that stand in the index, near the one that finds nothing.

Words are an aid and no truth: they are learned after the transaction that brought them, never
forgotten, and only suggested if a search for them finds something now. So no word that stood in a
hidden text comes out here.
"""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from itertools import chain

from django.db.models import Q

from blog.models import SearchEntry, SearchWord
from blog.search.analysis import fold, readable, words_in

SHORTEST, LONGEST = 4, 40
MOST_CANDIDATES = 3_000
MOST_MEASURED = 40
MOST_ASKED = 5
BATCH_SIZE = 400
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def learn(entries: Iterable[SearchEntry]) -> None:
    """Keep the words of these entries that are not known yet."""
    texts = (f"{entry.title}\n{entry.text}" for entry in entries)
    found: dict[str, str] = {}
    for spelling in dict.fromkeys(chain.from_iterable(map(words_in, texts))):
        if SHORTEST <= len(spelling) <= LONGEST // 2 and spelling.isalpha():
            found.setdefault(key_of(spelling), spelling)
    keys = sorted(found)
    for start in range(0, len(keys), BATCH_SIZE):
        part = keys[start : start + BATCH_SIZE]
        known = set(SearchWord.objects.filter(word__in=part).values_list("word", flat=True))
        new = [_word(key, found[key]) for key in part if key not in known]
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def forget_all() -> None:
    SearchWord.objects.all().delete()


def key_of(word: str) -> str:
    """Return `word` as it is compared: in lower case, umlauts spelled out."""
    return fold(word).translate(UMLAUTS)[:LONGEST]


def suggest(word: str, count_of: Callable[[str], int]) -> str:
    """Return the likeliest spelling of a word that finds nothing, or "".

    The nearest one; of those, the one found most often by `count_of`, which is asked five times at
    most. A slip in the first two letters leaves the last two right, so both are looked up.
    """
    wanted = key_of(readable(word))
    if not SHORTEST <= len(wanted) <= LONGEST:
        return ""
    tolerated = 1 if len(wanted) < 6 else 2
    near = []
    for key, spelling in _candidates(wanted, tolerated):
        distance = distance_of(wanted, key)
        if 0 < distance <= tolerated:
            near.append((distance, key, spelling))
    counted = [
        (distance, -count, key, spelling)
        for distance, key, spelling in sorted(near)[:MOST_ASKED]
        if (count := count_of(spelling))
    ]
    return min(counted)[-1] if counted else ""


def distance_of(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped with their neighbour.

    That is the optimal string alignment distance.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, opposite in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != opposite))
            is_swap = row > 1 and column > 1 and letter == other[column - 2]
            if is_swap and one[row - 2] == opposite:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def _candidates(wanted, tolerated):
    """Return the words that share most pairs of letters with `wanted`, out of a bounded number.

    A slip takes three pairs at most, so some share too few to be measured.
    """
    length = len(wanted)
    near = SearchWord.objects.filter(
        Q(head=wanted[:2]) | Q(tail=wanted[-2:]),
        length__range=(length - tolerated, length + tolerated),
    )
    rows = near.order_by("pk").values_list("word", "spelling")[:MOST_CANDIDATES]
    pairs = _pairs(wanted)
    shared = [(-len(pairs & _pairs(key)), key, spelling) for key, spelling in rows]
    most = 3 * tolerated - len(pairs)
    best = nsmallest(MOST_MEASURED, shared)
    return [(key, spelling) for count, key, spelling in best if count <= most]


def _pairs(word):
    return {word[place : place + 2] for place in range(len(word) - 1)}


def _word(key, spelling):
    return SearchWord(word=key, spelling=spelling, head=key[:2], tail=key[-2:], length=len(key))
