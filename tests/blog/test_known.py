"""What parts of a page are kept by changes with every value that they could print."""

from datetime import timedelta
from unittest import mock

from django.test import SimpleTestCase, TestCase

from blog.known import Known
from blog.models import Author, Category, Post, Tag
from blog.reading import around, published_post, text_of
from blog.templatetags.keeping import KeepNode
from tests.factories import make_author, make_category, make_post


def known_of(slug):
    post = published_post(slug)
    return Known(**text_of(post), **around(post))


class KnownTests(SimpleTestCase):
    def test_equal_values_come_to_one_state_and_others_to_another(self):
        state = Known(post=Post(title="Eins"), parts=["a", "b"], count=1).state
        self.assertEqual(Known(post=Post(title="Eins"), parts=["a", "b"], count=1).state, state)
        for other in (
            Known(post=Post(title="Zwei"), parts=["a", "b"], count=1),
            Known(post=Author(name="Eins"), parts=["a", "b"], count=1),
            Known(post=Post(title="Eins"), parts=["a', 'b"], count=1),
            Known(post=Post(title="Eins"), parts=["a", "b"], count="1"),
            Known(post=Post(title="Eins"), parts=["a", "b"]),
        ):
            self.assertNotEqual(other.state, state)

    def test_what_has_no_value_is_refused(self):
        with self.assertRaises(TypeError):
            _ = Known(clock=object()).state


class KnownOfAPostTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category = make_category("Rubrik")
        cls.post = make_post("Eins", category=cls.category, authors=[make_author("Ada")])
        cls.post.tags.add(Tag.objects.create(name="Wort"))
        cls.other = make_post("Zwei", category=cls.category)

    def test_reading_again_comes_to_the_same_state(self):
        self.assertEqual(known_of("eins").state, known_of("eins").state)

    def test_every_column_of_the_post_counts(self):
        known = known_of("eins")
        for name in known.variables["post"].__dict__.keys() - {"_state", "slug", "id"}:
            if name.startswith("_"):
                continue
            with self.subTest(name=name):
                other = known_of("eins")
                other.variables["post"].__dict__[name] = "anders"
                self.assertNotEqual(other.state, known.state)

    def test_whatever_stands_around_the_post_counts(self):
        for model, fields in [
            (Category, {"name": "Andere"}), (Tag, {"name": "Anderes"}), (Author, {"name": "Eva"}),
            (Author, {"bio_html_de": "<p>Neu</p>"}),
        ]:  # fmt: skip
            before = known_of("eins").state
            model.objects.update(**fields)
            self.assertNotEqual(known_of("eins").state, before)
        before = known_of("eins").state
        Post.objects.filter(pk=self.other.pk).update(title="Drei")
        self.assertNotEqual(known_of("eins").state, before)


class KeptPageTests(TestCase):
    def setUp(self):
        self.post = make_post("Eins", authors=[make_author("Ada")])
        self.other = make_post("Zwei", published_at=self.post.published_at + timedelta(days=1))

    def page(self):
        return self.client.get("/posts/eins/")

    def test_next_reader_prints_nothing_of_the_post_anew(self):
        first = self.page().content
        with mock.patch.object(KeepNode, "_print", side_effect=AssertionError):
            self.assertEqual(self.page().content, first)

    def test_change_past_every_hook_shows_at_once(self):
        self.page()
        for model, fields in [
            (Post, {"title": "Anderer Titel"}), (Post, {"modified_at": self.other.published_at}),
            (Author, {"name": "Eva Neu"}), (Author, {"bio_html_de": "<p>Über Eva</p>"}),
        ]:  # fmt: skip
            old = self.page().content
            model.objects.update(**fields)
            new = self.page().content
            self.assertNotEqual(new, old)
            for text in [value for value in fields.values() if isinstance(value, str)]:
                self.assertIn(text.encode(), new)

    def test_each_language_keeps_its_own(self):
        for _ in range(2):
            self.assertContains(self.page(), "E-Mail")
            self.assertContains(self.client.get("/en/posts/eins/"), "Pass on by e-mail")

    def test_kept_parts_ask_the_database_for_nothing(self):
        self.page()
        Post.objects.filter(pk=self.post.pk).update(title="Neu")
        for _printed_anew_then_kept in range(2):
            with self.assertNumQueries(8):
                self.page()
