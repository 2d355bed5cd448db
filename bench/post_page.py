"""The post page, uncached, with 10, 1,000 and 10,000 comments: `make bench`.

Prints one table. Milliseconds are those of one reader alone, requests per second those of eight
connections at once; client and server share this machine's cores.
"""

import itertools
import os
import platform
from datetime import UTC, datetime, timedelta

from bench.client import measure
from bench.server import WORKERS, serving, temporary_site

SIZES = [10, 1_000, 10_000]
CONNECTIONS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
# How many comments the threads of a post have, again and again: most are short, a few are long.
THREAD_SIZES = [1, 2, 5, 12, 30]
START = datetime(2026, 1, 1, tzinfo=UTC)
BODY = "<p>Das sehe ich auch so, und zwar aus zwei Gründen: aus Erfahrung und aus Neugier.</p>"


def main() -> None:
    with temporary_site() as port:
        paths = {size: make_post(size) for size in SIZES}
        print(f"Post page, uncached, {WORKERS} workers, {_machine()}\n")
        print(
            f"{'comments':>8}  {'page KB':>7}  {'ms median':>9}  {'ms p95':>7}  {'requests/s':>10}"
        )
        with serving(port):
            for size, path in paths.items():
                measure(port, path, connections=CONNECTIONS, seconds=1)  # every worker warms up
                alone = measure(port, path, connections=1, seconds=SECONDS)
                crowd = measure(port, path, connections=CONNECTIONS, seconds=SECONDS)
                print(
                    f"{size:>8,}  {alone.body_bytes / 1000:>7.1f}  {alone.median:>9.1f}  "
                    f"{alone.p95:>7.1f}  {crowd.per_second:>10.0f}",
                    flush=True,
                )


def make_post(size: int) -> str:
    """Make a post with `size` comments in threads, the same every time; return its path."""
    from blog.models import Author, Post, PostAuthor
    from comments import tallies

    author, _ = Author.objects.get_or_create(name="Ada Beispiel")
    body = "<p>" + "Ein Satz, wie er in einem Beitrag steht. " * 12 + "</p>"
    post = Post.objects.create(
        title=f"Ein Beitrag mit {size} Antworten",
        status=Post.Status.PUBLISHED,
        published_at=START,
        body=body * 8,
    )
    PostAuthor.objects.create(post=post, author=author)
    made, sizes = 0, itertools.cycle(THREAD_SIZES)
    while made < size:
        thread_size = min(next(sizes), size - made)
        _make_thread(post, thread_size, START + timedelta(minutes=made))
        made += thread_size
    tallies.recount(post.pk)
    return post.get_absolute_url()


def _make_thread(post, size, created_at):
    from comments import tree
    from comments.models import Comment, Thread

    thread = Thread.objects.create(post=post, created_at=created_at)
    newest = Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    pks = range(newest + 1, newest + 1 + size)
    # Each answers an earlier one, some near the root and some far below.
    parents = {pk: pks[(place * 5 // 7) % place] if place else None for place, pk in enumerate(pks)}
    edges = {pk: place for pk, *place in tree.edges(parents)}
    Comment.objects.bulk_create(
        Comment(
            pk=pk,
            post=post,
            parent_id=parent_id,
            tree_id=thread.pk,
            lft=edges[pk][0],
            rght=edges[pk][1],
            level=edges[pk][2],
            name=f"Leserin {pk % 97}",
            body=BODY,
            body_html=BODY,
            status=Comment.Status.APPROVED,
            created_at=created_at + timedelta(seconds=pk - newest),
        )
        for pk, parent_id in parents.items()
    )


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
