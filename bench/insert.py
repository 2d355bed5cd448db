"""How long one answer takes on a post with 10 to 100,000 comments: `python -m bench.insert`.

Prints one table, in milliseconds (median). `tree.add` is the insert alone, of an answer that is
visible at once and so counted; `submit` is what a form calls, for a stranger whose answer waits.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

from bench.post_page import SIZES, machine
from bench.server import temporary_site

TIMES = int(os.environ.get("BENCH_TIMES", "100"))
COLUMNS = ["root, tree.add", "reply, tree.add", "root, submit", "reply, submit"]


def main() -> None:
    with temporary_site():
        from comments.seeding import seed_post

        print(f"One answer, {TIMES} times each, {machine()}\n")
        print(f"{'comments':>8}" + "".join(f"  {column:>15}" for column in COLUMNS))
        for number, size in enumerate(SIZES):
            medians = [median(act) for act in acts(seed_post(number, size))]
            row = "".join(f"  {milliseconds:>15.1f}" for milliseconds in medians)
            print(f"{size:>8,}{row}", flush=True)


def acts(post) -> list[Callable[[], object]]:
    """Return the four acts that are timed, on this post."""
    from comments import tree
    from comments.actions import submit_comment
    from comments.models import Comment

    chance = random.Random(post.pk)
    answers = Comment.objects.filter(post=post).order_by("pk")
    ids = list(answers.values_list("pk", flat=True))

    def comment(parent_id=None, **fields):
        return Comment(post=post, parent_id=parent_id, name="Carlo", body="Kurz gesagt.", **fields)

    def reply(**fields):
        return comment(chance.choice(ids), **fields)

    approved = {"status": Comment.Status.APPROVED, "body_html": "<p>Kurz gesagt.</p>"}
    return [
        lambda: tree.add(comment(**approved)),
        lambda: tree.add(reply(**approved)),
        lambda: submit_comment(comment(email="carlo@example.org")),
        lambda: submit_comment(reply(email="carlo@example.org")),
    ]


def median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
