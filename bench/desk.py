"""The editors' pages with 10,000 posts, 100,000 pictures and links: `python -m bench.desk`.

Prints one table: milliseconds of a page made in this process (median of five, templates read
before), by the clock and of the processor, and its queries. Ends with an error if a page is over
its budget; what the clock says counts on an idle machine alone, so that is only named.
"""

import os
import statistics
import time

from bench.post_page import machine
from bench.server import temporary_site

POSTS = int(os.environ.get("BENCH_POSTS", "10000"))
FILES = int(os.environ.get("BENCH_FILES", "100000"))
LINKS = int(os.environ.get("BENCH_LINKS", "100000"))
# Of each: pictures drawn, mails sent, acts logged.
DONE = int(os.environ.get("BENCH_DONE", "100000"))
ANSWERS = int(os.environ.get("BENCH_ANSWERS", "10000"))
MOST_MILLISECONDS = 300  # the budget of every page of the desk
MOST_CPU = 200  # milliseconds
MOST_QUERIES = 30
POST_LIST = "/admin/blog/post/"
LIBRARY = "/admin/blog/mediafile/"
PAGES = {
    "first page": "/admin/",
    "list of posts": POST_LIST,
    "list of posts, in the middle": f"{POST_LIST}?p={POSTS // 100}",
    "list of posts, one year": f"{POST_LIST}?published_at__year=2026",
    "list of posts, search": f"{POST_LIST}?q=P99",
    "form of a post": f"{POST_LIST}1/change/",
    "posts offered for a title": (
        "/admin/autocomplete/?app_label=blog&model_name=post&field_name=translation_of&term=P99"
    ),
    "library": LIBRARY,
    "library, shown nowhere": f"{LIBRARY}?use=no",
    "library, description missing": f"{LIBRARY}?undescribed=de",
    "library, search for two words": f"{LIBRARY}?q=Bild+9999",
    "dialog of the post's form": f"{LIBRARY}pick/",
    "links that lead nowhere": "/admin/blog/outsidelink/?standing__exact=dead",
    "links, failed": "/admin/blog/outsidelink/?errand=failed",
    "sizes to draw": "/admin/blog/mediarendering/",
    "sizes to draw, failed": "/admin/blog/mediarendering/?errand=failed",
    "mails about reviews": "/admin/blog/reviewmail/",
    "people": "/admin/blog/author/",
    "answers": "/admin/comments/comment/",
    "inbox of answers": "/admin/comments/comment/inbox/",
    "log": "/admin/admin/logentry/",
}


def main() -> None:
    with temporary_site():
        from django.contrib.auth import get_user_model
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from blog.seeding import seed_done, seed_files, seed_links, seed_posts
        from comments.seeding import seed_post

        seed_posts(POSTS)
        seed_files(FILES)
        seed_links(LINKS)
        seed_post(POSTS, ANSWERS)
        user = get_user_model().objects.create_superuser("desk")
        seed_done(DONE, user)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client = Client(headers={"Host": "127.0.0.1"})
        client.force_login(user)
        counts = f"{POSTS:,} posts, {FILES:,} pictures, {LINKS:,} links, {ANSWERS:,} answers"
        print(f"{counts}, {DONE:,} done; {connection.vendor}, {machine()}\n")
        print(f"{'':32}  {'ms':>6}  {'CPU ms':>6}  {'queries':>7}")
        slow, over = [], []
        for name, path in PAGES.items():
            status = client.get(path).status_code
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
            walls, cpus = zip(*(_milliseconds(client, path) for _ in range(5)), strict=True)
            wall, cpu = statistics.median(walls), statistics.median(cpus)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            print(f"{name:32}  {wall:>6.0f}  {cpu:>6.0f}  {len(queries):>7}", flush=True)
            if wall > MOST_MILLISECONDS:
                slow.append(name)
            if cpu > MOST_CPU or len(queries) >= MOST_QUERIES:
                over.append(name)
        if slow:
            print(f"\nOver {MOST_MILLISECONDS} ms by the clock: {', '.join(slow)}")
        if over:
            raise SystemExit(
                f"Over {MOST_CPU} ms of CPU, or {MOST_QUERIES} queries or more: {', '.join(over)}"
            )


def _milliseconds(client, path):
    """Return what one page takes, by the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    client.get(path)
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


if __name__ == "__main__":
    main()
