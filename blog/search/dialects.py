"""Looking terms up as each database does: FTS5 (SQLite's documentation, section 3), `to_tsquery`.

Terms are ASCII letters and digits, so they can be put between quotes without more ado.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from django.db import connection

from blog.models import SearchEntry
from blog.prepared import prepared
from blog.search.analysis import IN_SUBJECT, IN_TITLE, PREFIXES, pair_of
from blog.search.query import Part, Query


@dataclass(frozen=True)
class Place:
    """Where to look: the mark of the terms that stand there, and the columns that keep order.

    The mark is in a column that keeps none.
    """

    mark: str
    in_order: tuple[str, ...]

    @property
    def in_any_order(self) -> tuple[str, ...]:
        return ("other_terms",) if self.mark else (*self.in_order, "other_terms")


# From what counts most: in the title; in the title or as what it is about; anywhere.
ANYWHERE = Place("", ("title_terms", "about_terms", "body_terms"))
PLACES = (
    Place(IN_TITLE, ("title_terms",)),
    Place(IN_SUBJECT, ("title_terms", "about_terms")),
    ANYWHERE,
)
TABLE = SearchEntry._meta.db_table
INDEX = "blog_searchindex"

LAST = 2**63 - 1  # no entry has this number
# A stretch of entries is a term on PostgreSQL (migration `search_windows`).
WINDOW, WINDOW_ENTRIES = "w", 4096
FIRST_WINDOWS, MOST_WINDOWS = 2, 250

Limits = list[list[str]]  # an entry must have one term of each list


def newest(
    query: Query, limits: Limits, places: Sequence[Place], at_once: int
) -> Iterator[tuple[int, int]]:
    """Yield (entry, number of the place) for what matches in each of `places`, one after the other.

    In each the last indexed come first, and `at_once` are asked for. They hold all that `query`
    wants and nothing it excludes: that must stand nowhere, wherever the rest is looked for.
    """
    is_postgresql = connection.vendor == "postgresql"
    look = partial(_in_tsvector, _newest_window()) if is_postgresql else _in_fts5
    for number, place in enumerate(places):
        for pk in look(query, limits, place, at_once):
            yield pk, number


def _in_fts5(query, limits, place, at_once):
    """FTS5 walks its lists from the end and stops when it has enough."""
    wanted = " AND ".join(
        [f"({' OR '.join(map(_quoted, terms))})" for terms in limits]
        + [f"({_fts5_part(part, place)})" for part in query.wanted]
    )
    if query.excluded:
        unwanted = " OR ".join(f"({_fts5_part(part, ANYWHERE)})" for part in query.excluded)
        wanted = f"({wanted}) NOT ({unwanted})"
    sql = f"""
        SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s AND rowid < %s
        ORDER BY rowid DESC LIMIT %s"""  # noqa: S608
    return _found(sql, [wanted], LAST, at_once)


def _found(sql: str, values: list[str], before: int, at_once: int) -> Iterator[int]:
    """Yield what `sql` finds below `before`, the highest numbers first, until there is no more."""
    while before:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, before, at_once])
            found = [pk for (pk,) in cursor.fetchall()]
        yield from found
        before = found[-1] if len(found) == at_once else 0


def _fts5_part(part: Part, place: Place) -> str:
    ways = [f'"{place.mark}{term}"' for term in part.single]
    columns = f"{{{' '.join(place.in_order)}}}"
    for way, pairs in zip(part.phrases, _pairs(part, place), strict=True):
        ways.append(
            f"({' AND '.join(map(_quoted, pairs))} AND {columns} : {_quoted(' '.join(way))})"
        )
    return " OR ".join(ways)


def _quoted(terms: str) -> str:
    return f'"{terms}"'


def _pairs(part: Part, place: Place) -> list[list[str]]:
    """Return the terms that all have to be there, for each way to find a phrase."""
    return [[place.mark + pair_of(*two) for two in pairwise(way)] for way in part.phrases]


def _in_tsvector(last, query, limits, place, at_once):
    """GIN gives all it has in no order, so it is asked for one stretch of entries after the other.

    How long the next one has to be, the last one tells. `last` is the newest window. Of a phrase it
    is asked for the pairs alone: it does not know where words stand, and a vector, which does, is
    longer than the columns in which that can be read.
    """
    wanted = " & ".join(
        [f"({' | '.join(terms)})" for terms in limits]
        + [f"({' | '.join(_tsquery_ways(part, place))})" for part in query.wanted]
        + [f"!{term}" for part in query.excluded for term in part.single]
    )
    phrases = _read_for(query, place)
    windows = FIRST_WINDOWS
    while last >= 0:
        # The rest is asked for by number: dozens of windows to choose from cost more than it holds.
        first = last - windows + 1 if 2 * windows <= last else 0
        stretch = " | ".join(f"{WINDOW}{number}" for number in range(first, last + 1))
        count, below = 0, (last + 1) * WINDOW_ENTRIES
        tsquery = f"{wanted} & ({stretch})" if first else wanted
        for pk in _in_stretch(tsquery, phrases, below, at_once):
            count += 1
            yield pk
        needed = windows * at_once // count if count else MOST_WINDOWS
        last, windows = first - 1, min(needed + 1, MOST_WINDOWS)


def _in_stretch(
    tsquery: str, phrases: tuple[str, list[str]], below: int, at_once: int
) -> Iterator[int]:
    # Not ordered by the bare number: the planner would walk through that index and unpack a vector
    # for each row, which it takes for nothing.
    conditions, texts = phrases
    sql = f"""
        SELECT id FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s){conditions} AND id < %s
        ORDER BY id + 0 DESC LIMIT %s"""  # noqa: S608
    return _found(sql, [tsquery, *texts], below, at_once)


@prepared
def _newest_number():
    return SearchEntry.objects.order_by("-pk").values_list("pk")[:1]


def _newest_window() -> int:
    newest = _newest_number()
    return newest[0][0] // WINDOW_ENTRIES if newest else 0


def _read_for(query: Query, place: Place) -> tuple[str, list[str]]:
    """Return the conditions that phrases make of what a row says, and their values."""
    sql, values = "", []
    for part in query.parts:
        if part.phrases:
            where = ANYWHERE if part.is_excluded else place
            ways = [f"language = %s AND {_holds(where.in_order)}" for _code in PREFIXES]
            for code, way in zip(PREFIXES, part.phrases, strict=True):
                values += [code, f" {' '.join(way)} "]
            if not part.is_excluded:  # else the index has looked for it
                ways += [_holds(where.in_any_order) for _term in part.single]
                values += [f" {where.mark}{term} " for term in part.single]
            sql += f" AND {'NOT ' * part.is_excluded}({' OR '.join(ways)})"
    return sql, values


def _holds(columns: Sequence[str]) -> str:
    return f"strpos(' ' || {' || '.join(columns)}, %s) > 0"


def _tsquery_ways(part: Part, place: Place) -> list[str]:
    pairs = [f"({' & '.join(ways)})" for ways in _pairs(part, place)]
    return [*(place.mark + term for term in part.single), *pairs]
