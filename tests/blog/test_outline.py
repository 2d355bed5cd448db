from django.test import SimpleTestCase, TestCase

from blog.outline import LONG_FROM_WORDS, Heading, contents, reading_minutes
from tests.factories import make_post

WORDS = "<p>" + "Wort " * LONG_FROM_WORDS + "</p>"
HEADINGS = "<h2>Erstens &amp; mehr</h2><h3>Darunter</h3><h2>Zweitens</h2>"


class OutlineTests(SimpleTestCase):
    def test_tags_are_not_read(self):
        self.assertEqual(reading_minutes("<p class='a b c'>Ein</p>"), 1)
        self.assertEqual(reading_minutes(""), 1)
        self.assertEqual(reading_minutes("<b>Wort</b> " * 239), 2)

    def test_long_text_with_headings_has_contents(self):
        found = contents('<h2 id="h-a">A <em>&amp;</em> B</h2><h3 id="h-b">B</h3>' * 2 + WORDS)
        self.assertEqual(found[:2], [Heading("h-a", "A & B", False), Heading("h-b", "B", True)])

    def test_short_text_or_few_headings_need_none(self):
        self.assertEqual(contents('<h2 id="h-a">A</h2>' * 9), [])
        self.assertEqual(contents('<h2 id="h-a">A</h2>' + WORDS), [])


class OutlineOnPageTests(TestCase):
    def test_contents_lead_to_the_headings(self):
        post = make_post(body=HEADINGS + WORDS)
        page = self.client.get(post.get_absolute_url())
        self.assertContains(page, '<a href="#h-erstens-und-mehr">Erstens &amp; mehr</a>')
        self.assertContains(page, 'id="h-erstens-und-mehr"')
        self.assertContains(page, "4 Minuten Lesezeit")

    def test_short_post_has_no_contents(self):
        page = self.client.get(make_post(body=HEADINGS).get_absolute_url())
        self.assertNotContains(page, 'class="contents"')
        self.assertContains(page, "1 Minute Lesezeit")

    def test_passing_on_works_without_script_and_asks_nobody(self):
        post = make_post("TALER & „TALAR“")
        page = self.client.get(post.get_absolute_url()).content.decode()
        self.assertIn('href="mailto:?subject=TALER%20%26%20%E2%80%9ETALAR%E2%80%9C&amp;body=', page)
        self.assertIn(f'data-url="{post.get_canonical_url()}"', page)
        self.assertEqual(page.count("data-share-copy hidden"), 1)
