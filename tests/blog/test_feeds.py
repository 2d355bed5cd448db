"""Posts as feeds: every kind in every format keeps the rules of its format (tests/feedrules.py)."""

from datetime import timedelta

from defusedxml.ElementTree import fromstring
from django.test import TestCase
from django.urls import reverse

from blog.feeds import POSTS_PER_FEED
from blog.models import Post, SiteSettings
from blog.search import index
from tests.blog.test_machines import BASE, PostsTestCase
from tests.factories import NOON, make_author, make_comment, make_post, make_series
from tests.feedrules import ATOM, assert_valid_feed

SLASH = "{http://purl.org/rss/1.0/modules/slash/}comments"
WFW = "{http://wellformedweb.org/CommentAPI/}commentRss"
THR = "{http://purl.org/syndication/thread/1.0}"
QUERIES = 3


class FeedTests(PostsTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.series = make_series("Reihe")
        cls.post.series = cls.series
        cls.post.save()

    def test_every_feed_is_offered_where_its_posts_stand(self):
        for path, name, target in [
            ("/", "feed", []),
            (self.category.get_absolute_url(), "category_feed", [self.category.slug]),
            (self.tag.get_absolute_url(), "tag_feed", [self.tag.slug]),
            (self.series.get_absolute_url(), "series_feed", [self.series.slug]),
            (self.author.get_absolute_url(), "author_feed", [self.author.slug]),
        ]:
            page = self.client.get(path).content.decode()
            for format in ["", "_atom", "_json"]:
                with self.subTest(name + format):
                    url = reverse(f"blog:{name}{format}", args=target)
                    self.assertIn(f'href="{url}"', page)
                    self.assertEqual(self.client.get(url).status_code, 200)

    def test_feeds_of_parts_hold_their_posts_alone(self):
        def titles(name, *args):
            feed = self.client.get(reverse(f"blog:{name}", args=args)).json()
            return [item["title"] for item in feed["items"]]

        self.assertEqual(len(titles("feed_json")), 2)
        self.assertEqual(titles("tag_feed_json", self.tag.slug), [self.post.title])
        self.assertEqual(titles("category_feed_json", self.category.slug), [self.post.title])
        self.assertEqual(titles("series_feed_json", self.series.slug), [self.post.title])
        self.assertEqual(titles("language_feed_json", "en"), ["In English"])
        self.assertEqual(len(titles("author_feed_json", self.author.slug)), 2)

    def test_json_feed_has_what_the_format_asks_for(self):
        response = self.client.get(reverse("blog:feed_json"))
        self.assertEqual(response.headers["Content-Type"], "application/feed+json; charset=utf-8")
        feed = response.json()
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual(feed["feed_url"], BASE + "/feed/json/")
        item = next(item for item in feed["items"] if item["title"] == self.post.title)
        self.assertEqual(item["id"], self.post.feed_id)
        self.assertEqual(item["tags"], ["Rubrik <b>", "Service"])
        self.assertEqual(item["content_html"], "<p>Ein Absatz.</p>")

    def test_atom_has_full_text_in_its_language(self):
        page = self.client.get(reverse("blog:feed_atom")).content.decode()
        self.assertIn('<content type="html" xml:lang="en">', page)
        self.assertIn("<name>Eva &amp; Söhne</name>", page)

    def test_feed_is_readable_in_a_browser(self):
        for name in ["feed", "feed_atom"]:
            response = self.client.get(reverse(f"blog:{name}"))
            self.assertContains(response, '<?xml-stylesheet href="/static/css/feed.css"')
            self.assertEqual(response.headers["Content-Type"], "application/xml; charset=utf-8")

    def test_feeds_of_other_languages_are_offered(self):
        page = self.client.get("/").content.decode()
        for title, path in [
            ("Resonanz (English)", "/en/feed/"),
            ("Resonanz, nur auf Deutsch", "/languages/de/feed/"),
            ("Resonanz, nur auf Englisch", "/languages/en/feed/"),
        ]:
            self.assertIn(f'title="{title}" href="{path}"', page)
        page = self.client.get("/en" + self.tag.get_absolute_url()).content.decode()
        self.assertIn(f'title="Service · Resonanz (Deutsch)" href="/tags/{self.tag.slug}/', page)
        self.assertNotIn("/tags/", self.client.get("/").content.decode())

    def test_posts_say_how_many_answer_and_where(self):
        make_comment(self.post)
        make_comment(self.post, status="pending")
        answers = BASE + self.post.get_absolute_url() + "answers/"
        channel = fromstring(self.client.get("/feed/").content)[0]
        found = {
            item.findtext("link"): (item.findtext(SLASH), item.findtext(WFW))
            for item in channel.iter("item")
        }
        self.assertEqual(found[self.post.get_canonical_url()], ("1", f"{answers}feed/"))
        self.assertEqual(found[self.english.get_canonical_url()][0], "0")
        atom = fromstring(self.client.get("/feed/atom/").content)
        replies = {
            link.get("href"): link.get(f"{THR}count")
            for link in atom.iter(f"{ATOM}link")
            if link.get("rel") == "replies"
        }
        self.assertEqual(replies[f"{answers}atom/"], "1")

    def test_query_count_is_constant(self):
        for number in range(2):
            for path in ["/feed/", "/feed/atom/", "/feed/json/"]:
                with self.subTest(path), self.assertNumQueries(QUERIES):
                    self.client.get(path)
            for count in range(10):
                post = make_post(f"Noch {number} {count}", authors=[self.author], tags=[self.tag])
                make_comment(post)

    def test_description_is_the_sites(self):
        SiteSettings(description_de="Über Geld & Kleider").save()
        page = self.client.get(reverse("blog:feed")).content.decode()
        self.assertIn("<description>Über Geld &amp; Kleider</description>", page)

    def test_feeds_of_nothing_are_not_found(self):
        make_author("Ohne Beitrag")
        make_series("Leer")
        for path in [
            "/tags/nichts/feed/", "/authors/ohne-beitrag/feed/", "/languages/fr/feed/",
            "/series/leer/feed/",
        ]:  # fmt: skip
            self.assertEqual(self.client.get(path).status_code, 404, path)

    def test_every_feed_is_valid_in_both_languages(self):
        make_comment(self.post)
        Post.objects.filter(pk=self.post.pk).update(
            body_html='<p><a href="/archive/">da</a> <a href="#fn1">1</a> <img src="/media/x.webp">'
        )
        parts = [
            ("feed", []), ("category_feed", [self.category.slug]), ("tag_feed", [self.tag.slug]),
            ("series_feed", [self.series.slug]), ("author_feed", [self.author.slug]),
            ("language_feed", ["en"]), ("search_feed", []),
        ]  # fmt: skip
        for prefix in ["", "/en"]:
            for name, args in parts:
                for format in ["", "_atom", "_json"]:
                    path = prefix + reverse(f"blog:{name}{format}", args=args)
                    with self.subTest(path):
                        asked = {"q": "Absatz"} if name == "search_feed" else {}
                        found = assert_valid_feed(self.client.get(path, asked), base=BASE)
                        language = "en" if name == "language_feed" or prefix else "de"
                        self.assertEqual(found.language, language)

    def test_ids_survive_a_better_title(self):
        def ids():
            for name, target in [("feed", None), ("tag_feed", self.tag)]:
                for format in ["", "_atom", "_json"]:
                    url = reverse(f"blog:{name}{format}", args=[target.slug] if target else [])
                    yield assert_valid_feed(self.client.get(url), base=BASE).ids

        before = list(ids())
        self.post.slug = self.tag.slug = "ein-ganz-anderer"
        self.post.save()
        self.tag.save()
        self.assertEqual(list(ids()), before)

    def test_teaser_is_words_and_no_markup(self):
        self.post.excerpt = "Warum a < b & <i>so</i>"
        self.post.save()
        path = reverse("blog:tag_feed", args=[self.tag.slug])
        self.assertContains(
            self.client.get(path),
            "<description>Warum a &amp;lt; b &amp;amp; &amp;lt;i&amp;gt;so&amp;lt;/i&amp;gt;",
        )
        (item,) = self.client.get(f"{path}json/").json()["items"]
        self.assertEqual(item["summary"], self.post.excerpt)

    def test_who_has_the_feed_hears_that_nothing_is_new(self):
        index.refresh_all()
        for path in ["/feed/", "/feed/atom/", "/feed/json/", "/search/feed/?q=Absatz"]:
            first = self.client.get(path)
            for asked in [
                {"If-None-Match": first.headers["ETag"]},
                {"If-Modified-Since": first.headers["Last-Modified"]},
            ]:
                with self.subTest(path, **asked):
                    self.assertEqual(self.client.get(path, headers=asked).status_code, 304)
        make_post("Neu", published_at=NOON + timedelta(days=1))
        again = self.client.get("/feed/", headers={"If-None-Match": first.headers["ETag"]})
        self.assertEqual(again.status_code, 200)

    def test_feeds_change_nothing(self):
        self.assertEqual(self.client.post("/feed/").status_code, 405)


class PagesOfFeedTests(TestCase):
    """RFC 5005, paged feeds."""

    @classmethod
    def setUpTestData(cls):
        author = make_author()
        for number in range(POSTS_PER_FEED + 1):
            make_post(f"Nr. {number}", authors=[author], published_at=NOON + timedelta(days=number))
        index.refresh_all()

    def test_older_posts_are_on_the_next_page(self):
        for path in ["/feed/", "/feed/atom/"]:
            with self.subTest(path):
                first = assert_valid_feed(self.client.get(path), base=BASE)
                self.assertEqual(first.pages, {"next": f"{BASE}{path}?page=2"})
                second = assert_valid_feed(self.client.get(f"{path}?page=2"), base=BASE)
                self.assertEqual(second.pages, {"first": BASE + path, "previous": BASE + path})
                own = {f"{BASE}/"}  # of the feed, in Atom
                self.assertFalse(set(first.ids) & set(second.ids) - own)
                self.assertEqual(second.address, f"{BASE}{path}?page=2")

    def test_json_feed_names_the_next_page(self):
        self.assertEqual(
            self.client.get("/feed/json/").json()["next_url"], f"{BASE}/feed/json/?page=2"
        )
        last = self.client.get("/feed/json/?page=2").json()
        self.assertNotIn("next_url", last)
        self.assertEqual([item["title"] for item in last["items"]], ["Nr. 0"])

    def test_search_keeps_what_was_asked(self):
        feed = assert_valid_feed(self.client.get("/search/feed/?q=Absatz"), base=BASE)
        self.assertEqual(feed.pages, {"next": f"{BASE}/search/feed/?q=Absatz&kind=post&page=2"})

    def test_no_other_page_is_found(self):
        for number in ["3", "0", "-1", "x", "", "1" * 30, "٢"]:
            with self.subTest(number):
                answer = self.client.get("/feed/", {"page": number})
                self.assertEqual(answer.status_code, 404)
