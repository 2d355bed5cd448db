"""Take the pictures of docs/: python -m scripts.screenshots [name …].

Those of the handbook are among them. They show our own sample content; a temporary installation is
filled, served and gone afterwards.
Needs Chromium; with fonts-noto-core pages look as on Android. All pages: scripts/gallery.py.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from scripts import chromium
from scripts.services import free_port, wait_for_port

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
HANDBOOK = ROOT / "docs" / "handbook" / "pictures"
POST = "/posts/die-glocke-die-niemand-hoert/"
DESK = ViewportSize(width=1100, height=720)
DESKTOP, PHONE = ViewportSize(width=1200, height=860), ViewportSize(width=390, height=844)
# A window of 1280 pixels at 400 %: a page of 320 (WCAG 2.2, 1.4.10).
ENLARGED, ZOOM = ViewportSize(width=320, height=400), 4
COLOURS = 192  # of a picture


class Picture(NamedTuple):
    path: str
    viewport: ViewportSize
    scheme: Literal["light", "dark"]
    place: str | None = None  # what is scrolled to
    zoom: float = 1
    is_desk: bool = False  # somebody of the team is logged in
    folder: Path = FOLDER
    look: str = "blog"


def of_desk(name: str, path: str, place: str | None = None) -> dict[str, Picture]:
    """Return a picture of the handbook for each language, by its name."""
    return {
        f"{language}-{name}": Picture(
            f"{prefix}{path}", DESK, "light", place, is_desk=True, folder=HANDBOOK
        )
        for language, prefix in [("de", ""), ("en", "/en")]
    }


PICTURES = {
    "post-de": Picture(POST, DESKTOP, "light"),
    "thread-de": Picture(POST, DESKTOP, "light", "#answers"),
    "thread-de-400-percent": Picture(POST, ENLARGED, "light", "#answers .thread .thread", ZOOM),
    "thread-en-dark-phone": Picture(f"/en{POST}", PHONE, "dark", "#answers"),
    "front-de": Picture("/", DESKTOP, "light"),
    "magazine-de": Picture("/", DESKTOP, "light", look="magazine"),
    "magazine-en-dark-phone": Picture("/en/", PHONE, "dark", look="magazine"),
    "inbox-de": Picture("/admin/comments/comment/inbox/", DESKTOP, "light", is_desk=True),
    "inbox-en-dark-phone": Picture(
        "/en/admin/comments/comment/inbox/", PHONE, "dark", is_desk=True
    ),
    "replay-de": Picture("/admin/comments/spamcheck/1/change/", DESKTOP, "light", is_desk=True),
    **of_desk("today", "/admin/"),
    **of_desk("writing", "/admin/blog/post/1/change/"),
    **of_desk("publishing", "/admin/blog/post/1/change/", "fieldset:has(.field-ready)"),
    **of_desk("pictures", "/admin/blog/mediafile/"),
    **of_desk("inbox", "/admin/comments/comment/inbox/"),
    **of_desk("guest-posts", "/admin/comments/invitation/add/"),
}
# What each look is shown with, as an editor would set it.
LOOKS = {
    "blog": {"look": "blog"},
    "magazine": {
        "look": "magazine",
        "motto_de": "Gedanken rund um Wirtschaft, Sinn & Ethik",
        "motto_en": "Thoughts on business, sense & ethics",
        "accent_light": "#7a1f2b",
        "accent_dark": "#f0a3a8",
    },
}
# What waits in the inbox of the pictures: name, address, seconds for the form, text.
WAITING = [
    ("Carla Nord", "carla@example.org", 95.0, "Bei uns hing die Glocke zwanzig Jahre. Gefehlt hat "
     "sie erst, als der neue Rektor sie abnehmen ließ."),
    ("SEO Profi", "info@backlinks.example", 1.2, "Toller Beitrag! Mehr Besucher: "
     "https://backlinks.example/a https://backlinks.example/b https://backlinks.example/c "
     "https://backlinks.example/d"),
]  # fmt: skip


def main() -> None:
    for folder in (FOLDER, HANDBOOK):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="resonanz-pictures-") as data,
        serving(data) as (site, cookie),
    ):
        names = sys.argv[1:] or list(PICTURES)
        for look in sorted({PICTURES[name].look for name in names}):
            choose(look)
            take_all(site, cookie, [name for name in names if PICTURES[name].look == look])


def take_all(site: str, cookie: dict[str, str], names: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name in names:
            print(take(browser, site, name, cookie).relative_to(ROOT))


def choose(look: str) -> None:
    """Save the settings of a look, and wait until the server has seen them."""
    from blog.models import SiteSettings

    SiteSettings(**LOOKS[look]).save()
    time.sleep(2 * SiteSettings.KEPT_SECONDS)


@contextmanager
def serving(data: str, seeds: Path | None = None) -> Iterator[tuple[str, dict[str, str]]]:
    """Fill an installation in the folder `data`, serve it; yield its address and a login.

    With our own sample, or with the exports in `seeds`.
    """
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

    load(io.StringIO(), seeds=seeds or Path(data))  # a folder without seeds: our own sample
    if seeds is None:
        fill_inbox()
    cookie = session()
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for_port(port)
            yield site, cookie
        finally:
            server.terminate()


def fill_inbox() -> None:
    """Send two answers to the sample post, as two readers would; the second has been checked."""
    from django.utils import timezone

    from blog.models import Post
    from comments import spam
    from comments.actions import submit_comment
    from comments.formtoken import FormUse
    from comments.models import Comment, SpamCheck

    post = Post.objects.get(slug=POST.strip("/").rpartition("/")[2])
    for name, email, seconds, text in WAITING:
        comment = Comment(post=post, name=name, email=email, body=text, language="de")
        comment.ip, comment.user_agent = "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64)"
        use = FormUse(age_seconds=seconds, trap_name="f0123456789a")
        submit_comment(comment, use=use)
    sent = spam.fields_of(comment, use=use)
    SpamCheck.objects.create(
        pk=1, comment=comment, fields=sent, verdict="spam", asked_at=timezone.now()
    )


def session() -> dict[str, str]:
    """Return the cookie of somebody of the team."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    user = get_user_model().objects.create_superuser("anna", first_name="Anna")
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def take(browser: Browser, site: str, name: str, cookie: dict[str, str]) -> Path:
    picture = PICTURES[name]
    context = browser.new_context(
        viewport=picture.viewport, color_scheme=picture.scheme, device_scale_factor=picture.zoom
    )
    if picture.is_desk:
        context.add_cookies([{**cookie, "url": site}])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.goto(site + picture.path)
    if picture.place:
        page.locator(picture.place).first.evaluate("element => element.scrollIntoView()")
    path = picture.folder / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    with Image.open(path) as taken:  # a third of the bytes, and no eye sees the difference
        few = taken.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
        few.save(path, optimize=True)
    return path


if __name__ == "__main__":
    main()
