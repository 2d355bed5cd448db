"""The first page of a post, uncached, with 10 to 100,000 comments: `make bench`.

Prints one table. Queries and milliseconds of CPU are those of one request made in this process,
milliseconds of waiting those of one reader alone, requests per second those of eight connections at
once; client and server share this machine's cores. With BENCH_HOLD=1 it ends with an error if a
page is over its budget, which on a busy machine says little.
"""

import os
import platform
import time
from wsgiref.util import setup_testing_defaults

from bench.client import Measured, measure
from bench.server import WORKERS, serving, temporary_site

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10 100 1000 10000 100000").split()]
CONNECTIONS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
HELD = os.environ.get("BENCH_HOLD") == "1"
MOST_QUERIES = 8
LEAST_PER_SECOND = {10: 250, 10_000: 150}
MOST_TIMES = 1.3  # as long may a page of 10,000 comments take as one of 100


def main() -> None:
    with temporary_site() as port:
        from comments.seeding import seed_post

        paths = {
            size: seed_post(number, size).get_absolute_url() for number, size in enumerate(SIZES)
        }
        print(f"Post page, uncached, {WORKERS} workers, {machine()}\n")
        print(
            f"{'comments':>8}  {'queries':>7}  {'ms CPU':>6}  {'page KB':>7}  {'ms median':>9}  "
            f"{'ms p95':>7}  {'requests/s':>10}"
        )
        made = {size: in_this_process(path) for size, path in paths.items()}
        seen: dict[int, tuple[Measured, Measured]] = {}
        with serving(port):
            for size, path in paths.items():
                measure(port, path, connections=CONNECTIONS, seconds=1)  # every worker warms up
                alone = measure(port, path, connections=1, seconds=SECONDS)
                crowd = measure(port, path, connections=CONNECTIONS, seconds=SECONDS)
                seen[size] = alone, crowd
                queries, cpu = made[size]
                print(
                    f"{size:>8,}  {queries:>7}  {cpu:>6.1f}  {alone.body_bytes / 1000:>7.1f}  "
                    f"{alone.median:>9.1f}  {alone.p95:>7.1f}  {crowd.per_second:>10.0f}",
                    flush=True,
                )
    missed = list(missed_budgets(made, seen))
    print("".join(f"\nmissed: {what}" for what in missed))
    if HELD and missed:
        raise SystemExit(1)


def in_this_process(path: str) -> tuple[int, float]:
    """Return the queries of one request and the milliseconds of CPU, the best of some tries.

    The site's settings are read once a second; a request that does so asks two queries more.
    """
    ask(path)  # compiles templates and queries
    queries = min(count_queries(path) for _ in range(3))
    return queries, min(cpu_milliseconds(path) for _ in range(20))


def count_queries(path: str) -> int:
    from django.db import connection

    asked: list[str] = []

    def note(execute, sql, *args):
        asked.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        ask(path)
    return len(asked)


def cpu_milliseconds(path: str, times: int = 10) -> float:
    started = time.process_time()
    for _ in range(times):
        ask(path)
    return (time.process_time() - started) / times * 1000


def ask(path: str) -> None:
    """Have the application answer past the pages kept ready, as bench/client.py does."""
    from config.wsgi import application

    statuses: list[str] = []
    environ = {"PATH_INFO": path, "HTTP_HOST": "127.0.0.1", "HTTP_AUTHORIZATION": "none"}
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, headers, error=None: statuses.append(status))
    b"".join(answer)
    answer.close()
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{path} answered {statuses[0]}")


def missed_budgets(made, seen):
    """Yield in words which budgets these figures miss."""
    for size, (queries, _cpu) in made.items():
        if queries > MOST_QUERIES:
            yield f"{queries} queries at {size:,} comments, {MOST_QUERIES} are allowed"
    for size, least in LEAST_PER_SECOND.items():
        if size in seen and (found := seen[size][1].per_second) < least:
            yield f"{found:.0f} requests/s at {size:,} comments, {least} are asked for"
    if {100, 10_000} <= seen.keys():
        times = seen[10_000][0].median / seen[100][0].median
        if times > MOST_TIMES:
            yield f"10,000 comments take {times:.2f} times as long as 100, {MOST_TIMES} is allowed"


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
