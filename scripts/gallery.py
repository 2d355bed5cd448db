"""Take pictures of every kind of page into a folder: python -m scripts.gallery FOLDER [kind …].

In both languages and both looks, on a phone and on a desktop, light and dark: sixteen a kind.
`--seeds FOLDER` shows imported sites (*.wxr.xml, *.txt) in place of our own sample. Nothing is
kept in the repository. Needs Chromium; with fonts-noto-core pages look as on Android.
"""

import argparse
import tempfile
from base64 import b64decode
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import Page, ViewportSize, sync_playwright

from scripts import chromium
from scripts.screenshots import LOOKS, choose, serving

if TYPE_CHECKING:  # its models need Django set up
    from scripts.gallerypages import Visit

SIZES = {
    "desktop": ViewportSize(width=1280, height=900),
    "phone": ViewportSize(width=390, height=844),
}
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
LANGUAGES = ["de", "en"]
HIGHEST = 12_000  # pixels; a long thread goes on and on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seeds", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="resonanz-gallery-") as data,
        serving(data, given.seeds) as (site, session),
    ):
        from scripts.gallerypages import visits

        for look in LOOKS:
            choose(look)
            forget_counted()
            wanted = {
                language: {
                    kind: visit
                    for kind, visit in visits(language, session).items()
                    if not given.kinds or kind in given.kinds
                }
                for language in LANGUAGES
            }
            take_look(site, given.folder, look, wanted)


def take_look(site: str, folder: Path, look: str, wanted: dict[str, dict[str, "Visit"]]) -> None:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for language, size, scheme in product(LANGUAGES, SIZES, SCHEMES):
            context = browser.new_context(
                viewport=SIZES[size], color_scheme=scheme, base_url=site, reduced_motion="reduce"
            )
            page = context.new_page()
            for kind, visit in wanted[language].items():
                show(page, visit, site)
                take(page, folder / f"{kind}-{look}-{language}-{size}-{scheme}.png")
            context.close()
            print(f"{folder}: {look}, {language}, {size}, {scheme}", flush=True)


def forget_counted() -> None:
    """Let the pictures of forms be taken as often as there are of them."""
    from blog.models import RateLimit

    RateLimit.objects.all().delete()


def show(page: Page, visit: "Visit", site: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([{"name": k, "value": v, "url": site} for k, v in visit.cookies])
    if visit.html:
        page.route(f"**{visit.path}", lambda route: route.fulfill(body=visit.html))
    page.goto(visit.path)
    if visit.press:
        page.locator(visit.press).locator("visible=true").first.click()
        page.wait_for_load_state("networkidle")


def take(page: Page, path: Path) -> None:
    """Take a picture of the whole page, with the images that only scrolling would load."""
    page.evaluate(
        """() => Promise.allSettled([...document.querySelectorAll("img")].map((image) => {
          image.loading = "eager";
          return image.checkVisibility() && image.decode();
        }))"""
    )
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    area = {"x": 0, "y": 0, "width": width, "height": min(height, HIGHEST), "scale": 1}
    # Playwright's own pictures wait for ever on a feed, which is no HTML.
    chromium_itself = page.context.new_cdp_session(page)
    taken = chromium_itself.send(
        "Page.captureScreenshot", {"clip": area, "captureBeyondViewport": True}
    )
    chromium_itself.detach()
    path.write_bytes(b64decode(taken["data"]))


if __name__ == "__main__":
    main()
