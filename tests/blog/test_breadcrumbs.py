"""Where a page stands: readers and machines are told the same."""

import json
import re
from html import unescape

from django.test import TestCase
from django.urls import reverse

from blog.models import Tag
from tests.blog.test_machines import BASE
from tests.factories import make_author, make_category, make_post, make_series

STEP = re.compile(r'<li[^>]*>(?:<a href="([^"]+)">)?([^<]+)<')


class BreadcrumbTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.above = make_category("Wissen")
        cls.category = make_category("Handel & Wandel", parent=cls.above)
        cls.author, cls.series = make_author("Ada Beispiel"), make_series("Reihe")
        cls.tag = Tag.objects.create(name="Service")
        cls.post = make_post(
            "Die Glocke",
            authors=[cls.author],
            category=cls.category,
            series=cls.series,
            tags=[cls.tag],
            language="en",
        )

    def shown(self, path):
        """Return pairs of name and path as readers see them; the page itself has no path."""
        page = self.client.get(path).text
        trail = re.search(r'<nav class="breadcrumbs".*?</nav>', page, re.DOTALL)[0]
        return [(unescape(name), link) for link, name in STEP.findall(trail)]

    def told(self, path):
        """Return pairs of name and path as machines hear them."""
        page = self.client.get(path).text
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        steps = json.loads(block[1])["@graph"][-1]["itemListElement"]
        return [(step["name"], step["item"].removeprefix(BASE)) for step in steps]

    def test_every_page_tells_readers_and_machines_the_same(self):
        at = self.post.published_at
        for path, between in [
            (self.above.get_absolute_url(), []),
            (self.category.get_absolute_url(), ["Wissen"]),
            (self.tag.get_absolute_url(), []),
            (self.series.get_absolute_url(), []),
            (self.author.get_absolute_url(), []),
            (reverse("blog:archive_list"), []),
            (reverse("blog:year_detail", args=[at.year]), ["Archiv"]),
            (reverse("blog:month_detail", args=[at.year, at.month]), ["Archiv", str(at.year)]),
            (self.post.get_absolute_url(), ["Wissen", "Handel & Wandel"]),
        ]:
            with self.subTest(path):
                shown, told = self.shown(path), self.told(path)
                self.assertEqual([name for name, _path in shown[:-1]], ["Resonanz", *between])
                self.assertEqual(shown[:-1], told[:-1])
                self.assertEqual(told[-1], (shown[-1][0], path))

    def test_english_page_leads_to_english_pages(self):
        shown = self.shown("/en" + reverse("blog:year_detail", args=[self.post.published_at.year]))
        self.assertEqual(shown[:2], [("Resonanz", "/en/"), ("Archive", "/en/archive/")])

    def test_a_name_keeps_its_language(self):
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, '<li aria-current="page" lang="en">Die Glocke</li>')
        page = self.client.get(self.tag.get_absolute_url())
        self.assertContains(page, '<li aria-current="page">Service</li>')
