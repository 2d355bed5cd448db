"""What a reader's browser loads for a page: `python -m bench.page_weight`.

Prints one table of requests and bytes as they came over the line, headers left out, by kind, for a
first visit in Chromium to the front page and to a post with ten answers. Needs Chromium (a Debian
package) and playwright, as the browser tests do. Ends with an error if a page is over its budget.
"""

import os
from collections import Counter

from playwright.sync_api import Request, sync_playwright

from bench.server import serving, temporary_site
from scripts import chromium

MOST_REQUESTS, MOST_BYTES = 5, 40_000
KINDS = ["document", "stylesheet", "script", "image", "other"]


def main() -> None:
    with temporary_site() as port:
        from comments.seeding import seed_post

        paths = {"front page": "/", "post": seed_post(0, 10).get_absolute_url()}
        with serving(port):
            loaded = {name: load(f"http://127.0.0.1:{port}{path}") for name, path in paths.items()}
    print(f"{'requests and bytes':20}" + "".join(f"{kind:>16}" for kind in [*KINDS, "all"]))
    over = []
    for name, (requests, sizes) in loaded.items():
        cells = [f"{requests[kind]:>4} {sizes[kind]:>11,}" for kind in KINDS]
        print(f"{name:20}{''.join(cells)}{requests.total():>4} {sizes.total():>11,}")
        if requests.total() > MOST_REQUESTS or sizes.total() > MOST_BYTES:
            over.append(name)
    if over:
        raise SystemExit(f"Over {MOST_REQUESTS} requests or {MOST_BYTES:,} bytes: {over}")


def load(url: str) -> tuple[Counter[str], Counter[str]]:
    """Return how many requests a first visit makes and how many bytes they bring, by kind."""
    requests, sizes = Counter[str](), Counter[str]()
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_page()
        done: list[Request] = []
        page.on("requestfinished", lambda request: done.append(request))
        page.goto(url, wait_until="networkidle")
        # What is asked for twice, as the mark in page and tab, comes over the line once.
        for request in {request.url: request for request in reversed(done)}.values():
            kind = request.resource_type if request.resource_type in KINDS else "other"
            requests[kind] += 1
            sizes[kind] += request.sizes()["responseBodySize"]
            if os.environ.get("BENCH_NAMES"):
                print(f"{request.sizes()['responseBodySize']:>8,}  {request.url}")
        browser.close()
    return requests, sizes


if __name__ == "__main__":
    main()
