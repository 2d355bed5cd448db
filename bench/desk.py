"""The editors' pages with 10,000 posts, 100,000 pictures and links: `python -m bench.desk`.

Prints one table: milliseconds of a page made in this process (median of five, templates read
before). The queries of each page are pinned in its test. Ends with an error if a page is over its
budget, which on a busy machine says little.
"""

import os
import statistics
import time

from bench.post_page import machine
from bench.server import temporary_site

POSTS = int(os.environ.get("BENCH_POSTS", "10000"))
FILES = int(os.environ.get("BENCH_FILES", "100000"))
LINKS = int(os.environ.get("BENCH_LINKS", "100000"))
MOST_MILLISECONDS = 300  # the budget of every page of the desk
LIBRARY = "/admin/blog/mediafile/"
PAGES = {
    "first page": "/admin/",
    "list of posts": "/admin/blog/post/",
    "form of a post": "/admin/blog/post/1/change/",
    "library": LIBRARY,
    "library, shown nowhere": f"{LIBRARY}?use=no",
    "library, description missing": f"{LIBRARY}?undescribed=de",
    "library, search for two words": f"{LIBRARY}?q=Bild+9999",
    "dialog of the post's form": f"{LIBRARY}pick/",
    "links that lead nowhere": "/admin/blog/outsidelink/?standing__exact=dead",
}


def main() -> None:
    with temporary_site():
        from django.contrib.auth import get_user_model
        from django.db import connection
        from django.test import Client

        from blog.seeding import seed_files, seed_links, seed_posts

        seed_posts(POSTS)
        seed_files(FILES)
        seed_links(LINKS)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client = Client(headers={"Host": "127.0.0.1"})
        client.force_login(get_user_model().objects.create_superuser("desk"))
        counts = f"{POSTS:,} posts, {FILES:,} pictures, {LINKS:,} links"
        print(f"{counts}, {connection.vendor}, {machine()}\n")
        print(f"{'':32}  {'ms':>6}")
        over = []
        for name, path in PAGES.items():
            status = client.get(path).status_code
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
            taken = statistics.median(_milliseconds(client, path) for _ in range(5))
            print(f"{name:32}  {taken:>6.0f}", flush=True)
            if taken > MOST_MILLISECONDS:
                over.append(name)
        if over:
            raise SystemExit(f"Over {MOST_MILLISECONDS} ms: {', '.join(over)}")


def _milliseconds(client, path):
    started = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
