"""Our own checks, each by itself: no request, no third party."""

from datetime import timedelta
from unittest import skipUnless

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.utils import timezone, translation

from comments import folding, gate
from comments.formtoken import FormToken, FormUse
from comments.models import Comment
from comments.models.comment import BEGINNING
from tests.factories import make_comment, make_post, make_spam_rule

LONG = "Ein langer Gedanke, den zwei Leute kaum je mit genau denselben Worten hinschreiben."


class FoldingTests(SimpleTestCase):
    def test_only_whole_words_are_found(self):
        for text, is_found in [
            ("anal", True), ("Anal!", True), ("(ANAL)", True), ("Analyse", False),
            ("Kanal", False), ("kanal-anal", True), ("", False),
        ]:  # fmt: skip
            with self.subTest(text):
                self.assertEqual(folding.holds_words(text, "anal"), is_found)

    def test_what_looks_alike_is_alike(self):
        for text in [
            "ＣＡＳＩＮＯ", "саsinо", "cаsіnо", "ca\u200bsino", "ca\u00adsino", "𝐂𝐚𝐬𝐢𝐧𝐨", "CASINO",
            "ⓒⓐⓢⓘⓝⓞ", "casıno", "Cαsinο",
        ]:  # fmt: skip
            with self.subTest(text=ascii(text)):
                self.assertTrue(folding.holds_words(f"Das {text} ruft", "Casino"))

    def test_words_stand_together_and_in_order(self):
        self.assertTrue(folding.holds_words("Jetzt: Online-\nCasino!", "online casino"))
        self.assertFalse(folding.holds_words("Casino online", "online casino"))
        self.assertFalse(folding.holds_words("online ins Casino", "online casino"))

    def test_umlauts_stay_what_they_are(self):
        self.assertFalse(folding.holds_words("Die Bänke", "Banke"))
        self.assertTrue(folding.holds_words("STRASSE", "Straße"))


class FormTokenTests(SimpleTestCase):
    def test_it_says_what_was_written_into_it(self):
        token = FormToken.new(7, was_trapped=True)
        self.assertEqual(FormToken.read(str(token), 7), token)

    def test_forged_foreign_and_broken_ones_are_none(self):
        text = str(FormToken.new(7))
        for value, post_id in [
            (text, 8), (text[:-1], 7), ("x" + text, 7), ("", 7), ("a:b:c", 7), ("\0", 7),
        ]:  # fmt: skip
            with self.subTest(value=value[:10]):
                self.assertIsNone(FormToken.read(value, post_id))

    def test_each_form_has_a_trap_of_its_own(self):
        self.assertNotEqual(FormToken.new(7).trap, FormToken.new(7).trap)
        self.assertTrue(FormToken.new(7).trap.isidentifier())


class LookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def look(self, use=None, **typed):
        typed = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."} | typed
        return gate.look(Comment(post=self.post, **typed), use)

    def codes(self, use=None, **typed):
        return [finding.code for finding in self.look(use, **typed)]

    def test_an_ordinary_answer_has_nothing_against_it(self):
        body = "Siehe https://example.org/a und www.example.org, das Gleiche wie damals."
        self.assertEqual(self.look(FormUse(30, "f0"), body=body, website="https://b.example"), [])

    def test_it_costs_three_queries(self):
        make_spam_rule()
        make_spam_rule("links", "2")
        with self.assertNumQueries(3):
            self.look(FormUse(1, "f0"))

    def test_a_form_sent_in_no_time_is_held_with_its_time(self):
        found = self.look(FormUse(1.23, "f0"))
        self.assertTrue(gate.is_held(found))
        self.assertFalse(gate.is_spam(found))
        with translation.override("de"):
            self.assertIn("1,2", gate.in_words(gate.stored(found)))
        self.assertEqual(self.codes(FormUse(3, "f0")), [])

    def test_a_trap_filled_in_before_is_told(self):
        self.assertEqual(self.codes(FormUse(30, "f0", was_trapped=True)), ["trap"])

    def test_each_link_counts_once(self):
        self.assertEqual(self.codes(body="https://a.example " * 3), [])
        found = self.look(body="http://a.example www.b.example <a href='https://c.example'>d</a>")
        self.assertEqual([(f.code, f.values) for f in found], [("links", {"count": 3})])

    def test_repetition_is_seen(self):
        self.assertEqual(self.codes(body="a" * 30), ["repetition"])
        self.assertEqual(self.codes(body="kauf jetzt " * 20), ["repetition"])
        self.assertEqual(self.codes(body="Nein, nein, nein!"), [])

    def test_a_long_text_again_is_seen_whoever_sends_it(self):
        first = make_comment(self.post, body=LONG, created_at=timezone.now())
        found = self.look(body=LONG, email="andere@example.org")
        self.assertEqual(
            [(f.code, f.values) for f in found], [("same_text", {"comment": first.pk})]
        )

    def test_a_text_that_only_begins_alike_is_another(self):
        make_comment(self.post, body=LONG, created_at=timezone.now())
        self.assertEqual(self.codes(body=f"{LONG} Oder doch?", email="andere@example.org"), [])

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL reads so few rows without an index")
    def test_the_same_text_is_looked_up_and_not_compared_with_all(self):
        plan = gate._same_text.build(timezone.now(), LONG, LONG[:BEGINNING]).explain()
        self.assertIn("SEARCH comments_comment USING INDEX comment_same_text", plan)

    def test_a_short_text_again_is_seen_only_from_the_same_person(self):
        make_comment(self.post, body="Danke!", created_at=timezone.now(),
                     email="berta@example.org", ip="192.0.2.1")  # fmt: skip
        self.assertEqual(self.codes(body="Danke!"), ["same_person"])
        self.assertEqual(self.codes(body="Danke!", email="x@example.org", ip="192.0.2.1"),
                         ["same_person"])  # fmt: skip
        self.assertEqual(self.codes(body="Danke!", email="x@example.org"), [])

    def test_yesterday_is_forgotten(self):
        long_ago = timezone.now() - timedelta(hours=25)
        make_comment(self.post, body=LONG, created_at=long_ago)
        self.assertEqual(self.codes(body=LONG), [])

    def test_throw_away_addresses_are_known_with_all_below_their_domain(self):
        self.assertEqual(self.codes(email="a@mailinator.com"), ["disposable"])
        self.assertEqual(self.codes(email="a@x.MAILINATOR.com"), ["disposable"])
        self.assertEqual(self.codes(email="a@notmailinator.com.example"), [])

    def test_many_signs_at_once_are_spam(self):
        links = " ".join(f"https://{n}.example" for n in range(6))
        found = self.look(FormUse(0.4, "f0"), body=links)
        self.assertTrue(gate.is_spam(found))

    def test_findings_are_told_in_both_languages(self):
        stored = gate.stored(
            self.look(
                FormUse(1.2, "f0"),
                body="https://a.example/" + " https://b.example https://c.example",
            )
        )
        with translation.override("en"):
            self.assertEqual(gate.in_words(stored), "Form in 1.2 s; 3 links")


class RuleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def is_caught(self, kind, value, **typed):
        rule = make_spam_rule(kind, value)
        rule.full_clean()
        rule.save()
        try:
            return gate.matches(rule, Comment(post=self.post, **({"body": "Text"} | typed)))
        finally:
            rule.delete()

    def test_each_kind_finds_what_it_says(self):
        for kind, value, typed, is_caught in [
            ("word", "Casino", {"body": "Саsino!"}, True),
            ("word", "Casino", {"name": "CASINO Royal"}, True),
            ("word", "Casino", {"body": "Casinos"}, False),
            ("links", "2", {"body": "https://a.example www.b.example"}, True),
            ("links", "2", {"body": "https://a.example"}, False),
            ("domain", "Example.ORG", {"body": "https://shop.example.org/x"}, True),
            ("domain", "example.org", {"email": "a@example.org"}, True),
            ("domain", "bücher.example", {"website": "https://bücher.example/"}, True),
            ("domain", "example.org", {"website": "https://notexample.org"}, False),
            ("domain", "example.org", {"body": "http://[::1 http://."}, False),
            ("email", "Berta@Example.org", {"email": "berta@example.ORG"}, True),
            ("email", "berta@example.org", {"email": "alberta@example.org"}, False),
            ("network", "192.0.2.7/24", {"ip": "192.0.2.200"}, True),
            ("network", "192.0.2.0/24", {"ip": "192.0.3.1"}, False),
            ("network", "2001:db8::/64", {"ip": "2001:db8::9"}, True),
            ("network", "2001:db8::/64", {"ip": "192.0.2.1"}, False),
            ("network", "192.0.2.1", {"ip": None}, False),
        ]:  # fmt: skip
            with self.subTest(kind=kind, value=value, typed=str(typed)):
                self.assertEqual(self.is_caught(kind, value, **typed), is_caught)
