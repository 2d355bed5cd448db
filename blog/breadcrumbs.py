"""Where a page stands: the trail from the front page down to the page itself.

Readers see it above the page (blog/_breadcrumbs.html), machines in its data (blog/jsonld.py).
"""

from collections.abc import Iterable
from typing import NamedTuple

from blog.addresses import address
from blog.models import Author, Category, Post, Series, SiteSettings, Tag


class Step(NamedTuple):
    """A page of the trail; `language` is that of its name, "" if it is the page's own."""

    name: str
    path: str
    language: str = ""


def trail_to(*steps: Step | Author | Category | Post | Series | Tag) -> list[Step]:
    """Return the front page and the `steps` below it, the last of which is the page itself."""
    front = Step(SiteSettings.load().title, address("blog:post_list"))
    return [front, *(row if isinstance(row, Step) else _step(row) for row in steps)]


def post_trail(post: Post, above: Iterable[Category]) -> list[Step]:
    """Return the trail to a post; `above` are the categories over its own, from the top."""
    return trail_to(*above, *([post.category] if post.category else []), post)


def _step(row):
    return Step(str(row), row.get_absolute_url(), getattr(row, "language", ""))
