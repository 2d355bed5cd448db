from django.test import TestCase

from blog import ready
from blog.htmlparts import Parts
from blog.models import OldAddress, OutsideLink
from tests.factories import NOON, make_author, make_category, make_media, make_post

READY = "<h2>Anfang</h2><p>Ein Absatz.</p><h3>Mehr</h3><p>Noch einer.</p>"


class ReadyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada", bio_de="Schreibt.")

    def make(self, body=READY, **fields):
        fields = {"excerpt": "Kurz gesagt.", "authors": [self.author]} | fields
        return make_post(body=body, **fields)

    def codes(self, post, *, is_red):
        return [found.code for found in ready.check(post) if found.is_red == is_red]

    def red(self, *args, **fields):
        return self.codes(self.make(*args, **fields), is_red=True)

    def advice(self, *args, **fields):
        return self.codes(self.make(*args, **fields), is_red=False)

    def test_a_post_with_all_it_needs_is_ready(self):
        cover = make_media(alt_de="Ein Hafen")
        self.assertEqual(ready.check(self.make(cover=cover)), [])

    def test_a_post_without_text_is_not_ready(self):
        self.assertEqual(self.red(""), ["text"])

    def test_pictures_without_a_description_are_counted_and_red(self):
        body = '<p>x</p><img src="/media/a.webp"><img src="/media/b.webp" alt=" ">'
        post = self.make(f'{body}<img src="/media/c.webp" alt="Ein Tal">')
        self.assertEqual(self.codes(post, is_red=True), ["pictures"])
        self.assertEqual(post.undescribed_count, 2)

    def test_a_finding_in_the_text_says_which_part_it_means(self):
        pictures = '<img src="/media/a.webp" alt="Tal"><img src="/media/b.webp">'
        card = "<p>https://youtu.be/dQw4w9WgXcQ</p>"
        dead = f'<h2>A</h2><h4>B</h4>{card}<p><a href="/weg/?a=1&amp;b=2">x</a></p>{pictures}'
        parts = {found.code: found.part for found in ready.check(self.make(dead))}
        self.assertEqual(parts["pictures"], ("image", 1))
        self.assertEqual(parts["headings"], ("heading", 1))
        self.assertEqual(parts["link"], ("link", "/weg/?a=1&b=2"))
        self.assertNotIn("foreign_links", parts)

    def test_a_cover_without_a_description_is_red(self):
        post = self.make(cover=make_media(alt_de="", alt_en=""))
        self.assertEqual(self.codes(post, is_red=True), ["cover_alt"])
        self.assertEqual(post.undescribed_count, 1)

    def test_no_cover_and_no_teaser_are_advice(self):
        self.assertEqual(self.advice(excerpt=""), ["cover", "excerpt"])

    def test_headings_go_down_one_at_a_time(self):
        for body in ("<h3>A</h3><p>x</p>", "<h2>A</h2><p>x</p><h4>B</h4>"):
            self.assertEqual(self.red(body), ["headings"])
        self.assertEqual(self.red("<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2><p>x</p>"), [])

    def test_a_text_in_another_language_than_its_own_is_red(self):
        english = "<p>It is what they all said when we were there, and that was more than that.</p>"
        self.assertEqual(self.red(english, language="de"), ["language"])

    def test_a_long_title_is_advice(self):
        self.assertIn("title", self.advice(title="x" * 61))
        self.assertNotIn("title", self.advice(title="x" * 60))

    def test_an_author_without_a_box_in_the_language_of_the_post_is_named(self):
        post = self.make(language="en")
        found = [finding for finding in ready.check(post) if finding.code == "author_box"]
        self.assertIn("Ada", found[0].words)
        self.assertEqual(found[0].field, f"author-{self.author.pk}")

    def test_own_links_that_lead_nowhere_are_red(self):
        make_post("Entwurf", status="draft", authors=[])
        for link in ("/posts/gibt-es-nicht/", "/posts/entwurf/", "/nirgends/", "#h-weg"):
            self.assertEqual(self.red(f'<p><a href="{link}">x</a></p>'), ["link"], link)

    def test_own_links_that_lead_somewhere_are_fine(self):
        other = make_post("Anderer", authors=[])
        OldAddress.objects.create(post=other, path="/2013/alt")
        category = make_category()
        for link in (
            "/posts/anderer/", "/en/posts/anderer/", "http://localhost:8000/posts/anderer/#answers",
            "/2013/alt/", category.get_absolute_url(), "/archive/", "#h-anfang",
            "mailto:ada@example.org",
        ):  # fmt: skip
            self.assertEqual(self.red(f'{READY}<p><a href="{link}">x</a></p>'), [], link)

    def test_links_to_elsewhere_are_said_to_be_unchecked(self):
        self.assertIn("foreign_links", self.advice('<p><a href="https://example.org/">x</a></p>'))


class OutsideLinkTests(TestCase):
    """What the list says of links to other sites, from what the worker has found."""

    @classmethod
    def setUpTestData(cls):
        links = "".join(f'<a href="https://example.org/{number}#x">x</a>' for number in range(3))
        cls.post = make_post(body=f"{READY}<p>{links}</p>", authors=[make_author("Ada")])

    def found(self, *codes):
        return [finding for finding in ready.check(self.post) if finding.code in codes]

    def stand(self, standing, *numbers):
        addresses = [f"https://example.org/{number}" for number in numbers]
        rows = OutsideLink.objects.filter(address__in=addresses)
        rows.update(standing=standing, missing_since=NOON)

    def test_what_is_not_checked_yet_is_counted(self):
        (finding,) = self.found("foreign_links", "link")
        self.assertIn("3", finding.words)

    def test_what_leads_nowhere_is_red_and_named_with_its_day(self):
        self.stand("dead", 1)
        self.stand("alive", 0, 2)
        (finding,) = self.found("foreign_links", "link")
        self.assertTrue(finding.is_red)
        self.assertIn("https://example.org/1#x", finding.words)
        self.assertIn("04.05.2026", finding.words)
        self.assertEqual(finding.part, ("link", "https://example.org/1#x"))

    def test_of_what_is_there_or_gives_no_clear_answer_nothing_is_said(self):
        self.stand("alive", 0, 1)
        self.stand("unknown", 2)
        self.assertEqual(self.found("foreign_links", "link"), [])

    def test_links_cost_one_query_however_many(self):
        with self.assertNumQueries(1):
            list(ready._outside_links(self.post, Parts(self.post.body_html)))
