"""English at the root, German under /de/: one setting, and every page follows."""

import importlib
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.test import TestCase, override_settings
from django.urls import clear_url_caches, reverse
from django.utils.translation import override

from blog import addresses
from blog.models import Tag
from comments import markup
from config import urls
from tests.factories import (
    make_author,
    make_category,
    make_comment,
    make_newsletter,
    make_post,
    make_series,
)

ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([a-z-]+)" href="([^"]+)">')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')


def forget_addresses():
    """Have all addresses made anew: Django and we keep them by language, with their prefix."""
    importlib.reload(urls)
    clear_url_caches()
    addresses._form.cache_clear()
    markup._urls.cache_clear()


@override_settings(LANGUAGE_CODE="en")
class OtherWayRoundTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author, cls.category = make_author(), make_category()
        cls.tag, cls.series = Tag.objects.create(name="Empathie"), make_series()
        cls.german = make_post(
            "Deutsch", language="de", authors=[cls.author], category=cls.category,
            tags=[cls.tag], series=cls.series,
        )  # fmt: skip
        cls.english = make_post(
            "English", language="en", translation_of=cls.german, authors=[cls.author]
        )
        cls.answer = make_comment(cls.german)
        cls.newsletter = make_newsletter()

    def setUp(self):
        forget_addresses()
        self.addCleanup(forget_addresses)

    def addresses(self, language):
        with override(language):
            rows = [self.german, self.english, self.author, self.category, self.tag, self.series]
            args = [self.german.slug]
            return [
                *(row.get_absolute_url() for row in [*rows, self.newsletter]),
                reverse("blog:post_list"),
                reverse("blog:archive_list"),
                reverse("blog:year_detail", args=[2026]),
                reverse("blog:month_detail", args=[2026, 5]),
                reverse("blog:search"),
                reverse("blog:imprint"),
                reverse("blog:privacy"),
                reverse("comments:comment_create", args=args),
                reverse("comments:thread_detail", args=[*args, self.answer.tree_id]),
                reverse("comments:comment_report", args=[self.answer.pk]),
            ]

    def get(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return response.content.decode()

    def test_every_page_stands_at_the_root_in_english_and_below_de_in_german(self):
        for address in self.addresses("en"):
            with self.subTest(address):
                self.assertFalse(address.startswith(("/en/", "/de/")))
                self.assertIn('<html lang="en">', self.get(address))
        for address in self.addresses("de"):
            with self.subTest(address):
                self.assertTrue(address.startswith("/de/"))
                self.assertIn('<html lang="de">', self.get(address))

    def test_links_of_a_page_stay_in_its_language(self):
        for language, address in [("en", "/"), ("de", "/de/"), ("de", "/de/posts/deutsch/")]:
            with self.subTest(address):
                body = self.get(address).partition("<main")[2].partition("</main>")[0]
                # What carries `hreflang` leads to the other language on purpose.
                links = re.findall(r'<a (?![^>]*hreflang)[^>]*href="(/[^"]*)"', body)
                are_german = {link.startswith("/de/") for link in links}
                self.assertEqual(are_german, {language == "de"})

    def test_old_prefix_of_the_main_language_is_no_page(self):
        self.assertEqual(self.client.get("/en/").status_code, 404)

    def test_alternates_are_mutual_and_the_main_language_is_the_default(self):
        for english, german in zip(self.addresses("en"), self.addresses("de"), strict=True):
            with self.subTest(english):
                offered = ALTERNATE.findall(self.get(english))
                self.assertEqual(offered, ALTERNATE.findall(self.get(german)))
                for language, address in offered:
                    path = urlsplit(address).path
                    is_german = path.startswith("/de/")
                    if language != "x-default":
                        self.assertEqual(is_german, language == "de")
        front = dict(ALTERNATE.findall(self.get("/de/")))
        self.assertEqual(front["x-default"], f"{settings.BASE_URL}/")

    def test_post_is_canonical_in_its_own_language(self):
        for page in ["/posts/deutsch/", "/de/posts/deutsch/"]:
            canonical = CANONICAL.search(self.get(page))[1]
            self.assertEqual(canonical, f"{settings.BASE_URL}/de/posts/deutsch/")
        for page in ["/posts/english/", "/de/posts/english/"]:
            canonical = CANONICAL.search(self.get(page))[1]
            self.assertEqual(canonical, f"{settings.BASE_URL}/posts/english/")

    def test_feeds_and_sitemap_name_those_addresses(self):
        self.assertIn(f"<link>{settings.BASE_URL}/posts/english/</link>", self.get("/feed/"))
        self.assertIn(f"{settings.BASE_URL}/de/posts/deutsch/", self.get("/de/feed/"))
        posts = self.get("/sitemap-posts.xml")
        self.assertIn(f"<loc>{settings.BASE_URL}/posts/english/</loc>", posts)
        self.assertIn(f"<loc>{settings.BASE_URL}/de/posts/deutsch/</loc>", posts)

    def test_dates_follow_the_language_of_the_page(self):
        self.assertIn("4 May 2026", self.get("/posts/english/"))
        self.assertIn("4. Mai 2026", self.get("/de/posts/english/"))

    def test_quoted_parts_carry_their_own_language(self):
        page = self.get("/posts/deutsch/")
        self.assertIn('<h1 class="post-title p-name" lang="de">Deutsch</h1>', page)
        self.assertRegex(page, r'class="turn-text" lang="de"')
