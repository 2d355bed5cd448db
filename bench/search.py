"""How long a search takes, by how many posts there are: `python -m bench.search`.

Prints one table of milliseconds, the median and the slowest of twenty runs, on SQLite, or on the
(empty) database of DATABASE_URL. BENCH_POSTS names the sizes: "1000,10000,100000". A run is what a
page of results does: find, put in order, load twenty, cut and mark the snippets. Words are drawn
as in a language: a few in every text, most in few.
"""

import os
import random
import statistics
import time
from datetime import timedelta
from itertools import accumulate

from bench.post_page import machine
from bench.server import temporary_site

SIZES = [int(size) for size in os.environ.get("BENCH_POSTS", "1000,10000,100000").split(",")]
RUNS = 20
WORDS_A_POST = 120
VOCABULARY = 40_000
BATCH = 1_000
CHANCE = random.Random(4)
SYLLABLES = [
    "ba", "be", "da", "el", "en", "fu", "ge", "hau", "im", "ka", "le", "li", "mo", "na", "or",
    "pa", "ra", "ser", "ta", "um", "ver", "wa", "zei",
]  # fmt: skip


def main() -> None:
    words = vocabulary()
    searches = {
        "a rare word": words[30_000],
        "a usual word": words[500],
        "a common word": words[20],
        "a word of every second text": words[1],
        "two usual words": f"{words[300]} {words[400]}",
        "a phrase of common words": f'"{words[10]} {words[11]}"',
        "a usual word without a common one": f"{words[500]} -{words[20]}",
        "a common word, one author's posts": words[20],
        "a slip that finds nothing": f"{words[30_000]}q",
    }
    with temporary_site():
        from django.db import connection

        print(f"Search on {connection.vendor}, {machine()}; milliseconds: median (slowest)\n")
        print(f"{'':36}" + "".join(f"{size:>20,}" for size in SIZES))
        table: dict[str, list[str]] = {name: [] for name in searches}
        for size in SIZES:
            fill(size, words)
            for name, text in searches.items():
                table[name].append(measure(name, text))
        for name, cells in table.items():
            print(f"{name:36}" + "".join(f"{cell:>20}" for cell in cells))


def vocabulary() -> list[str]:
    """Made-up words, the most frequent one first."""
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(CHANCE.choices(SYLLABLES, k=CHANCE.randint(2, 5)))] = None
    return list(words)


def fill(size: int, words: list[str]) -> None:
    """Add posts until there are `size`, every fiftieth of another author."""
    from django.db import connection

    from blog.models import Author, Post, PostAuthor
    from blog.search import index
    from blog.search.sources import POST, SOURCES
    from comments.seeding import START

    # Zipf's law: the tenth word comes a tenth as often as the first.
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    many, few = (Author.objects.get_or_create(name=name)[0] for name in ("Ada", "Ben"))
    for first in range(Post.objects.count(), size, BATCH):
        posts = Post.objects.bulk_create(
            Post(
                title=" ".join(CHANCE.choices(words, cum_weights=weights, k=5)),
                slug=f"post-{number}",
                status="published",
                published_at=START + timedelta(minutes=number),
                body=f"<p>{' '.join(CHANCE.choices(words, cum_weights=weights, k=WORDS_A_POST))}.",
            )
            for number in range(first, min(first + BATCH, size))
        )
        PostAuthor.objects.bulk_create(
            PostAuthor(post=post, author=few if post.pk % 50 == 0 else many) for post in posts
        )
        source = SOURCES[POST]
        rows = source.indexed().filter(pk__in=[post.pk for post in posts])
        index.put(POST, [source.document(row) for row in rows])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def measure(name: str, text: str) -> str:
    from blog.models import Author
    from blog.search import finding
    from blog.search.query import parse

    author = Author.objects.get(name="Ben") if "author" in name else None
    filters = finding.Filters(author=author)
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        query = parse(text)
        found = finding.find(query, filters)
        finding.hits(found[:20], query.terms)
        if not found:
            finding.did_you_mean(query, filters)
        taken.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(taken):.1f} ({max(taken):.1f})"


if __name__ == "__main__":
    main()
