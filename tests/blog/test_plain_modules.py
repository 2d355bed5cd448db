from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase, TestCase

from blog.language import guess_language
from blog.ratelimit import forget_expired, is_over_limit, network_of
from blog.slugs import free_slug, make_slug
from blog.validators import normalise_email, validate_line, validate_text
from tests.factories import make_category, make_post


class SlugTests(SimpleTestCase):
    def test_umlauts_are_written_out(self):
        self.assertEqual(make_slug("Größe & Maß: Übermut"), "groesse-und-mass-uebermut")
        self.assertEqual(make_slug("Salt & Pepper", "en"), "salt-and-pepper")

    def test_long_slug_is_cut_between_words(self):
        self.assertEqual(make_slug("eins zwei drei", max_length=10), "eins-zwei")

    def test_nothing_to_write_gives_nothing(self):
        self.assertEqual(make_slug("🙂"), "")


class FreeSlugTests(TestCase):
    def test_taken_slug_gets_a_number(self):
        make_category("Kultur")
        self.assertEqual(make_category("Kultur").slug, "kultur-2")

    def test_fallback_where_nothing_is_left(self):
        self.assertEqual(
            free_slug("", type(make_category()).objects, fallback="category"), "category"
        )


class LanguageTests(SimpleTestCase):
    def test_german_and_english_are_told_apart(self):
        self.assertEqual(guess_language("Das ist nicht die Frage, um die es geht", "en"), "de")
        self.assertEqual(guess_language("This is not the question that we are at", "de"), "en")

    def test_too_little_leaves_the_default(self):
        self.assertEqual(guess_language("Referral first!", "de"), "de")


class ValidatorTests(SimpleTestCase):
    def test_controls_and_surrogates_are_refused(self):
        for text in ["a\0b", "\x1b[31m", "\ud800"]:
            with self.subTest(ascii(text)), self.assertRaises(ValidationError):
                validate_text(text)
        validate_text("Zeile\r\n\tnoch eine 🙂")

    def test_a_name_is_one_line(self):
        for text in ["a\nb", "a\u2028b"]:
            with self.subTest(text), self.assertRaises(ValidationError):
                validate_line(text)

    def test_one_form_of_an_address(self):
        self.assertEqual(normalise_email(" Ada@Example.ORG "), "ada@example.org")


class RateLimitTests(TestCase):
    def test_the_act_past_the_limit_is_told(self):
        hits = [is_over_limit("t", "a", limit=2, window=timedelta(hours=1)) for _ in range(3)]
        self.assertEqual(hits, [False, False, True])
        self.assertFalse(is_over_limit("t", "b", limit=2, window=timedelta(hours=1)))

    def test_windows_that_are_over_are_forgotten(self):
        is_over_limit("t", "a", limit=1, window=timedelta(hours=-1))
        is_over_limit("t", "b", limit=1, window=timedelta(hours=1))
        self.assertEqual(forget_expired(), 1)

    def test_one_sender_holds_an_ipv4_address_or_an_ipv6_network(self):
        self.assertEqual(network_of("203.0.113.7"), "203.0.113.7/32")
        self.assertEqual(network_of("2001:db8::1"), network_of("2001:db8::ffff"))
        self.assertEqual(network_of("::ffff:203.0.113.7"), "203.0.113.7/32")
        self.assertEqual(network_of("unix:"), "")


class PostTests(TestCase):
    def test_slugs_of_posts_know_german(self):
        self.assertEqual(make_post("Größe zeigen").slug, "groesse-zeigen")
