"""A real browser on a real server: Debian's Chromium, driven by Playwright.

A test that asks for `page` also proves that its pages load nothing from another host, log no error
and never break the Content-Security-Policy.
"""

import os
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from comments import gate
from scripts import chromium
from tests.factories import make_author, make_user

WAIT_MILLISECONDS = 20_000  # for what comes at once, on a machine with much else to do
DISCONNECTED = "net::ERR_INTERNET_DISCONNECTED"
# The browser itself finds no other host.
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"
LOCAL_SCHEMES = ("about:", "blob:", "data:")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    if chromium.program() is None:
        pytest.skip("Chromium is not installed")
    # Playwright's sync API runs an event loop in this thread, in which Django suspects async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, NO_OTHER_HOST)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server, monkeypatch):
    """The address of the running site; forms and absolute links know it.

    A test types faster than any person, which would make it a suspicious sender.
    """
    monkeypatch.setattr(gate, "FASTEST_SECONDS", 0)
    monkeypatch.setattr(settings, "BASE_URL", live_server.url)
    return live_server.url


@pytest.fixture
def new_page(browser, site):
    """Return a function that opens a page, given options of a browser context."""
    opened, faults = [], []

    def new_page(**options):
        options = {"base_url": site, "locale": "de-DE", "reduced_motion": "reduce"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(WAIT_MILLISECONDS)
        opened.append(context)
        _watch_for_foreign_hosts(context, site, faults)
        page = context.new_page()
        _watch(page, faults)
        return page

    yield new_page
    for context in opened:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page):
    """A page of a German desktop browser."""
    return new_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def desk(page, site, transactional_db):
    """A page whose person is logged in as editor and is an author."""
    editor = make_user("redaktion", is_staff=True, is_superuser=True)
    make_author("Ada Beispiel", user=editor)
    client = Client()
    client.force_login(editor)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    return page


@pytest.fixture
def assert_accessible():
    """Return a function that holds a page against WCAG 2.2 AA and axe's best practices.

    axe is run through the debugging protocol, so the page's policy stays as it is. It measures all
    places once: what is laid out only when it comes near would move afterwards.
    """

    def assert_accessible(page, context=None):
        page.evaluate(
            """() => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync("* { content-visibility: visible !important }");
              document.adoptedStyleSheets.push(sheet);
            }"""
        )
        results = Axe().run(page, context=context)
        assert results.violations_count == 0, results.generate_report()

    return assert_accessible


def _watch_for_foreign_hosts(context, site, faults):
    """Note each request to another host.

    A test that answers in another host's place says so: `context.stands_in_for`.
    """
    own = urlsplit(site).netloc

    def note(request):
        host = urlsplit(request.url).netloc
        is_own = host == own or request.url.startswith(LOCAL_SCHEMES)
        if not is_own and host not in getattr(context, "stands_in_for", ()):
            faults.append(f"asked another host: {request.url}")

    context.on("request", note)


def _watch(page, faults):
    """Note errors of the console and of scripts; a broken policy is an error of the console."""

    def is_fault(message):
        # A form sent back with its errors is an answer 422, which Chromium logs as well, and so it
        # does with what is asked for while a test that says so has the network switched off.
        is_cut = getattr(page, "loses_network", False) and DISCONNECTED in message.text
        return message.type == "error" and "status of 422" not in message.text and not is_cut

    page.on(
        "console",
        lambda message: is_fault(message) and faults.append(f"console: {message.text}"),
    )
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
