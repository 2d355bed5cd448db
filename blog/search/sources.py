"""What can be searched: posts here, and what apps add that blog does not know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from blog.models import Post, SearchEntry
from blog.text import plain_text

POST = "post"


@dataclass(frozen=True)
class Document:
    """One row as it is to be found; `about` are names and tags that say what it is about.

    `author_ids` are those who have proved to have written it.
    """

    object_id: int
    post_id: int
    language: str
    published_at: datetime
    title: str
    body: str
    about: list[str] = field(default_factory=list)
    author_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """One kind of rows to be found.

    `indexed` are the rows that have an entry, `visible` those among them that anybody may see now
    if their post is public, which is asked again at each search. `document` reads one row that
    `indexed` has loaded; `shown` returns the rows of entries, which know their posts, by their
    numbers, as the list of results shows them, with `get_absolute_url`.
    """

    kind: str
    model: type[Model]
    indexed: Callable[[], QuerySet]
    visible: Callable[[], QuerySet]
    document: Callable[..., Document]
    shown: Callable[[Sequence[SearchEntry]], Mapping[int, Any]]


def _posts() -> QuerySet[Post]:
    """Posts whose time has come or will come: a scheduled one appears by itself."""
    posts = Post.objects.filter(status=Post.Status.PUBLISHED)
    return posts.select_related("category").prefetch_related("bylines__author", "tags")


def _post_document(post: Post) -> Document:
    names = [author.name for author in post.bylined_authors]
    tags = [tag.name for tag in post.tags.all()]
    category = [post.category.name] if post.category else []
    return Document(
        object_id=post.pk,
        post_id=post.pk,
        language=post.language,
        published_at=post.published_at or post.created_at,
        title=post.title,
        body=f"{post.excerpt} {plain_text(post.body)}".strip(),
        about=[post.subtitle, *names, *category, *tags],
        author_ids=[author.pk for author in post.bylined_authors],
    )


def _shown_posts(entries: Sequence[SearchEntry]) -> Mapping[int, Post]:
    return {entry.object_id: entry.post for entry in entries}


SOURCES: dict[str, Source] = {}


def add(source: Source) -> None:
    SOURCES[source.kind] = source


add(Source(POST, Post, _posts, Post.objects.published, _post_document, _shown_posts))
