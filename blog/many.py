"""Changing many posts in one way: a few queries for a piece of them, not ten for each.

What `Post.save` and the signals do for one post is done here for all of a piece: revisions, the
search, the caches.
"""

from collections.abc import Callable, Iterable
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from blog import changes
from blog.models import Author, Post, PostAuthor, SearchEntry
from blog.revisions import PIECE, keep_all
from blog.search import index


def write(numbers: Iterable[int], user, **values: Any) -> None:
    """Give the posts of these numbers these values.

    Only for fields of which nothing else of the post follows: not its text, status or place in a
    series.
    """
    change(numbers, user, lambda posts: posts.update(**values, updated_at=timezone.now()))


def add_author(numbers: Iterable[int], user, author: Author) -> None:
    """Name `author` last in the byline of these posts, where they are not named yet."""

    def add(posts):
        places = posts.annotate(last=Max("bylines__position")).values_list("pk", "last")
        rows = [
            PostAuthor(post_id=pk, author=author, position=0 if last is None else last + 1)
            for pk, last in places
        ]
        PostAuthor.objects.bulk_create(rows, ignore_conflicts=True)

    change(numbers, user, add)
    changes.note(changes.tag_of(author))


def change(numbers: Iterable[int], user, act: Callable[[Any], object]) -> None:
    """Do `act` with these posts, a queryset of PIECE at most; each piece in its own transaction."""
    for piece in batched(sorted(set(numbers)), PIECE):
        with transaction.atomic():
            posts = Post.objects.filter(pk__in=piece).order_by()
            # Locked in the order of their keys, as everybody does it.
            list(posts.select_for_update(no_key=True).order_by("pk").values_list("pk"))
            act(posts)
            index.mark(SearchEntry.objects.filter(kind="post", object_id__in=piece))
            keep_all(piece, user)
            changes.note(changes.POSTS, *(f"post:{pk}" for pk in piece))
