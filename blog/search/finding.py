"""Searching: which entries match, which of them anybody may see, and in what order."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from blog.categories import Tree
from blog.models import Author, Category, Post, PostAuthor, SearchEntry, Tag
from blog.search import words
from blog.search.dialects import FIELDS, matches
from blog.search.query import Part, Query
from blog.search.snippets import Piece, Snippet, marked, snippet
from blog.search.sources import POST, SOURCES

# Nobody turns to the fiftieth page; more is only said to be more.
MOST = 1_000


@dataclass(frozen=True)
class Filters:
    """What results are limited to; None is no limit."""

    author: Author | None = None
    category: Category | None = None
    tag: Tag | None = None
    year: int | None = None
    language: str = ""
    kind: str = ""


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
    first. Three queries, fewer if the first ones find enough. Of more than MOST equals, those that
    were indexed last are taken.
    """
    visible = visible_entries(filters)
    found: dict[int, None] = {}
    for place in FIELDS:
        missing = MOST - len(found)
        if missing <= 0:
            break
        entries = visible.filter(matches(query, place)).order_by("-pk")
        rows = entries.values_list("published_at", "pk")[:MOST]
        new = [row for row in rows if row[1] not in found]
        found |= dict.fromkeys(pk for _at, pk in sorted(new, reverse=True)[:missing])
    return list(found)


def visible_entries(filters: Filters) -> QuerySet[SearchEntry]:
    """Entries of rows that anybody may read now, whatever the index still holds."""
    entries = SearchEntry.objects.filter(_is_visible(), **_limits(filters))
    if filters.author is not None:
        entries = entries.filter(_is_by(filters.author))
    if filters.tag is not None:
        tagged = Post.tags.through.objects.filter(post=OuterRef("post"), tag=filters.tag)
        entries = entries.filter(Exists(tagged))
    return entries


def hits(ids: list[int], terms: frozenset[str]) -> list[Hit]:
    """Return these entries as a page shows them, in this order: a query for each kind and one."""
    entries = SearchEntry.objects.select_related("post").in_bulk(ids)
    shown = {
        kind: source.shown([entry.object_id for entry in entries.values() if entry.kind == kind])
        for kind, source in SOURCES.items()
    }
    found = (entries[pk] for pk in ids if pk in entries)
    return [
        _hit(entry, row, terms)
        for entry in found
        if (row := shown[entry.kind].get(entry.object_id)) is not None
    ]


def did_you_mean(query: Query, filters: Filters) -> str:
    """Return `query` with the words that find nothing put right, if that finds something; or "".

    At most three words are looked at.
    """
    visible = visible_entries(filters)

    def count_of(word: str) -> int:
        alone = Query(word, (Part((word,)),))
        return len(visible.filter(matches(alone, FIELDS[-1])).values_list("pk")[:MOST])

    typed = dict.fromkeys(word for part in query.wanted for word in part.words)
    better = query.text
    for word in list(typed)[:3]:
        if not count_of(word) and (found := words.suggest(word, count_of)):
            better = better.replace(word, found)
    return better if better != query.text else ""


def _is_visible():
    is_visible = Q()
    for kind, source in SOURCES.items():
        if kind == POST:
            is_visible |= Q(kind=kind)
        else:
            rows = source.visible().filter(pk=OuterRef("object_id"), post=OuterRef("post"))
            is_visible |= Q(Exists(rows), kind=kind)
    is_public = Q(Exists(Post.objects.published().filter(pk=OuterRef("post"))))
    return is_public & is_visible


def _limits(filters):
    limits: dict[str, object] = {}
    if filters.kind:
        limits["kind"] = filters.kind
    if filters.language:
        limits["language"] = filters.language
    if filters.year is not None:
        limits["published_at__year"] = filters.year
    if filters.category is not None:
        limits["post__category__in"] = Tree.load().branch(filters.category)
    return limits


def _is_by(author):
    bylines = PostAuthor.objects.filter(post=OuterRef("post"), author=author)
    return Q(Exists(bylines), kind=POST) | Q(author=author)


def _hit(entry, row, terms):
    title = entry.title or entry.post.title
    return Hit(
        entry.kind,
        row,
        entry,
        marked(title, terms if entry.title else frozenset(), entry.post.language),
        snippet(entry.text, terms, entry.language),
    )
