"""64 people answer one post at the same moment, through HTTP: `python -m bench.posters`.

Each opens the form, waits for the others and sends it; some answer the post, some a comment. Prints
one table and fails if an answer was refused, lost or kept twice, if a tree is broken, or if anybody
waited for more than five seconds. Client and server share this machine's cores.
"""

import logging
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import product
from threading import Barrier

import httpx

from bench.post_page import machine
from bench.server import WORKERS, serving, temporary_site

POSTERS = int(os.environ.get("BENCH_POSTERS", "64"))
ROUNDS = 3
SLOWEST_SECONDS = 5.0


def main() -> None:
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1"  # each poster has an address of their own
    with temporary_site() as port:
        from blog.models import SiteSettings
        from comments.models import Comment
        from comments.seeding import seed_post

        SiteSettings(asks_proof_of_work=False).save()  # they type faster than any person
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would print every request
        post = seed_post(1, 1_000)
        visible = Comment.objects.visible().filter(post=post).order_by("pk")
        parents = list(visible.values_list("pk", flat=True)[:7])
        print(f"{POSTERS} posters at once, {WORKERS} workers, {machine()}\n")
        print(f"{'round':>5}  {'taken':>5}  {'ms median':>9}  {'ms p95':>7}  {'ms slowest':>10}")
        with serving(port):
            rounds = [post_at_once(port, post, parents, n) for n in range(1, ROUNDS + 1)]
        wanted = {text_of(*sent) for sent in product(range(1, ROUNDS + 1), range(POSTERS))}
        is_kept = kept_rightly(post, wanted)
    sys.exit(0 if all(rounds) and is_kept else 1)


def post_at_once(port: int, post, parents: list[int], number: int) -> bool:
    """Let everybody post once; print the row; return whether all were taken, and soon enough."""
    start = Barrier(POSTERS)

    def run(poster):
        place = [None, *parents][poster % (len(parents) + 1)]
        address = f"/posts/{post.slug}/reply/" + (f"{place}/" if place else "")
        headers = {"X-Forwarded-For": f"198.51.100.{poster}"}
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False) as client:
            return send(client, address, start, text_of(number, poster))

    with ThreadPoolExecutor(POSTERS) as pool:
        answers = list(pool.map(run, range(POSTERS)))
    taken = [milliseconds for status, milliseconds in answers if status == 302]
    p95, slowest = statistics.quantiles(taken, n=20)[-1], max(taken)
    median = statistics.median(taken)
    print(
        f"{number:>5}  {len(taken):>5}  {median:>9.0f}  {p95:>7.0f}  {slowest:>10.0f}", flush=True
    )
    return len(taken) == POSTERS and slowest <= SLOWEST_SECONDS * 1000


def text_of(number: int, poster: int) -> str:
    return f"Runde {number}, Nummer {poster}."


def send(client: httpx.Client, address: str, start: Barrier, body: str) -> tuple[int, float]:
    """Open the form, wait for the others, send it; return the status and the milliseconds."""
    form = FormFields()
    form.feed(client.get(address).raise_for_status().text)
    fields = form.fields | {"body": body, "name": "Carlo", "email": "carlo@example.org"}
    start.wait(timeout=60)
    sent = time.perf_counter()
    status = client.post(address, data=fields).status_code
    return status, (time.perf_counter() - sent) * 1000


class FormFields(HTMLParser):
    """The fields of the form for answers with what stands in them, hidden ones too."""

    def __init__(self):
        super().__init__()
        self.fields: dict[str, str] = {}
        self.is_inside = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.is_inside = "data-reply-form" in given
        elif self.is_inside and tag in {"input", "textarea"} and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""


def kept_rightly(post, wanted: set[str]) -> bool:
    """Print what the database holds of the answers `wanted`; return whether that is right."""
    from comments import tree

    written = post.comments.order_by().filter(body__startswith=os.path.commonprefix([*wanted]))
    kept = list(written.values_list("body", flat=True))
    lost, twice, faults = len(wanted - {*kept}), len(kept) - len({*kept}), len(list(tree.check()))
    print(f"\nkept {len(kept)}, lost {lost}, twice {twice}, faults of the trees {faults}")
    return not (lost or twice or faults)


if __name__ == "__main__":
    main()
