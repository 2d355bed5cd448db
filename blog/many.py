"""Writing one thing into many posts: a few queries for a piece of them, not ten for each.

What `Post.save` and the signals do for one post is done here for all of a piece: revisions, the
search, the caches.
"""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from blog import changes
from blog.models import Post, SearchEntry
from blog.revisions import PIECE, keep_all
from blog.search import index


def write(numbers: Iterable[int], user, **values: Any) -> None:
    """Give the posts of these numbers these values; each piece is a transaction of its own.

    Only for fields of which nothing else of the post follows: not its text, status or place in a
    series.
    """
    for piece in batched(sorted(set(numbers)), PIECE):
        with transaction.atomic():
            posts = Post.objects.filter(pk__in=piece).order_by()
            # Locked in the order of their keys, as everybody does it.
            list(posts.select_for_update(no_key=True).order_by("pk").values_list("pk"))
            posts.update(**values, updated_at=timezone.now())
            index.mark(SearchEntry.objects.filter(kind="post", object_id__in=piece))
            keep_all(piece, user)
            changes.note(changes.POSTS, *(f"post:{pk}" for pk in piece))
