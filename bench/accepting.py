"""How many answers a second are taken, 16 at once, with 10 and with 10,000 comments: `make bench`.

Prints one table and fails if an answer was refused, lost or kept twice, or if a tree is broken;
with BENCH_HOLD=1 also if fewer than the budget were taken in a second. Forms are opened before;
what is measured is sending them. Client and server share this machine's cores.
"""

import asyncio
import logging
import os
import statistics
import time
from itertools import count
from urllib.parse import urlencode

import httpx

from bench.post_page import HELD, machine
from bench.posters import FormFields, kept_rightly
from bench.server import WORKERS, serving, temporary_site

SIZES = [10, 10_000]
SENDERS = 16
ANSWERS = int(os.environ.get("BENCH_ANSWERS", "480"))  # to each post in each round
ROUNDS = 3
ANSWERS_PER_ADDRESS = 8  # fewer than one sender may write in ten minutes
LEAST_PER_SECOND = 150


def main() -> None:
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1"  # senders have addresses of their own
    with temporary_site() as port:
        from django.db import connection

        from blog.models import SiteSettings
        from comments.seeding import seed_post

        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would print every form
        SiteSettings(asks_proof_of_work=False).save()  # they type faster than any person
        posts = {size: seed_post(number, size) for number, size in enumerate(SIZES)}
        print(
            f"{SENDERS} senders at once, {WORKERS} workers, {connection.vendor}, {machine()}\n\n"
            f"{'comments':>8}  {'round':>5}  {'ms median':>9}  {'ms p95':>7}  {'answers/s':>9}"
        )
        rates: dict[int, list[float]] = {size: [] for size in SIZES}
        bodies: dict[int, set[str]] = {size: set() for size in SIZES}
        addresses, numbers = count(1), count(1)
        with serving(port):
            for number in range(ROUNDS + 1):
                # The first warms up both workers; the posts take turns, so the load is the same.
                answers = ANSWERS if number else 2 * SENDERS
                for size, post in posts.items():
                    requests = prepare(port, post, answers, addresses, numbers, bodies[size])
                    rate = send_all(port, requests, number, size)
                    if number:
                        rates[size].append(rate)
        kept = [kept_rightly(post, bodies[size]) for size, post in posts.items()]
    medians = {size: statistics.median(found) for size, found in rates.items()}
    few, many = medians.values()
    print(f"\nmedians {few:.0f} and {many:.0f} answers/s, ratio {many / few:.2f}")
    if not all(kept):
        raise SystemExit("Answers are lost, kept twice or out of place.")
    if HELD and min(medians.values()) < LEAST_PER_SECOND:
        raise SystemExit(f"Fewer than {LEAST_PER_SECOND} answers a second.")


def prepare(port, post, answers, addresses, numbers, bodies) -> list[bytes]:
    """Open a form for each address and return the requests that send answers by it."""
    path = f"/posts/{post.slug}/reply/"
    parents = list(post.comments.visible().order_by("pk").values_list("pk", flat=True)[:7])
    places = [path, *(f"{path}{parent}/" for parent in parents)]
    forms = {}
    requests = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        for sent in range(answers):
            place = places[sent // ANSWERS_PER_ADDRESS % len(places)]
            if sent % ANSWERS_PER_ADDRESS == 0:
                address = next(addresses)
                sender = f"198.18.{address // 250}.{address % 250}"
                form = FormFields()
                opened = client.get(place, headers={"X-Forwarded-For": sender})
                form.feed(opened.raise_for_status().text)
                cookies = "; ".join(f"{name}={value}" for name, value in opened.cookies.items())
                forms = {"fields": form.fields, "sender": sender, "cookies": cookies}
            body = f"Antwort Nummer {next(numbers)}."
            bodies.add(body)
            requests.append(request_of(port, place, body, **forms))
    return requests


def request_of(port, place, body, *, fields, sender, cookies) -> bytes:
    person = {"name": "Carlo", "email": "carlo@example.org"}
    content = urlencode(fields | person | {"body": body}).encode()
    head = (
        f"POST {place} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: {sender}\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def send_all(port, requests, number, size) -> float:
    """Send the requests, SENDERS at once; print the row and return how many a second were taken."""
    waiting = iter(requests)
    taken: list[float] = []
    started = time.perf_counter()
    asyncio.run(_send(port, waiting, taken))
    rate = len(taken) / (time.perf_counter() - started)
    p95 = statistics.quantiles(taken, n=20)[-1]
    median = statistics.median(taken)
    name = number or "warm"
    print(f"{size:>8,}  {name:>5}  {median:>9.1f}  {p95:>7.1f}  {rate:>9.0f}", flush=True)
    return rate


async def _send(port, waiting, taken):
    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(_sender(port, waiting, taken))


async def _sender(port, waiting, taken):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    for request in waiting:
        sent = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if " 302 " not in head.splitlines()[0]:
            raise RuntimeError(f"the server answered {head.splitlines()[0]}")
        length = next(
            line.partition(":")[2]
            for line in head.splitlines()
            if line.startswith("content-length")
        )
        await reader.readexactly(int(length))
        taken.append((time.perf_counter() - sent) * 1000)
    writer.close()
    await writer.wait_closed()


if __name__ == "__main__":
    main()
