"""The pictures of all pages leave none out, and each page that is taken is a whole one."""

import io
import re
import tempfile
from pathlib import Path

from django.test import TestCase, override_settings
from django.urls import get_resolver, resolve

from sample.load import load
from scripts.gallerypages import SENT, answer_of, visits
from tests.factories import make_user

STATUS = {"dead-link": 404, "review-over": 410}
APPS = {"blog", "comments", "newsletter", "newsletter_machine", "comments_machine"}
# What nobody looks at: for programs, a redirect, a part of a page, or for POST alone.
NO_PAGES = re.compile(
    r"_?(feed|atom|json)$|:(post_qr|colours|search_description|answer_news|akismet_webhook"
    r"|comment_detail|review_agree|subscription_resume|follow_resume)$"
)


class GalleryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder.name))
        load(io.StringIO(), Path("/nonexistent"))
        make_user("anna", is_superuser=True)

    def setUp(self):
        self.client.force_login(make_user("berta", is_superuser=True))
        cookie = next(iter(self.client.cookies.values()))
        session = {"name": cookie.key, "value": cookie.value}
        self.found = {language: visits(language, session) for language in ("de", "en")}

    def test_every_address_of_a_page_is_taken(self):
        shown = {
            resolve(visit.path.partition("?")[0]).view_name
            for visit in self.found["de"].values()
            if not visit.html
        }
        self.assertEqual({name for name in named() if not NO_PAGES.search(name)} - shown, set())

    def test_each_page_is_there_and_has_one_headline(self):
        for language, kinds in self.found.items():
            for kind, visit in kinds.items():
                with self.subTest(kind=kind, language=language):
                    status, page = answer_of(visit)
                    usual = 422 if visit.press == SENT else 200
                    self.assertEqual(status, STATUS.get(kind, usual))
                    if kind != "feed":
                        self.assertEqual(page.count("<h1"), 1)
                        self.assertIn(f'<html lang="{language}">', page)


def named():
    """Return the names of all addresses of the site's own pages, with their namespaces."""
    found = set()
    for resolver in get_resolver().url_patterns:
        for part in getattr(resolver, "url_patterns", []):
            for app in [resolver, part]:
                if getattr(app, "namespace", None) in APPS:
                    names = [pattern.name for pattern in app.url_patterns]
                    found |= {f"{app.namespace}:{name}" for name in names}
    return found
