"""Which Chromium is driven by the tests, the screenshots and the benches, and how it is started."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The shell has no windows, menus and pages of its own: a test takes half the time in it.
PROGRAMS = ("chromium-headless-shell", "chromium")
# --no-sandbox: CI runs as root. The rest keeps the browser itself from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def program() -> str | None:
    """Return the path of CHROMIUM, else of the first that is installed, else None."""
    names = [name] if (name := os.environ.get("CHROMIUM")) else PROGRAMS
    return next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start it.

    Raises:
        playwright.sync_api.Error: if Chromium is not installed or does not start.
    """
    return playwright.chromium.launch(executable_path=program(), args=[*FLAGS, *flags])
