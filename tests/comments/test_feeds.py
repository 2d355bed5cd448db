import json
import re
from itertools import product
from xml.etree import ElementTree

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Change
from comments.faces import draw_face, face_of
from comments.models import Comment
from comments.tallies import note_change
from config.http import PAGE_TAGS
from tests.factories import make_author, make_comment, make_post
from tests.feedrules import CONTENT, assert_valid_feed

ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"
SITE = "http://localhost:8000"


class AnswerFeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post("TALER & TALAR")
        cls.root = make_comment(cls.post, name="Carlo & Co", body="Erst")
        cls.reply = make_comment(cls.post, parent=cls.root, body="Dann <b>du</b>", minutes=1)
        make_comment(cls.post, status=Comment.Status.PENDING, body="Wartet")
        make_comment(cls.post, kind=Comment.Kind.PINGBACK, body="Genannt")
        draft = make_post("Entwurf", status="draft")
        make_comment(draft, body="Unter Verschluss")
        other = make_post("Anderswo")
        make_comment(other, body="Woanders", minutes=5)

    def feed(self, name, *args):
        response = self.client.get(reverse(f"comments:{name}", args=args))
        self.assertEqual(response.status_code, 200)
        return ElementTree.fromstring(response.content)

    def bodies(self, feed):
        return [item.findtext(CONTENT) for item in feed.iter("item")]

    def test_site_feed_holds_public_answers_newest_first(self):
        self.assertEqual(
            self.bodies(self.feed("feed")),
            ["<p>Woanders</p>", "<p>Dann du</p>", "<p>Erst</p>"],
        )

    def test_post_and_thread_feeds_hold_their_own(self):
        slug = self.post.slug
        self.assertEqual(len(self.bodies(self.feed("post_feed", slug))), 2)
        thread = self.feed("thread_feed", slug, self.root.tree_id)
        self.assertEqual(len(self.bodies(thread)), 2)

    def test_entries_say_what_they_answer(self):
        feed = self.feed("post_atom", self.post.slug)
        reply, root = feed.iter(f"{ATOM}entry")
        refs = [answered.get("ref") for answered in reply.iter(f"{THR}in-reply-to")]
        self.assertEqual(refs, [f"{SITE}/#post-{self.post.pk}", f"{SITE}/c/{self.root.pk}/"])
        self.assertEqual(root.findtext(f"{ATOM}id"), f"{SITE}/c/{self.root.pk}/")
        self.assertEqual(len(list(root.iter(f"{THR}in-reply-to"))), 1)
        self.assertEqual(root.findtext(f"{ATOM}author/{ATOM}name"), "Carlo & Co")

    def test_every_feed_is_valid_in_both_languages(self):
        slug = self.post.slug
        parts = [("", []), ("post_", [slug]), ("thread_", [slug, self.root.tree_id])]
        for part, args in parts:
            for format, (prefix, language) in product(
                ["feed", "atom", "json"], [("", "de"), ("/en", "en")]
            ):
                path = prefix + reverse(f"comments:{part}{format}", args=args)
                with self.subTest(path):
                    found = assert_valid_feed(self.client.get(path), base=SITE)
                    self.assertEqual((found.language, found.address), (language, SITE + path))

    def test_json_entries_say_what_they_answer(self):
        feed = self.client.get(reverse("comments:post_json", args=[self.post.slug])).json()
        reply, root = feed["items"]
        post = f"{SITE}/#post-{self.post.pk}"
        answered = [ref["id"] for ref in reply["_in_reply_to"]["refs"]]
        self.assertEqual(answered, [post, f"{SITE}/c/{self.root.pk}/"])
        self.assertEqual([ref["id"] for ref in root["_in_reply_to"]["refs"]], [post])
        self.assertEqual(root["content_html"], "<p>Erst</p>")
        self.assertEqual((root["summary"], root["language"]), ("Erst", "de"))
        self.assertEqual(root["authors"], [{"name": "Carlo & Co"}])

    def test_browsers_show_words_and_no_markup(self):
        Comment.objects.filter(pk=self.root.pk).update(
            body_html="<p>Don’t, it's <b>so</b> &amp; so</p>"
        )
        feed = self.feed("feed")
        said = [item.findtext("description") for item in feed.iter("item")]
        self.assertIn("Don’t, it's so &amp; so", said)
        summaries = [found.text for found in self.feed("atom").iter(f"{ATOM}summary")]
        self.assertIn("Don’t, it's so & so", summaries)

    def test_new_answer_takes_the_feeds_out_of_the_caches(self):
        paths = [
            reverse("comments:feed"), reverse("comments:post_feed", args=[self.post.slug]),
            reverse("comments:thread_atom", args=[self.post.slug, self.root.tree_id]),
        ]  # fmt: skip
        tags = [self.client.get(path).headers[PAGE_TAGS].split() for path in paths]
        Change.objects.all().delete()
        note_change(self.root)
        noted = set(Change.objects.values_list("tag", flat=True))
        self.assertTrue(all(noted & set(known) for known in tags), tags)

    def test_an_addendum_is_part_of_what_was_said(self):
        Comment.objects.filter(pk=self.root.pk).update(addendum_html="<p>Später</p>")
        self.assertIn("<p>Erst</p><p>Später</p>", self.bodies(self.feed("feed")))
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, '"text": "Erst Später"')

    def test_what_is_not_public_has_no_feed(self):
        for name, args in [
            ("post_feed", ["entwurf"]),
            ("thread_feed", [self.post.slug, 10**9]),
            ("thread_feed", ["anderswo", self.root.tree_id]),
        ]:
            with self.subTest(name):
                response = self.client.get(reverse(f"comments:{name}", args=args))
                self.assertEqual(response.status_code, 404)

    def test_query_count_is_constant(self):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                self.feed("feed")
            return len(captured)

        before = queries()
        for number in range(20):
            make_comment(self.post, parent=self.root, minutes=number)
        self.assertEqual(queries(), before)

    def test_page_tells_readers_of_its_feeds(self):
        response = self.client.get(self.post.get_absolute_url())
        self.assertContains(response, reverse("comments:post_feed", args=[self.post.slug]))
        self.assertContains(response, reverse("comments:post_atom", args=[self.post.slug]))
        self.assertContains(response, reverse("comments:post_json", args=[self.post.slug]))
        self.assertContains(response, f'href="{reverse("comments:feed")}"')


