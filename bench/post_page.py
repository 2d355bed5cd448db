"""The first page of a post, uncached, with 10 to 100,000 comments: `make bench`.

Prints one table. Milliseconds are those of one reader alone, requests per second those of eight
connections at once; client and server share this machine's cores.
"""

import os
import platform

from bench.client import measure
from bench.server import WORKERS, serving, temporary_site

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10 100 1000 10000 100000").split()]
CONNECTIONS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))


def main() -> None:
    with temporary_site() as port:
        from comments.seeding import seed_post

        paths = {
            size: seed_post(number, size).get_absolute_url() for number, size in enumerate(SIZES)
        }
        print(f"Post page, uncached, {WORKERS} workers, {machine()}\n")
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


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
