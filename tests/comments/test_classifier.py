"""What our own classifier says of a text, given what it has learned."""

from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import translation

from comments import classifier, classifiertraining, gate
from comments.models import Comment, SpamLesson
from tests.factories import make_lessons, make_post

BAD = "Casino Bonus gratis für alle"
GOOD = "Danke, ein guter Gedanke"


def words_of(**typed):
    return set(classifier.read(Comment(**({"language": "de"} | typed))).words.values())


class ReadTests(SimpleTestCase):
    def test_words_hosts_and_domains_count(self):
        found = words_of(
            body="Mehr auf https://Best-Casino.example/Bonus!", email="a@Web.example", name="Berta",
            website="https://bücher.example/",
        )  # fmt: skip
        self.assertEqual(
            found,
            {
                "mehr", "auf", "best", "casino", "example", "bonus", "best-casino.example",
                "@web.example", "berta", "bücher", "xn--bcher-kva.example",
            },
        )  # fmt: skip

    def test_what_looks_alike_is_alike(self):
        for text in [
            "саsinо", "ca\u200bsino", "ＣＡＳＩＮＯ", "c a s i n o", "c.a.s.i.n.o", "C-A-S-I-N-O",
            "c\u0336a\u0336s\u0336i\u0336n\u0336o\u0336",
        ]:  # fmt: skip
            with self.subTest(text=ascii(text)):
                self.assertEqual(words_of(body=text), {"casino"})

    def test_short_words_numbers_and_endless_words_are_left_out(self):
        self.assertEqual(words_of(body=f"z. B. 100 % {'a' * 41} \0 ja doch"), {"doch"})

    def test_whatever_was_typed_can_be_read(self):
        for text in [
            "",
            "\0",
            "\ud800",
            "a" * 20_000,
            "\u0301" * 10_000,
            "😀" * 100,
            "http://[::1",
        ]:
            with self.subTest(text=ascii(text[:8])):
                classifier.read(Comment(body=text, language="de"))

    def test_of_a_long_text_the_same_words_count_whatever_stands_first(self):
        words = [f"wort{number}" for number in range(2_000)]
        read = words_of(body=" ".join(words))
        self.assertEqual(len(read), classifier.MOST_TOKENS)
        self.assertEqual(words_of(body=" ".join(reversed(words))), read)

    def test_keys_tell_nothing_without_the_secret(self):
        key = classifier.read(Comment(body="Casino", language="de")).keys
        with override_settings(SECRET_KEY="another one"):
            self.assertNotEqual(classifier.read(Comment(body="Casino", language="de")).keys, key)

    def test_each_language_is_counted_by_itself(self):
        german = classifier.read(Comment(body="Bonus", language="de"))
        english = classifier.read(Comment(body="Bonus", language="en"))
        self.assertTrue(set(german.keys).isdisjoint(english.keys))

    def test_the_same_words_are_the_same_text(self):
        first = classifier.read(Comment(body="Ins Casino!", name="A", language="de"))
        second = classifier.read(Comment(body="ins\n\nСasino", name="B", language="de"))
        self.assertEqual(first.text_key, second.text_key)


class JudgeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        make_lessons()

    def opinion(self, body, **typed):
        return classifier.opinion_of(Comment(post=self.post, body=body, language="de", **typed))

    def test_what_moderators_called_spam_is_seen_with_the_words_that_say_so(self):
        opinion = self.opinion(BAD)
        self.assertTrue(opinion.would_hold)
        self.assertEqual(set(opinion.words), {"casino", "bonus", "gratis"})

    def test_what_they_approved_is_not(self):
        self.assertLess(self.opinion(GOOD).score, 0.1)

    def test_of_words_nobody_has_seen_nothing_is_said(self):
        self.assertEqual(self.opinion("Völlig andere Wörter hier").score, 0.5)
        self.assertEqual(self.opinion("").score, 0.5)

    def test_one_or_two_words_are_no_reason(self):
        opinion = self.opinion("Bonus im Casino")
        self.assertGreater(opinion.score, classifier.HELD_FROM)
        self.assertFalse(opinion.would_hold)

    def test_words_that_stand_everywhere_are_no_reason(self):
        make_lessons(spam="Was Sie für uns sind", ham="Rad und Ton")
        opinion = self.opinion("Was Sie für uns sind")
        self.assertGreater(opinion.score, classifier.HELD_FROM)
        self.assertFalse(opinion.would_hold)

    def test_good_words_piled_up_make_nothing_good(self):
        """They bring it down to "unsure", never to ham, however many there are."""
        bad = {f"böse{number}" for number in range(classifier.STRONGEST)}
        good = [f"gut{number}" for number in range(400)]
        text = classifier.read(Comment(body=" ".join([*bad, *good]), language="de"))
        counts = {key: (20, 0) if word in bad else (0, 20) for key, word in text.words.items()}
        counts[text.total_key] = (20, 20)
        self.assertGreaterEqual(classifier.judge(text, counts).score, 0.5)

    def test_it_is_silent_in_a_language_it_knows_too_little_of(self):
        english = Comment(post=self.post, body="Casino bonus, it is all for you", language="en")
        self.assertIsNone(classifier.opinion_of(english))

    def test_it_says_nothing_before_it_has_learned_twenty_of_each(self):
        SpamLesson.objects.filter(kind="ham").first().delete()
        classifiertraining.recount()
        self.assertIsNone(self.opinion(BAD))

    def test_it_costs_one_query(self):
        with self.assertNumQueries(1):
            self.opinion(f"{BAD} " + " ".join(f"wort{number}" for number in range(2_000)))


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        make_lessons()

    def look(self, body):
        comment = Comment(post=self.post, name="Berta", body=body, language="de")
        return gate.look(comment)

    def test_it_holds_and_never_makes_spam_by_itself(self):
        found = self.look(BAD)
        self.assertEqual([finding.code for finding in found], ["reads_like_spam"])
        self.assertTrue(gate.is_held(found))
        self.assertFalse(gate.is_spam(found))
        self.assertEqual(self.look(GOOD), [])

    def test_it_adds_up_with_others(self):
        links = " ".join(f"https://{n}.example" for n in range(6))
        self.assertTrue(gate.is_spam(self.look(f"{BAD} {links}")))

    def test_moderators_read_why(self):
        with translation.override("en"):
            words = gate.in_words(gate.stored(self.look(BAD)))
        self.assertTrue(words.startswith("it reads like what is spam here: "))
        self.assertIn("casino", words)
