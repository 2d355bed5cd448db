"""What search engines and other sites get; feeds are in test_feeds.py."""

import json
import re
from datetime import timedelta

from defusedxml.ElementTree import fromstring
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, Tag
from tests.factories import (
    NOON,
    make_author,
    make_category,
    make_comment,
    make_media,
    make_newsletter,
    make_post,
    make_series,
)

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "http://localhost:8000"


class PostsTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Eva & Söhne", website="https://eva.example/")
        cls.category = make_category("Rubrik <b>")
        cls.tag = Tag.objects.create(name="Service")
        cls.post = make_post(
            "TALER & </script> TALAR", authors=[cls.author], category=cls.category, tags=[cls.tag]
        )
        cls.english = make_post("In English", language="en", authors=[cls.author])
        make_post("Entwurf", status="draft")
        make_post("Geplant", published_at=timezone.now() + timedelta(days=1))


class SitemapTests(PostsTestCase):
    def locations(self, section):
        response = self.client.get(f"/sitemap-{section}.xml")
        return [url.findtext(f"{SITEMAP}loc") for url in fromstring(response.content)]

    def test_index_names_every_section_with_its_last_change(self):
        index = fromstring(self.client.get("/sitemap.xml").content)
        found = [row.findtext(f"{SITEMAP}loc").rpartition("/")[2] for row in index]
        names = ["pages", "posts", "categories", "tags", "series", "authors"]
        names.append("newsletters")
        self.assertEqual(found, [f"sitemap-{name}.xml" for name in names])
        self.assertTrue(index[1].findtext(f"{SITEMAP}lastmod").startswith("2026-05-04"))

    def test_posts_stand_once_under_their_own_language(self):
        self.assertEqual(
            self.locations("posts"),
            [BASE + f"/posts/{self.post.slug}/", BASE + f"/en/posts/{self.english.slug}/"],
        )

    def test_last_change_is_what_readers_see_and_no_save(self):
        Post.objects.get(pk=self.post.pk).save()
        first = fromstring(self.client.get("/sitemap-posts.xml").content)[0]
        self.assertTrue(first.findtext(f"{SITEMAP}lastmod").startswith("2026-05-04"))
        Post.objects.filter(pk=self.post.pk).update(modified_at=NOON + timedelta(days=3))
        first = fromstring(self.client.get("/sitemap-posts.xml").content)[0]
        self.assertTrue(first.findtext(f"{SITEMAP}lastmod").startswith("2026-05-07"))

    def test_lists_name_each_other_in_every_language(self):
        for section in ["pages", "categories", "tags", "authors"]:
            urls = fromstring(self.client.get(f"/sitemap-{section}.xml").content)
            for url in urls:
                found = {
                    link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")
                }
                self.assertEqual(set(found), {"de", "en", "x-default"}, section)
                self.assertEqual(found["x-default"], found["de"])
                self.assertIn(url.findtext(f"{SITEMAP}loc"), found.values())

    def test_nobody_without_public_posts_is_listed(self):
        make_author("Ohne Beitrag")
        make_category("Leer")
        self.assertEqual(len(self.locations("authors")), 2)
        self.assertEqual(len(self.locations("categories")), 2)

    def test_cover_is_listed_as_picture(self):
        media = make_media()
        self.post.cover = media
        self.post.save()
        self.assertContains(
            self.client.get("/sitemap-posts.xml"),
            f"<image:loc>{BASE}{media.file.url}</image:loc>",
        )
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, f'<meta property="og:image" content="{BASE}{media.file.url}">')

    def test_translations_name_each_other(self):
        self.english.translation_of = self.post
        self.english.save()
        urls = fromstring(self.client.get("/sitemap-posts.xml").content)
        wanted = {
            "de": self.post.get_canonical_url(),
            "en": self.english.get_canonical_url(),
            "x-default": self.post.get_canonical_url(),
        }
        for url in urls:
            links = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
            self.assertEqual(links, wanted)
        page = self.client.get(self.english.get_absolute_url()).content.decode()
        self.assertEqual(
            dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page)), wanted
        )
        self.assertIn('<meta property="og:locale:alternate" content="de_DE">', page)
        posting, _crumbs = self.json_ld(page)
        self.assertEqual(posting["translationOfWork"][0]["@id"], f"{wanted['de']}#post")

    def json_ld(self, page):
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        return json.loads(block[1])["@graph"]

    def test_series_is_listed_and_its_parts_name_it(self):
        self.post.series = make_series("Reihe")
        self.post.save()
        self.assertEqual(
            self.locations("series"), [f"{BASE}/series/reihe/", f"{BASE}/en/series/reihe/"]
        )
        page = self.client.get(self.post.get_absolute_url()).content.decode()
        posting, _crumbs = self.json_ld(page)
        self.assertEqual(posting["isPartOf"]["url"], f"{BASE}/series/reihe/")
        self.assertEqual(posting["position"], 1)

    def test_query_count_does_not_grow(self):
        self.post.cover = make_media()
        self.post.save()
        for _ in range(2):
            with self.assertNumQueries(5):
                self.client.get("/sitemap-posts.xml")
            for number in range(20):
                make_post(f"Noch {number}", authors=[self.author])

    def test_pages_to_sign_up_on_are_listed_while_they_are_public(self):
        newsletter = make_newsletter("Brief")
        make_newsletter("Intern", is_public=False)
        self.assertEqual(
            self.locations("newsletters"),
            [f"{BASE}/newsletter/brief/", f"{BASE}/en/newsletter/brief/"],
        )
        page = self.client.get(newsletter.get_absolute_url())
        self.assertContains(page, f'<link rel="canonical" href="{BASE}/newsletter/brief/">')
        self.assertContains(page, f'hreflang="en" href="{BASE}/en/newsletter/brief/"')

    def test_unknown_section_is_not_found(self):
        self.assertEqual(self.client.get("/sitemap-geheim.xml").status_code, 404)

    def test_robots_find_it_and_keep_off_the_forms(self):
        text = self.client.get("/robots.txt").content.decode()
        self.assertIn(f"Sitemap: {BASE}/sitemap.xml", text)
        self.assertIn("Disallow: /admin/", text)


