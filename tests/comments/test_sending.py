import re
from unittest import mock

from django.core.cache import cache
from django.test import Client, TestCase, TransactionTestCase
from django.urls import reverse

from blog.models import SiteSettings
from comments import own, sending
from comments.models import Comment
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user

VALID = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."}
KEY = {sending.FIELD: "k" * 22}


class SendTwiceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = VALID | KEY | make_form_token(cls.post)

    def send(self, url=None, client=None, headers=None, **changes):
        client = client or self.client
        return client.post(url or self.url, self.valid | changes, headers=headers)

    def test_each_form_has_a_key_of_its_own(self):
        pages = [self.client.get(self.url).content.decode() for _ in range(2)]
        keys = {re.search(r'name="sending_key" value="([\w-]{22})"', page)[1] for page in pages}
        self.assertEqual(len(keys), 2)

    def test_the_second_request_gets_the_answer_of_the_first(self):
        first, second = self.send(), self.send()
        self.assertEqual(Comment.objects.count(), 1)
        self.assertEqual(first.status_code, 302)
        self.assertEqual(first.url, second.url)

    def test_a_retry_without_the_lost_cookie_gets_it_again(self):
        """A request that timed out never delivered its cookie."""
        self.send()
        stranger = Client()
        response = self.send(client=stranger)
        self.assertIn(own.COOKIE, response.cookies)
        self.assertEqual(Comment.objects.count(), 1)

    def test_script_gets_the_same_row_twice(self):
        partials = [self.send(headers={"HX-Request": "true"}).content for _ in range(2)]
        self.assertEqual(*partials)
        self.assertIn(b"wartet auf Freigabe", partials[0])
        self.assertEqual(Comment.objects.count(), 1)

    def test_other_words_under_the_same_key_are_another_answer(self):
        self.send()
        self.send(body="Und noch etwas anderes.")
        self.assertEqual(Comment.objects.count(), 2)

    def test_the_same_key_elsewhere_is_another_answer(self):
        SiteSettings(asks_proof_of_work=False).save()
        parent = make_comment(self.post)
        self.send()
        self.send(reverse("comments:comment_reply", args=[self.post.slug, parent.pk]))
        self.assertEqual(Comment.objects.filter(name="Berta").count(), 2)

    def test_a_form_without_a_key_of_ours_still_works(self):
        for key in ("", "short", "ä" * 22, "x" * 65):
            with self.subTest(key):
                cache.clear()
                self.send(sending_key=key, body=f"Text {key}")
                self.assertIsNone(Comment.objects.latest("pk").sending_key)

    def test_a_repeat_is_answered_even_past_the_limit(self):
        with mock.patch("comments.views.ANSWERS_PER_WINDOW", 1):
            self.send()
            self.assertEqual(self.send().status_code, 302)
            self.assertEqual(self.send(body="Neu").status_code, 429)

    def test_the_key_is_not_in_the_database(self):
        self.send()
        self.assertNotIn(KEY[sending.FIELD], Comment.objects.get().sending_key)

    def test_what_is_not_valid_uses_up_no_key(self):
        self.assertContains(self.send(name=""), KEY[sending.FIELD], status_code=422)
        self.send()
        self.assertEqual(Comment.objects.count(), 1)


class SendAtOnceTests(TransactionTestCase):
    def test_sixteen_clicks_at_the_same_moment_are_one_answer(self):
        post = make_post()
        url = reverse("comments:comment_create", args=[post.slug])
        data = VALID | KEY | make_form_token(post)

        with mock.patch("comments.views.ANSWERS_PER_WINDOW", 100):
            responses = at_once([lambda: Client().post(url, data)] * 16)

        self.assertEqual(Comment.objects.count(), 1)
        self.assertEqual({response.status_code for response in responses}, {302})
        self.assertEqual(len({response.url for response in responses}), 1)


class PreviewTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada", user=make_user())
        cls.post = make_post(authors=[cls.author])
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = VALID | KEY | make_form_token(cls.post) | {"preview": "1"}

    def test_it_shows_the_text_as_it_will_appear_and_stores_nothing(self):
        body = "<b>Fett</b> https://example.org\n\n<script>alert(1)</script>"
        response = self.client.post(self.url, self.valid | {"body": body})
        published = make_comment(self.post, body=body)
        self.assertContains(response, published.body_html)
        self.assertNotContains(response, "<script>alert")
        self.assertEqual(list(Comment.objects.all()), [published])
        self.assertNotIn(own.COOKIE, response.cookies)

    def test_it_keeps_the_text_and_the_key(self):
        response = self.client.post(self.url, self.valid)
        self.assertContains(response, ">\nGut gesagt.</textarea>")
        self.assertContains(response, KEY[sending.FIELD])
        self.assertNotContains(response, "wartet auf Freigabe")

    def test_script_gets_the_form_with_it(self):
        response = self.client.post(self.url, self.valid, headers={"HX-Request": "true"})
        self.assertNotContains(response, "<html")
        self.assertContains(response, "data-preview")
        self.assertNotIn("HX-Trigger", response.headers)

    def test_it_says_whom_it_answers_and_who_writes(self):
        parent = make_comment(self.post, name="Carlo")
        url = reverse("comments:comment_reply", args=[self.post.slug, parent.pk])
        self.client.force_login(self.author.user)
        response = self.client.post(url, self.valid)
        self.assertContains(response, "antwortet auf Carlo")
        self.assertContains(response, 'class="badge"')

    def test_mistakes_are_told_instead(self):
        response = self.client.post(self.url, self.valid | {"body": ""})
        self.assertContains(response, "Bitte schreib etwas.", status_code=422)
        self.assertNotContains(response, "data-preview", status_code=422)

    def test_previews_have_a_limit_of_their_own(self):
        with mock.patch("comments.views.PREVIEWS_PER_WINDOW", 1):
            self.client.post(self.url, self.valid)
            self.assertEqual(self.client.post(self.url, self.valid).status_code, 429)
        sent = {name: value for name, value in self.valid.items() if name != "preview"}
        self.assertEqual(self.client.post(self.url, sent).status_code, 302)


class TakenTests(TestCase):
    def test_the_row_that_script_gets_is_the_one_of_the_page(self):
        post = make_post()
        parent = make_comment(post, name="Carlo")
        url = reverse("comments:comment_reply", args=[post.slug, parent.pk])
        response = self.client.post(
            url, VALID | make_form_token(post), headers={"HX-Request": "true"}
        )
        self.assertContains(response, "antwortet auf Carlo")
        self.assertContains(response, "/change/")
        self.assertEqual(response.headers["HX-Trigger"], "answer-taken")
