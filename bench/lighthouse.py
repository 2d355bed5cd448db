"""Lighthouse on a phone, for each kind of page: `python -m bench.lighthouse`. Prints one table.

The site as it runs in production, without nginx. Best of up to three rounds, because whatever else
this machine does can only slow a page down. Fails if a page has less than 100. Needs npm and
Chromium; where one is missing it says so and is skipped.

Forms for one post or answer are kept out of search engines on purpose; Lighthouse counts that as a
fault of the page, so for them alone it is told not to ask (marked *).
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.post_page import machine
from bench.server import serving, temporary_site
from scripts import chromium, npm

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
CHROMIUM = chromium.program() or "chromium"
FLAGS = " ".join(("--headless=new", *chromium.FLAGS))


def main() -> None:
    if lacking := npm.missing("npm", "node", CHROMIUM):
        print(f"skipped: Lighthouse ({lacking} is not installed)")
        return
    program = npm.installed("lighthouse") / "cli" / "index.js"
    with temporary_site() as port:
        pages = prepare()
        print(f"Lighthouse {npm.TOOLS['lighthouse']}, mobile, {machine()}\n")
        print(f"{'':28}" + "".join(f"{name:>16}" for name in CATEGORIES), flush=True)
        with serving(port):
            good = [show(program, port, name, path) for name, path in pages]
    sys.exit(0 if all(good) else 1)


def prepare() -> list[tuple[str, str]]:
    """Fill the site and return the pages that are measured, as pairs of name and path."""
    from django.urls import reverse

    from blog.models import Post
    from comments.models import Comment
    from comments.seeding import seed_post
    from newsletter.models import Newsletter
    from sample.load import load

    load(io.StringIO())
    posts = list(Post.objects.published().newest_first()[:2])
    answer = Comment.objects.visible().answers().first()
    long = seed_post(0, 200)
    pages = [
        ("front page", reverse("blog:post_list")),
        *((f"post: {post.title[:20]}", post.get_own_url()) for post in posts),
        ("post with 200 comments", long.get_own_url()),
        ("archive", reverse("blog:archive_list")),
        ("search", reverse("blog:search")),
        ("author page", posts[0].bylined_authors[0].get_absolute_url()),
        ("newsletter's form", Newsletter.objects.all()[0].get_absolute_url()),
        ("form to answer *", reverse("comments:comment_create", args=[posts[0].slug])),
    ]
    if answer is not None:
        pages.append(("form to report *", reverse("comments:comment_report", args=[answer.pk])))
    return pages


def show(program: Path, port: int, name: str, path: str) -> bool:
    """Print the row of a page and what keeps it below 100; return whether nothing does."""
    best: dict[str, int] = {}
    faults: dict[str, list[str]] = {}
    for _round in range(ROUNDS):
        scores, found = measure(program, f"http://127.0.0.1:{port}{path}", name.endswith("*"))
        for category, score in scores.items():
            if score > best.get(category, -1):
                best[category], faults[category] = score, found[category]
        if min(best.values()) == 100:
            break
    print(f"{name:28}" + "".join(f"{best[name]:>16}" for name in CATEGORIES), flush=True)
    for category in CATEGORIES:
        for fault in faults[category] if best[category] < 100 else []:
            print(f"    {category}: {fault}", flush=True)
    return min(best.values()) == 100


def measure(
    program: Path, address: str, is_unlisted: bool
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return the scores of a page, and what each category found wanting."""
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        command = ["node", str(program), address, "--quiet", "--output=json"]
        command += [f"--output-path={told.name}", f"--chrome-flags={FLAGS}"]
        if is_unlisted:
            command.append("--skip-audits=is-crawlable")
        environment = os.environ | {"CHROME_PATH": CHROMIUM}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
        report = json.load(told)
    scores, found = {}, {}
    for name in CATEGORIES:
        category = report["categories"][name]
        scores[name] = round(100 * (category["score"] or 0))
        weighed = [ref["id"] for ref in category["auditRefs"] if ref["weight"]]
        audits = [report["audits"][one] for one in weighed if one in report["audits"]]
        found[name] = [
            f"{audit['title']} {audit.get('displayValue', '')}".strip()
            for audit in audits
            if audit["score"] is not None and audit["score"] < 1
        ]
    return scores, found


if __name__ == "__main__":
    main()
