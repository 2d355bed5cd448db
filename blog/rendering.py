"""Making stored HTML anew from its source, for when the rules of blog/text.py have changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from blog import changes
from blog.figures import render_body
from blog.models import Author, MediaFile, Post
from blog.text import render_bio

BATCH_SIZE = 200


@dataclass(frozen=True)
class Rendered:
    """A field that holds HTML: `render` makes it of the fields `made_of`, in that order."""

    model: type[Model]
    field: str
    made_of: tuple[str, ...]
    render: Callable[..., str]

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"


# Apps that blog does not know add theirs.
RENDERED: list[Rendered] = [
    Rendered(Post, "body_html", ("body", "language"), render_body),
    Rendered(Author, "bio_html_de", ("bio_de",), render_bio),
    Rendered(Author, "bio_html_en", ("bio_en",), render_bio),
]


def render_again(rendered: Rendered) -> Iterator[tuple[int, int]]:
    """Write what differs from what is stored; yield (rows looked at, rows changed) per batch.

    Nothing else of a row changes, neither its dates nor its place in a tree. A row that somebody
    edits meanwhile is left alone: it has just been made by the new rules.
    """
    fields = ["pk", rendered.field, *rendered.made_of]
    rows = rendered.model._base_manager.order_by("pk").values(*fields)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        yield len(batch), sum(_write(rendered, row) for row in batch)
        last = batch[-1]["pk"]


def render_posts_with(media: MediaFile) -> None:
    """Make the texts of all posts anew that show this picture, and have their pages made anew.

    Their dates stay. A post that somebody saves meanwhile has been made with the picture as it is.
    """
    render_posts(Post._base_manager.filter(media_uses__media=media))


def render_posts(posts: QuerySet) -> None:
    """Make the texts of `posts` anew, as `render_posts_with` says."""
    tags = []
    for post in posts.select_related("cover").iterator():
        post.body_html = render_body(post.body, post.language)
        unchanged = Post._base_manager.filter(pk=post.pk, body=post.body, language=post.language)
        unchanged.update(body_html=post.body_html, undescribed_count=post.count_undescribed())
        tags.append(changes.tag_of(post))
    if tags:
        changes.note(*tags, changes.POSTS)


def _write(rendered: Rendered, row: dict[str, Any]) -> int:
    sources = {name: row[name] for name in rendered.made_of}
    html = rendered.render(*sources.values())
    if html == row[rendered.field]:
        return 0
    unchanged = rendered.model._base_manager.filter(pk=row["pk"], **sources)
    written = unchanged.update(**{rendered.field: html})
    if written:
        changes.note(changes.SITE)
    return written
