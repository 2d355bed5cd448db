"""What a search can be limited to, as terms in the index beside those of the text.

A filter is looked up like a word, so a rare author in a common word costs little. The rows decide
all the same (finding.py): the index only keeps most of what does not fit away from them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from blog.categories import Tree
from blog.models import Author, Category, Post, SearchEntry, Tag
from blog.search.analysis import GAP

# No term of a text begins with these: one begins with its language or one of analysis.py's marks.
AUTHOR, CATEGORY, TAG, YEAR, LANGUAGE, KIND = "b", "c", "g", "y", "l", "k"


@dataclass(frozen=True)
class Filters:
    """What results are limited to; None is no limit."""

    author: Author | None = None
    category: Category | None = None
    tag: Tag | None = None
    year: int | None = None
    language: str = ""
    kind: str = ""

    def categories(self) -> list[int]:
        """Return the category and all below it."""
        if self.category is None:
            return []
        return list(Tree.load().branch(self.category))


def topics_of(post_ids: Iterable[int]) -> dict[int, str]:
    """Return the terms for the category and the tags of each post, for it and its answers alike."""
    rows = Post.objects.filter(pk__in=set(post_ids)).values_list("pk", "category", "tags")
    found: defaultdict[int, set[str]] = defaultdict(set)
    for pk, category, tag in rows.order_by():
        found[pk] |= {
            f"{mark}{value}" for mark, value in ((CATEGORY, category), (TAG, tag)) if value
        }
    return {pk: f"{' '.join(sorted(terms))} {GAP} " for pk, terms in found.items()}


def terms_of_entry(entry: SearchEntry, author_ids: Iterable[int]) -> str:
    """Return the terms for what an entry is by itself, whatever its post is about."""
    authors = [f"{AUTHOR}{pk}" for pk in author_ids]
    year = f"{YEAR}{_year(entry.published_at)}"
    kinds = [f"{KIND}{entry.kind}", f"{LANGUAGE}{entry.language}"]
    return f"{' '.join([*kinds, year, *authors])} {GAP} "


def terms_of_filters(filters: Filters, categories: Iterable[int]) -> list[list[str]]:
    """Return what an entry must have: one term of each list."""
    one_of = [
        [f"{AUTHOR}{filters.author.pk}"] if filters.author else [],
        [f"{CATEGORY}{pk}" for pk in categories],
        [f"{TAG}{filters.tag.pk}"] if filters.tag else [],
        [f"{YEAR}{filters.year}"] if filters.year is not None else [],
        [f"{LANGUAGE}{filters.language}"] if filters.language else [],
        [f"{KIND}{filters.kind}"] if filters.kind else [],
    ]
    return [terms for terms in one_of if terms]


def _year(at: datetime) -> int:
    return timezone.localtime(at).year
