from django.template import Context, Template
from django.test import TestCase
from django.utils.translation import override

from tests.factories import make_newsletter

TEASER = Template("{% load newsletter %}{% newsletter_signup %}")


class SignupTeaserTests(TestCase):
    def render(self):
        with self.assertNumQueries(1):
            return TEASER.render(Context())

    def test_newsletter_in_the_language_of_the_page_comes_first(self):
        make_newsletter("Deutsch")
        make_newsletter("English", language="en")
        self.assertIn('lang="de">Deutsch</h2>', self.render())
        with override("en"):
            self.assertIn('lang="en">English</h2>', self.render())

    def test_one_in_another_language_is_better_than_none(self):
        make_newsletter("English", language="en")
        self.assertIn("English", self.render())

    def test_nothing_is_shown_without_a_public_newsletter(self):
        make_newsletter(is_public=False)
        self.assertEqual(self.render().strip(), "")

    def test_link_works_with_and_without_script(self):
        url = make_newsletter().get_absolute_url()
        teaser = self.render()
        self.assertIn(f'href="{url}" data-hx-get="{url}"', teaser)
        self.assertIn('hx-target="closest section" data-hx-swap="outerHTML"', teaser)
        self.assertIn('aria-live="polite"', teaser)

    def test_teaser_is_the_same_for_everybody(self):
        make_newsletter()
        self.assertNotIn("csrf", self.render())

    def test_words_are_escaped_once(self):
        make_newsletter(description="Für <b>alle</b> & jeden")
        teaser = self.render()
        self.assertIn("TALER &amp; TALAR &lt;x&gt;", teaser)
        self.assertIn("Für &lt;b&gt;alle&lt;/b&gt; &amp; jeden", teaser)
