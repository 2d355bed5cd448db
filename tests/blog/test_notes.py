import re

from django.test import SimpleTestCase, TestCase

from blog.feeds import absolute_addresses
from blog.text import clean_post, plain_text, render_post
from tests.factories import make_post

NOTED = (
    '<h2>Titel<span class="footnote">Zum Titel.</span></h2>'
    '<p>Erstens <span class="footnote">Mit <em>Nachdruck</em> und <a href="/x/">Link</a>.</span>, '
    'zweitens<span class="footnote" lang="en">See <span lang="de">hier</span>.</span>.</p>'
)
PULLED = "<p>Wer fragt, der <em>führt</em>. Immer.</p><aside><p>„Wer fragt, der führt.“</p></aside>"


class FootnoteTests(SimpleTestCase):
    def test_a_note_survives_cleaning_and_no_other_class_does(self):
        for source in (NOTED, clean_post(NOTED)):
            self.assertEqual(clean_post(source).count('class="footnote"'), 3)
        self.assertNotIn("class", clean_post('<p class="footnote"><span class="x">a</span></p>'))
        self.assertNotIn("class", clean_post('<span class="footnote x">a</span>'))

    def test_notes_stand_numbered_at_the_end_and_lead_back(self):
        rendered = render_post(NOTED, "de")
        text, notes = rendered.split('<section class="notes"')
        self.assertEqual(re.findall(r'href="#note-(\d)"', text), ["1", "2", "3"])
        self.assertEqual(re.findall(r'id="note-(\d)"', notes), ["1", "2", "3"])
        self.assertEqual(re.findall(r'href="#note-ref-(\d)"', notes), ["1", "2", "3"])
        self.assertIn("Erstens<sup", text)
        self.assertIn('Mit <em>Nachdruck</em> und <a href="/x/"', notes)
        self.assertIn('<li id="note-3" lang="en">See <span lang="de">hier</span>.', notes)
        self.assertIn('aria-label="Fußnoten"', notes)

    def test_every_id_is_there_once(self):
        ids = re.findall(r'\bid="([^"]+)"', render_post(NOTED * 2, "de"))
        self.assertEqual(len(ids), len(set(ids)))

    def test_numbers_are_no_words(self):
        rendered = render_post(NOTED, "de")
        self.assertIn('<h2 id="h-titel">', rendered)
        self.assertEqual(
            plain_text(rendered),
            "Titel Erstens, zweitens. Zum Titel. Mit Nachdruck und Link. See hier.",
        )
        self.assertTrue(plain_text(NOTED).startswith("Titel Zum Titel."))

    def test_a_text_without_notes_is_as_before(self):
        self.assertEqual(
            render_post('<p>a <span lang="en">b</span></p>', "de").count("<section"), 0
        )


class PullQuoteTests(SimpleTestCase):
    def test_what_repeats_the_text_is_heard_once(self):
        rendered = render_post(PULLED, "de")
        self.assertIn('<aside class="pull-quote" aria-hidden="true">', rendered)
        self.assertEqual(plain_text(rendered), "Wer fragt, der führt. Immer.")

    def test_what_says_something_new_is_heard(self):
        rendered = render_post("<p>a</p><aside><p>Ganz anders.</p></aside>", "de")
        self.assertIn('<aside class="pull-quote"><p>Ganz anders.</p></aside>', rendered)

    def test_nothing_in_an_unheard_quote_takes_the_focus(self):
        source = (
            '<p>Wer fragt</p><aside><p><a href="/x/">Wer</a> '
            'fragt<span class="footnote">n</span></p></aside>'
        )
        aside = render_post(source, "de").partition("<aside")[2]
        self.assertNotIn("<a", aside)
        self.assertNotIn("note-", aside)


class ElsewhereTests(TestCase):
    def test_feeds_have_notes_with_ids_of_their_own_and_no_echo(self):
        posts = [make_post(f"P{number}", body=NOTED + PULLED) for number in range(2)]
        feed = self.client.get("/feed/").content.decode()
        for post in posts:
            self.assertIn(f"p{post.pk}-note-3", feed)
        ids = re.findall(r' id=&quot;([^&]+)&quot;| id="([^"]+)"', feed)
        self.assertEqual(len(ids), len(set(ids)))
        self.assertNotIn("pull-quote", feed)

    def test_links_within_a_text_stay_within_it(self):
        told = absolute_addresses(render_post(NOTED, "de"), scope="p7-")
        self.assertIn('href="#p7-note-1"', told)
        self.assertIn('id="p7-note-ref-1"', told)
        self.assertIn('id="p7-h-titel"', told)
