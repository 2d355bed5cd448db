"""Take the pictures of docs/screenshots/: python -m scripts.screenshots [name …].

They show our own sample content; a temporary installation is filled, served and gone afterwards.
Needs Chromium.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from scripts.services import free_port, wait_for_port

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
POST = "/posts/die-glocke-die-niemand-hoert/"
DESKTOP, PHONE = ViewportSize(width=1200, height=860), ViewportSize(width=390, height=844)
# A window of 1280 pixels at 400 %: a page of 320 (WCAG 2.2, 1.4.10).
ENLARGED, ZOOM = ViewportSize(width=320, height=400), 4


class Picture(NamedTuple):
    path: str
    viewport: ViewportSize
    scheme: Literal["light", "dark"]
    place: str | None = None  # what is scrolled to
    zoom: float = 1


PICTURES = {
    "post-de": Picture(POST, DESKTOP, "light"),
    "thread-de": Picture(POST, DESKTOP, "light", "#answers"),
    "thread-de-400-percent": Picture(POST, ENLARGED, "light", "#answers .thread .thread", ZOOM),
    "thread-en-dark-phone": Picture(f"/en{POST}", PHONE, "dark", "#answers"),
    "front-de": Picture("/", DESKTOP, "light"),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="resonanz-pictures-") as data,
        serving(data) as site,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in sys.argv[1:] or PICTURES:
            take(browser, site, name)
            print(f"docs/screenshots/{name}.png")


@contextmanager
def serving(data: str) -> Iterator[str]:
    """Fill an installation in the folder `data` with the sample, serve it, yield its address."""
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    os.environ |= {
        "RESONANZ_IGNORE_DOTENV": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": data,
        "BASE_URL": site,
        "DEBUG": "1",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from sample.load import load

    load(io.StringIO(), seeds=Path(data))  # a folder without seeds: our own sample
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for_port(port)
            yield site
        finally:
            server.terminate()


def take(browser: Browser, site: str, name: str) -> None:
    picture = PICTURES[name]
    context = browser.new_context(
        viewport=picture.viewport, color_scheme=picture.scheme, device_scale_factor=picture.zoom
    )
    page = context.new_page()
    page.goto(site + picture.path)
    if picture.place:
        page.locator(picture.place).first.evaluate("element => element.scrollIntoView()")
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