class SecurityTests(TestCase):
    url = "/.well-known/security.txt"

    def test_nobody_named_and_nothing_found(self):
        self.assertEqual(self.client.get(self.url).status_code, 404)

    @override_settings(SECURITY_CONTACT="mailto:hole@example.org")
    def test_says_whom_to_write_to_and_until_when(self):
        text = self.client.get(self.url).content.decode()
        self.assertIn("Contact: mailto:hole@example.org\n", text)
        expires = re.search(r"Expires: (\S+)", text)[1]
        self.assertGreater(expires, f"{timezone.now():%Y-%m-%d}")


class OembedTests(PostsTestCase):
    def get(self, url, **more):
        return self.client.get(reverse("oembed"), {"url": url} | more)

    def test_post_is_described(self):
        data = self.get(self.post.get_canonical_url()).json()
        self.assertEqual(data["title"], "TALER & </script> TALAR")
        self.assertEqual((data["type"], data["version"]), ("link", "1.0"))
        self.assertEqual(data["author_url"], BASE + self.author.get_absolute_url())

    def test_page_offers_it(self):
        for post in [self.post, self.english]:
            page = self.client.get(post.get_absolute_url()).content.decode()
            href = re.search(r'application/json\+oembed"[^>]*href="([^"]+)"', page)[1]
            self.assertEqual(self.client.get(href).json()["title"], post.title)

    def test_what_is_no_public_post_of_ours_is_not_found(self):
        for url in [
            "https://evil.example/posts/x/", BASE + "/", BASE + "/posts/entwurf/",
            BASE + "/posts/geplant/", BASE + "/nichts/", "javascript:alert(1)",
        ]:  # fmt: skip
            with self.subTest(url):
                self.assertEqual(self.get(url).status_code, 404)
        self.assertEqual(self.get("").status_code, 400)
        self.assertEqual(self.get(self.post.get_canonical_url(), format="xml").status_code, 501)


