"""Searching: which entries match, which of them anybody may see, and in what order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import CharField, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from blog.models import Post, PostAuthor, SearchEntry
from blog.prepared import Among, Prepared, prepared
from blog.search import words
from blog.search.dialects import ANYWHERE, PLACES, Limits, newest
from blog.search.limits import Filters, terms_of_filters
from blog.search.query import Part, Query
from blog.search.snippets import Piece, Snippet, marked, snippet
from blog.search.sources import POST, SOURCES

# Nobody turns to the fiftieth page; more is only said to be more.
MOST = 1_000
RESULTS_PER_PAGE = 20
# What a list of results shows of an entry and of its post.
SHOWN = [
    "kind", "object_id", "language", "published_at", "title", "text",
    "post__slug", "post__title", "post__language", "post__category__name",
]  # fmt: skip
MOST_COUNTED = 100  # of what a suggested word finds


class Moment(Func):
    """A time to sort by: a thousand times made datetimes would cost as much as the query."""

    output_field = CharField()  # nothing is made of what comes

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, template="%(expressions)s")

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="date_part('epoch', %(expressions)s)")


@dataclass(frozen=True)
class Hit:
    """One result, ready for the page."""

    kind: str
    row: Any
    entry: SearchEntry
    title: list[Piece]
    snippet: Snippet


def find(query: Query, filters: Filters) -> list[int]:
    """Return the numbers of the entries that match, best first, at most MOST of them.

    What is in the title comes first, then what a text is about, then the rest; in each the newest
    first. Of more than MOST equals, those that were indexed last are taken. The index names what
    may match, the rows say what may be seen.
    """
    categories = filters.categories()
    visible = visible_among(filters, categories)
    candidates = _candidates(query, terms_of_filters(filters, categories))
    places: dict[int, int] = {}
    rows: list[tuple[Any, int]] = []
    while len(rows) < MOST and (more := dict(islice(candidates, MOST))):
        places |= more
        rows += visible(more)
    if len(rows) > MOST:
        order = {pk: number for number, pk in enumerate(places)}
        rows = sorted(rows, key=lambda row: order[row[1]])[:MOST]
    rows.sort(reverse=True)
    return sorted((pk for _at, pk in rows), key=places.__getitem__)


def _candidates(query: Query, limits: Limits) -> Iterator[tuple[int, int]]:
    """Yield (entry, how good its place is) for all that the index holds, the best first."""
    known: set[int] = set()
    for found in newest(query, limits, PLACES, MOST):
        if found[0] not in known:
            known.add(found[0])
            yield found


Seen = list[tuple[Any, int]]  # when it was published, as a Moment, and the number of the entry


def visible_among(filters: Filters, categories: Sequence[int]) -> Callable[[Iterable[int]], Seen]:
    """Return what names, of some entries, those that anybody may read now, in no order."""
    limits = limits_of(filters, categories)
    ask = _prepared_for(filters.kind, tuple(limits))
    return lambda ids: ask(ids, timezone.now(), *limits.values())


@cache
def _prepared_for(kind: str, names: tuple[str, ...]) -> Prepared:
    def build(ids, now, *values):
        return visible_entries(kind, ids, now, dict(zip(names, values, strict=True)))

    return Prepared(build, ["ids", "now", *names])


def visible_entries(kind: str, ids: Any, now: Any, limits: Mapping[str, Any]) -> QuerySet:
    """Entries of rows that anybody may read at `now`, whatever the index still holds.

    Asked of a thousand numbers, it looks up those rows and what hangs on each, and nothing else:
    no planner may take a filter for a reason to walk through all that fits it. `kind` may be "".
    """
    posts = Post.objects.published(now=now).filter(pk=OuterRef("post"))
    if "categories" in limits:
        posts = posts.filter(Among("category", limits["categories"]))
    entries = SearchEntry.objects.filter(
        Among("pk", ids), _leads_back(posts.values("pk")), _is_shown()
    )
    if kind:
        entries = entries.filter(_is_of(kind))
    if "language" in limits:
        entries = entries.filter(language=limits["language"])
    if "year" in limits:
        entries = entries.filter(
            published_at__gte=limits["year"], published_at__lt=limits["next_year"]
        )
    if "author" in limits:
        entries = entries.filter(_is_by(limits["author"]))
    if "tag" in limits:
        tagged = Post.tags.through.objects.filter(post=OuterRef("post"), tag=limits["tag"])
        entries = entries.filter(_leads_back(tagged.values("post")))
    return entries.order_by().values_list(Moment("published_at"), "pk")


def limits_of(filters: Filters, categories: Sequence[int]) -> dict[str, Any]:
    """Return what `visible_entries` is to ask for beside the kind, and nothing that it is not."""
    limits: dict[str, Any] = {}
    if categories:
        limits["categories"] = categories
    if filters.language:
        limits["language"] = filters.language
    if filters.year is not None:
        limits["year"], limits["next_year"] = map(_begin, (filters.year, filters.year + 1))
    if filters.author is not None:
        limits["author"] = filters.author.pk
    if filters.tag is not None:
        limits["tag"] = filters.tag.pk
    return limits


def hits(ids: list[int], terms: frozenset[str]) -> list[Hit]:
    """Return these entries, a page of them at most, as it shows them, in this order.

    A query for them with their posts, and one for each kind of what else is found.
    """
    entries = {entry.pk: entry for entry in _entries(ids)}
    shown = {
        kind: source.shown([entry for entry in entries.values() if entry.kind == kind])
        for kind, source in SOURCES.items()
    }
    found = (entries[pk] for pk in ids if pk in entries)
    return [
        _hit(entry, row, terms)
        for entry in found
        if (row := shown[entry.kind].get(entry.object_id)) is not None
    ]


def _entries_of(ids):
    entries = SearchEntry.objects.filter(pk__in=ids).order_by()
    return entries.select_related("post__category").only(*SHOWN)


_entries = prepared(_entries_of, ids=RESULTS_PER_PAGE)


def did_you_mean(query: Query, filters: Filters) -> str:
    """Return `query` with the words that find nothing put right, if that finds something; or "".

    At most three words are looked at.
    """
    categories = filters.categories()
    visible, limits = visible_among(filters, categories), terms_of_filters(filters, categories)

    def count_of(word: str) -> int:
        """How many entries hold a word, as far as that helps to choose."""
        alone = Query(word, (Part((word,)),))
        found = newest(alone, limits, [ANYWHERE], MOST_COUNTED)
        while some := dict(islice(found, MOST_COUNTED)):
            if count := len(visible(some)):
                return count
        return 0

    typed = dict.fromkeys(word for part in query.wanted for word in part.words)
    better = query.text
    for word in list(typed)[:3]:
        if not count_of(word) and (found := words.suggest(word, count_of)):
            better = better.replace(word, found)
    return better if better != query.text else ""


def _is_shown():
    """What is not a post is visible itself, and on that post; of a post that is asked already."""
    is_shown = Q()
    for kind, source in SOURCES.items():
        if kind != POST:
            row = source.visible().filter(pk=OuterRef("object_id"))
            is_shown &= ~Q(kind=kind) | _leads_back(row.values("post"))
    return is_shown


def _leads_back(posts):
    """Whether there is a row, `posts` being the number of the entry's post in it.

    Where a planner reads EXISTS, PostgreSQL joins or gathers all such rows in a hash table.
    """
    return Q(post=Subquery(posts.order_by()[:1]))


def _is_of(kind):
    """Not of another kind, instead of this one: SQLite would walk through its index of kinds."""
    return ~Q(kind__in=[other for other in SOURCES if other != kind])


def _begin(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_current_timezone())


def _is_by(author):
    bylines = PostAuthor.objects.filter(post=OuterRef("post"), author=author)
    return _leads_back(bylines.values("post")) & _is_of(POST) | Q(author=author)


def _hit(entry, row, terms):
    title = entry.title or entry.post.title
    return Hit(
        entry.kind,
        row,
        entry,
        marked(title, terms if entry.title else frozenset(), entry.post.language),
        snippet(entry.text, terms, entry.language),
    )
