"""Take pictures of every kind of page into a folder: python -m scripts.gallery FOLDER [kind …].

In both languages and both looks, on a phone and on a desktop, light and dark: sixteen a kind.
`--seeds FOLDER` shows imported sites (*.wxr.xml, *.txt) in place of our own sample. Nothing is
kept in the repository. Needs Chromium; with fonts-noto-core pages look as on Android.
"""

import argparse
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import FloatRect, Page, ViewportSize, sync_playwright

from scripts import chromium
from scripts.screenshots import LOOKS, choose, serving

SIZES = {
    "desktop": ViewportSize(width=1280, height=900),
    "phone": ViewportSize(width=390, height=844),
}
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
LANGUAGES = ["de", "en"]
HIGHEST = 6_000  # pixels; a long thread goes on and on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seeds", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="resonanz-gallery-") as data,
        serving(data, given.seeds) as (site, _cookie),
    ):
        wanted = {language: pages(language, given.kinds) for language in LANGUAGES}
        for look in LOOKS:
            choose(look)
            take_look(site, given.folder, look, wanted)


def take_look(site: str, folder: Path, look: str, wanted: dict[str, dict[str, str]]) -> None:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for language, size, scheme in product(LANGUAGES, SIZES, SCHEMES):
            context = browser.new_context(
                viewport=SIZES[size], color_scheme=scheme, base_url=site, reduced_motion="reduce"
            )
            page = context.new_page()
            for kind, path in wanted[language].items():
                page.goto(path)
                take(page, folder / f"{kind}-{look}-{language}-{size}-{scheme}.png")
            context.close()
            print(f"{folder}: {look}, {language}, {size}, {scheme}", flush=True)


def take(page: Page, path: Path) -> None:
    """Take a picture of the whole page, with the images that only scrolling would load."""
    page.evaluate("document.querySelectorAll('img').forEach((one) => one.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    area = FloatRect(x=0, y=0, width=width, height=min(height, HIGHEST))
    page.screenshot(path=path, full_page=True, clip=area)


def pages(language: str, kinds: list[str]) -> dict[str, str]:
    """Return an address of each kind of public page, or of `kinds`, by the name of its picture."""
    from django.urls import reverse
    from django.utils.translation import override

    from blog.models import Post, Series, Tag
    from comments.models import Comment
    from newsletter.models import Newsletter

    posts = Post.objects.published().newest_first()
    talked = posts.filter(threads__is_linkback=False).order_by("-tally__answer_count").first()
    answer = Comment.objects.visible().answers().filter(post=talked).first()
    tag, series = Tag.objects.filter(posts__in=posts).first(), Series.objects.first()
    with override(language):
        search = reverse("blog:search")
        rows = {
            "post": talked,
            "post-quiet": posts.exclude(pk=talked.pk).first(),
            "author": talked.bylines.get(position=0).author,
            "category": talked.category,
            "tag": tag,
            "series": series,
            "newsletter": Newsletter.objects.public().first(),
        }
        found = {
            "front": reverse("blog:post_list"),
            **{kind: row.get_absolute_url() for kind, row in rows.items() if row},
            "thread": reverse("comments:thread_detail", args=[talked.slug, answer.tree_id]),
            "answer": reverse("comments:comment_create", args=[talked.slug]),
            "reply": reverse("comments:comment_reply", args=[talked.slug, answer.pk]),
            "report": reverse("comments:comment_report", args=[answer.pk]),
            "archive": reverse("blog:archive_list"),
            "year": reverse("blog:year_detail", args=[talked.published_at.year]),
            "search": search,
            "search-found": f"{search}?q=und",
            "search-nothing": f"{search}?q=Xylophonquartett",
            "imprint": reverse("blog:imprint"),
            "privacy": reverse("blog:privacy"),
            "not-found": f"{reverse('blog:post_list')}nothing-here/",
        }
    return {kind: path for kind, path in found.items() if not kinds or kind in kinds}


if __name__ == "__main__":
    main()