class HeadTests(PostsTestCase):
    def json_ld(self, path):
        page = self.client.get(path).content.decode()
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        return [thing for block in blocks for thing in json.loads(block)["@graph"]]

    def test_post_says_what_it_is_and_answers_hang_on_it(self):
        make_comment(self.post)
        posting, crumbs, answer = self.json_ld(self.post.get_absolute_url())
        self.assertEqual(posting["headline"], self.post.title)
        self.assertEqual(posting["author"][0]["name"], "Eva & Söhne")
        self.assertEqual(posting["datePublished"], NOON.isoformat())
        self.assertEqual(answer["parentItem"]["@id"], posting["@id"])
        self.assertEqual([item["position"] for item in crumbs["itemListElement"]], [1, 2, 3])

    def test_person_has_a_profile(self):
        profile, crumbs = self.json_ld(self.author.get_absolute_url())
        self.assertEqual(profile["mainEntity"]["sameAs"], "https://eva.example/")
        self.assertEqual(crumbs["@type"], "BreadcrumbList")

    def test_other_sites_get_a_card(self):
        page = self.client.get(self.post.get_absolute_url()).content.decode()
        for words in [
            '<meta property="og:title" content="TALER &amp; &lt;/script&gt; TALAR">',
            f'<meta property="og:url" content="{self.post.get_canonical_url()}">',
            '<meta property="og:locale" content="de_DE">',
            '<meta property="article:section" content="Rubrik &lt;b&gt;">',
            '<meta property="article:tag" content="Service">',
        ]:
            self.assertIn(words, page)

    def test_lists_name_their_other_language(self):
        for path in ["/", "/archive/", self.tag.get_absolute_url(), self.author.get_absolute_url()]:
            page = self.client.get(path).content.decode()
            found = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
            self.assertEqual(
                found, {"de": BASE + path, "en": f"{BASE}/en{path}", "x-default": BASE + path}
            )

    def test_list_has_one_address_whatever_is_asked_of_it(self):
        for asked, rest in [("", ""), ("?page=1", ""), ("?utm=x", ""), ("?page=%22%3E", "")]:
            if "%22" in asked:
                self.assertEqual(self.client.get(f"/tags/service/{asked}").status_code, 404)
                continue
            page = self.client.get(f"/tags/service/{asked}").content.decode()
            self.assertIn(f'<link rel="canonical" href="{BASE}/tags/service/{rest}">', page)
        for number in range(12):
            make_post(f"Noch {number}", authors=[self.author], tags=[self.tag])
        page = self.client.get("/en/tags/service/?page=2&x=y").content.decode()
        self.assertIn(f'<link rel="canonical" href="{BASE}/en/tags/service/?page=2">', page)
        self.assertIn(f'hreflang="de" href="{BASE}/tags/service/?page=2"', page)

    def test_every_page_says_once_what_it_is_about(self):
        for path in [
            "/", "/archive/", "/search/", "/imprint/", self.tag.get_absolute_url(),
            self.author.get_absolute_url(), self.category.get_absolute_url(),
            self.post.get_absolute_url(), f"/posts/{self.post.slug}/reply/",
        ]:  # fmt: skip
            with self.subTest(path):
                page = self.client.get(path).content.decode()
                found = re.findall(r'<meta name="description" content="([^"]*)">', page)
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].strip())

    def test_search_is_found_and_its_results_are_not(self):
        self.assertNotContains(self.client.get("/search/"), "noindex")
        self.assertContains(self.client.get("/search/?q=Absatz"), "noindex")

    def test_microformats_name_author_and_text(self):
        page = self.client.get(self.post.get_absolute_url()).content.decode()
        for name in ["h-entry", "p-name", "e-content", "dt-published", "p-author h-card", "u-url"]:
            self.assertIn(name, page)
        self.assertIn("h-feed", self.client.get("/").content.decode())

    def test_a_person_is_named_by_the_address_of_the_page(self):
        path = self.author.get_absolute_url()
        self.assertContains(
            self.client.get(path), f'<data class="u-url u-uid" value="{BASE}{path}">'
        )
