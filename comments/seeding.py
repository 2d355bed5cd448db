"""Posts and answers for load tests: as many as wanted, and the same every time."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from blog.models import Author, Post, PostAuthor
from comments import tallies, tree
from comments.models import Comment

START = datetime(2016, 1, 1, tzinfo=UTC)
# How many comments the threads of a post have, again and again: most are short, a few are long.
THREAD_SIZES = [1, 2, 5, 12, 30]
COMMENTS_AT_ONCE = 5_000
PARAGRAPH = "<p>" + "Ein Satz, wie er in einem Beitrag steht. " * 12 + "</p>"
TEXT = "Das sehe ich auch so, und zwar aus zwei Gründen: aus Erfahrung und aus Neugier."


def seed_post(number: int, comment_count: int) -> Post:
    """Make post `number` with `comment_count` answers in threads, one in twenty of them spam."""
    author, _ = Author.objects.get_or_create(name="Ada Beispiel")
    post = Post.objects.create(
        title=f"Beitrag {number} mit {comment_count} Antworten",
        status=Post.Status.PUBLISHED,
        published_at=START + timedelta(hours=number),
        body=PARAGRAPH * 8,
    )
    PostAuthor.objects.create(post=post, author=author)
    for parents in _threads(comment_count):
        comments = {place: _comment(post, place) for place in parents}
        tree.add_threads(comments, parents)
    tallies.recount(post.pk)
    return post


def _threads(comment_count: int) -> Iterator[dict[int, int | None]]:
    """Yield {place: place of what it answers}, some whole threads at a time."""
    parents: dict[int, int | None] = {}
    sizes, first = itertools.cycle(THREAD_SIZES), 0
    while first < comment_count:
        size = min(next(sizes), comment_count - first)
        # Each answers an earlier one, some near the root and some far below.
        for place in range(size):
            parents[first + place] = first + (place * 5 // 7) % place if place else None
        first += size
        if len(parents) >= COMMENTS_AT_ONCE or first >= comment_count:
            yield parents
            parents = {}


def _comment(post, place):
    is_spam = place % 20 == 19
    return Comment(
        post=post,
        name=f"Leserin {place % 97}",
        body=TEXT,
        body_html=f"<p>{TEXT}</p>",
        status=Comment.Status.SPAM if is_spam else Comment.Status.APPROVED,
        created_at=post.published_at + timedelta(seconds=place),
    )
