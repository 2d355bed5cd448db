"""How long a search takes among 100,000 posts and as many answers: `python -m bench.search`.

Prints one table of milliseconds: waiting, the median and the slowest of twenty runs, and the median
of CPU, of this process and of PostgreSQL's for it, if that runs on this machine; before it how long
the index took and how much room it has. BENCH_POSTS names another number of posts.

All is made in a temporary SQLite file or in the database of DATABASE_URL, which starts empty and is
kept: a second run there measures at once.

A run is what a page of results does: find, put in order, load twenty, cut and mark the snippets,
suggest if nothing was found, and read which authors and categories the form offers. Ends with an
error if a median is over its budget: of all CPU, which no other process disturbs much, or of
waiting where the CPU of a server cannot be told.
"""

import os
import resource
import statistics
import time
from pathlib import Path

from bench.post_page import machine
from bench.search_texts import LANGUAGES, fill
from bench.server import temporary_site

POSTS = int(os.environ.get("BENCH_POSTS", "100000"))
MOST_MILLISECONDS = 50
RUNS = 20
WORDS = LANGUAGES["de"].words
# What is typed and, after it, what the results are limited to.
SEARCHES = {
    "a rare word": (WORDS[30_000], {}),
    "a usual word": (WORDS[500], {}),
    "a common word": (WORDS[20], {}),
    "a word of every second text": (WORDS[1], {}),
    "two usual words": (f"{WORDS[300]} {WORDS[400]}", {}),
    "six of the most common words": (" ".join(WORDS[:6]), {}),
    "a phrase of common words": (f'"{WORDS[10]} {WORDS[11]}"', {}),
    "a rare phrase of the most common": (f'"{WORDS[0]} {WORDS[3]} {WORDS[2]} {WORDS[1]}"', {}),
    "a phrase in every tenth text": (f'"{WORDS[0]} {WORDS[1]}"', {}),
    "a compound of common words": (f"{WORDS[5]}-{WORDS[9]}", {}),
    "a usual word without a common one": (f"{WORDS[500]} -{WORDS[20]}", {}),
    "a common word without a phrase": (f'{WORDS[5]} -"{WORDS[0]} {WORDS[1]}"', {}),
    "a common word, by a rare author": (WORDS[1], {"author": "author-3"}),
    "a common word, by the usual author": (WORDS[1], {"author": "author-0"}),
    "a common word, under a tag": (WORDS[1], {"tag": "tag-3"}),
    "a common word, in a category": (WORDS[1], {"category": "category-2"}),
    "a common word, of one year": (WORDS[1], {"year": "2019"}),
    "a common word, in answers": (WORDS[1], {"kind": "answer", "tag": "tag-3"}),
    "a common word, last page": (WORDS[1], {"page": "50"}),
    "a slip that finds nothing": (f"{WORDS[30_000]}q", {}),
    "a slip, by a rare author": (f"{WORDS[30_000]}q", {"author": "author-3"}),
}


def main() -> None:
    with temporary_site():
        from django.db import connection

        print(f"{POSTS:,} posts, as many answers, {connection.vendor}, {machine()}", flush=True)
        _build()
        server = _server()
        head = f"{'median (slowest)':>20}{'CPU here':>10}{'in server':>11}{'found':>8}"
        print(f"\n{'milliseconds':36}{head}")
        over = []
        for name, (text, limits) in SEARCHES.items():
            waited, own, served, count = _measure(text, limits, server)
            median, cpu = statistics.median(waited), statistics.median(own)
            there = statistics.median(served)
            figures = (
                f"{f'{median:.1f} ({max(waited):.1f})':>20}{cpu:>10.1f}{there:>11.1f}{count:>8,}"
            )
            print(f"{name:36}{figures}", flush=True)
            is_told = connection.vendor == "sqlite" or server is not None
            if (cpu + there if is_told else median) > MOST_MILLISECONDS:
                over.append(name)
        if over:
            raise SystemExit(f"Over {MOST_MILLISECONDS} ms: {', '.join(over)}")


def _build():
    from django.db import connection

    from blog.models import SearchEntry

    started = time.perf_counter()
    fill(POSTS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{SearchEntry.objects.count():,} entries: written with their rows and indexed in "
        f"{seconds:,.0f} s, {_megabytes():,.0f} MB in the database, "
        f"at most {megabytes:,.0f} MB of memory in this process"
    )


def _megabytes() -> float:
    """Return the size of the whole database."""
    from django.db import connection

    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if connection.vendor == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    with connection.cursor() as cursor:
        cursor.execute(size)
        return cursor.fetchone()[0] / 1e6


def _server() -> Path | None:
    """Return the file that counts the nanoseconds of CPU that PostgreSQL has spent on us.

    Linux has one for each process; there is none for a server on another machine.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        return None
    info = connection.connection.info
    is_here = info.host.startswith("/") or info.host in {"127.0.0.1", "localhost", "::1"}
    found = Path(f"/proc/{info.backend_pid}/schedstat")
    return found if is_here and found.exists() else None


def _spent(server: Path | None) -> int:
    return int(server.read_text().split()[0]) if server else 0


def _measure(
    text: str, limits: dict[str, str], server: Path | None
) -> tuple[list[float], list[float], list[float], int]:
    """Return the milliseconds of each run, waiting, own and the server's, and how many it found."""
    from blog.search import finding
    from blog.search.forms import SearchForm

    first = (int(limits.get("page", "1")) - 1) * finding.RESULTS_PER_PAGE
    waited, own, served = [], [], []
    for _ in range(RUNS):
        server_started = _spent(server)
        started, own_started = time.perf_counter(), time.process_time()
        form = SearchForm({"q": text, **limits})
        assert form.is_valid(), form.errors
        query, filters = form.cleaned_data["q"], form.filters
        found = finding.find(query, filters)
        finding.hits(found[first : first + finding.RESULTS_PER_PAGE], query.terms)
        if not found:
            finding.did_you_mean(query, filters)
        for name in ("author", "category"):
            assert str(form[name])
        waited.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - own_started) * 1000)
        served.append((_spent(server) - server_started) / 1e6)
    return waited, own, served, len(found)


if __name__ == "__main__":
    main()
