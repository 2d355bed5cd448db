"""The sample site as a stranger walks it: every link leads somewhere, and nothing leads a browser
to other hosts before a click."""

import tempfile
from io import StringIO
from pathlib import Path
from unittest import mock
from urllib.parse import urldefrag

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase, override_settings

from blog.loading import Page, css_addresses, hosts, script_addresses
from blog.models import Post
from blog.walking import REDIRECTS, Found, internal_path, walk
from sample.load import load

NOWHERE = Path("/nonexistent")
# Rates of what strangers may ask are no matter here: a walk is quicker than any person.
SEARCHES = "blog.search.views.SEARCHES_PER_WINDOW"


class WalkTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder.name))
        load(StringIO(), NOWHERE)

    def setUp(self):
        self.enterContext(mock.patch(SEARCHES, 10**6))

    def test_every_link_leads_to_a_page_and_to_its_place_there(self):
        found = {page.path: page for page in walk()}
        faults = []
        for page in found.values():
            if page.status != 200 and page.status not in REDIRECTS:
                faults.append(f"{page.path} answers {page.status}")
            faults += [f"{page.path} → {link}" for link in page.links if not leads(found, link)]
        self.assertEqual(faults, [], "\n".join(faults))
        for path in ["/", "/en/", "/sitemap-posts.xml", "/feed/", "/en/feed/json/", "/search/"]:
            self.assertIn(path, found)
        for post in Post.objects.published():
            self.assertIn(internal_path(post.get_canonical_url()), found)

    def test_no_template_and_no_page_asks_another_host(self):
        out = StringIO()
        call_command("list_foreign_hosts", stdout=out)
        self.assertRegex(out.getvalue(), r"No other host in \d+ templates, .*\d+ pages\.")

    def test_a_page_that_would_is_named(self):
        page = Page('<p><img src="https://evil.example/pixel.png" alt=""></p>')
        found, out = [Found("/posts/x/", 200, page=page)], StringIO()
        command = "blog.management.commands.list_foreign_hosts"
        self.enterContext(mock.patch(f"{command}.walk", return_value=found))
        with self.assertRaisesMessage(CommandError, "1 other hosts"):
            call_command("list_foreign_hosts", stdout=out)
        self.assertEqual(out.getvalue(), "evil.example: /posts/x/\n")


def leads(found, link):
    """Whether an internal link ends at a page, and its fragment at an element there."""
    for _step in range(5):
        path, fragment = internal_path(link), urldefrag(link).fragment
        if not path:
            return True  # of another site, or a file
        page = found[path]
        if page.status not in REDIRECTS:
            break
        link = page.location if urldefrag(page.location).fragment else f"{page.location}#{fragment}"
    if page.status != 200:
        return False
    return not fragment or page.page is None or fragment in page.page.ids


class LoadingTests(SimpleTestCase):
    def test_what_a_browser_fetches_is_found_and_links_are_not(self):
        for markup in [
            '<img src="//a.example/x">', '<img srcset="/x 1x, https://a.example/y 2x">',
            '<link rel="preload stylesheet" href="https://a.example/x.css">',
            '<link rel="dns-prefetch" href="//a.example">',
            '<meta http-equiv="Refresh" content="0; url=https://a.example/">',
            '<form action="https://a.example/">', '<button formaction="https://a.example/">',
            '<p style="background: url(https://a.example/x)">',
            "<style>@import 'https://a.example/x.css';</style>",
            '<iframe src="https://a.example/">', '<video poster="https://a.example/x">',
            '<svg><use xlink:href="https://a.example/#x"/></svg>', '<a ping="https://a.example/">',
        ]:  # fmt: skip
            with self.subTest(markup):
                fetched = Page(markup).fetched
                self.assertEqual(list(hosts(fetched, "https://b.example/")), ["a.example"])
        for markup in [
            '<a href="https://a.example/">', '<link rel="canonical" href="https://a.example/">',
            '<img src="/x">', '<img src="https://b.example/x">', '<img src="data:image/png,x">',
            '<figure data-embed="https://a.example/">', "<p>url(https://a.example/)</p>",
        ]:  # fmt: skip
            with self.subTest(markup):
                self.assertEqual(list(hosts(Page(markup).fetched, "https://b.example/")), [])

    def test_stylesheets_and_scripts_are_read(self):
        self.assertEqual(
            css_addresses('@import "a.css"; b { c: url( "d.png" ) }'), ["a.css", "d.png"]
        )
        script = (
            """import x from "https://a.example/x.js"; fetch('//b.example'); "https://c.example" """
        )
        self.assertEqual(script_addresses(script), ["https://a.example/x.js", "//b.example"])