class JsonLdTests(TestCase):
    def data(self, post):
        page = self.client.get(post.get_absolute_url()).text
        block = r'<script type="application/ld\+json">(.*?)</script>'
        _of_the_post, *found = re.findall(block, page, re.DOTALL)
        return json.loads(found[0]) if found else None

    def test_each_answer_names_its_parent(self):
        post = make_post()
        root = make_comment(post, name="Carlo")
        reply = make_comment(post, parent=root)
        make_comment(post, parent=root, status=Comment.Status.SPAM)

        first, second = self.data(post)["@graph"]

        self.assertEqual(first["parentItem"]["@id"], f"{post.get_canonical_url()}#post")
        self.assertEqual(second["parentItem"]["@id"], f"{SITE}/c/{root.pk}/")
        self.assertEqual(second["@id"], f"{SITE}/c/{reply.pk}/")
        self.assertEqual(first["author"], {"@type": "Person", "name": "Carlo"})

    def test_nothing_in_it_ends_the_element(self):
        post = make_post()
        make_comment(post, name="</script><script>alert(1)</script>", body="a <!-- & b")
        data = self.data(post)
        self.assertEqual(data["@graph"][0]["author"]["name"], "</script><script>alert(1)</script>")
        self.assertNotIn("<script>alert", self.client.get(post.get_absolute_url()).text)

    def test_page_without_answers_has_none(self):
        self.assertIsNone(self.data(make_post()))


class NewsTests(TestCase):
    def test_new_answers_are_told_and_none_is_silence(self):
        post = make_post()
        make_comment(post)
        url = reverse("comments:answer_news", args=[post.slug])
        self.assertEqual(self.client.get(url, {"seen": 1}).status_code, 204)
        make_comment(post)
        make_comment(post)
        response = self.client.get(url, {"seen": 1})
        self.assertContains(response, "2 neue Antworten")
        self.assertIn("public", response.headers["Cache-Control"])
        self.assertFalse(response.cookies)


class FaceTests(TestCase):
    def test_face_is_by_proof_and_never_by_address(self):
        author = make_author("Ada", email="ada@example.org")
        post = make_post(authors=[author])
        proved = make_comment(post, author=author, is_verified=True, name="Ada")
        typed = make_comment(post, author=author, name="Ada")
        again = make_comment(post, author=author, name="ada")
        guest = make_comment(post, name="Ada")
        self.assertEqual(face_of(proved), draw_face(author.face))
        self.assertNotEqual(face_of(typed), face_of(proved))
        self.assertEqual(face_of(typed), face_of(again))
        self.assertNotEqual(face_of(guest), face_of(typed))

    def test_faces_differ_from_person_to_person(self):
        self.assertNotEqual(make_author("A").face, make_author("B").face)

    def test_face_breaks_no_policy_and_asks_nobody(self):
        face = draw_face("0123456789abcdef")
        for word in ["style", "http", "url("]:
            self.assertNotIn(word, face)
