"""The form's token and its trap, as a reader and as a robot meet them."""

from django.test import TestCase
from django.urls import reverse
from time_machine import travel

from blog.models import SiteSettings
from comments.formtoken import FormToken
from comments.models import Comment
from tests.factories import make_form_token, make_post, make_spam_rule

VALID = {"name": "Berta", "email": "berta@example.org", "body": "Mühsam getippt."}


class GuardTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])

    def setUp(self):
        SiteSettings(asks_proof_of_work=False).save()

    def token(self, response):
        return response.context["form"].token

    def send(self, token, **changes):
        return self.client.post(self.url, VALID | {"form_token": str(token)} | changes)

    def test_the_form_brings_a_token_and_a_trap_that_is_out_of_the_way(self):
        response = self.client.get(self.url)
        token = self.token(response)
        self.assertEqual(FormToken.read(str(token), self.post.pk), token)
        self.assertContains(response, f'name="{token.trap}"')
        self.assertContains(response, 'class="field visually-hidden" aria-hidden="true"')

    def test_a_form_without_a_true_token_comes_back_with_text_and_a_good_one(self):
        other = make_post("Anderer", authors=[])
        for token in ["", "forged", make_form_token(other)["form_token"]]:
            with self.subTest(token):
                response = self.send(token)
                self.assertContains(response, "Mühsam getippt.", status_code=422)
                self.assertContains(response, 'class="errorlist nonfield', status_code=422)
        self.assertFalse(Comment.objects.exists())

        self.assertEqual(self.send(self.token(response)).status_code, 302)

    def test_a_form_open_for_more_than_a_day_comes_back_too(self):
        with travel("2026-05-05 12:00", tick=False):
            token = self.token(self.client.get(self.url))
        with travel("2026-05-06 11:59", tick=False):
            self.assertEqual(self.send(token).status_code, 302)
        with travel("2026-05-06 12:01", tick=False):
            self.assertEqual(self.send(token).status_code, 422)

    def test_a_browser_that_fills_the_trap_is_told_and_the_next_try_is_held(self):
        token = self.token(self.client.get(self.url))
        response = self.send(token, **{token.trap: "Berta"})
        self.assertContains(response, "Mühsam getippt.", status_code=422)
        self.assertNotContains(response, "aria-hidden", status_code=422)
        self.assertFalse(Comment.objects.exists())

        fresh = self.token(response)
        self.assertNotEqual(fresh.trap, token.trap)
        self.assertEqual(self.send(fresh).status_code, 302)
        found = Comment.objects.get().findings
        self.assertEqual([finding["code"] for finding in found], ["trap", "too_fast"])

    def test_the_age_of_a_form_goes_on_when_it_comes_back_with_errors(self):
        token = make_form_token(self.post, seconds=90)["form_token"]
        response = self.send(token, body="")
        self.assertEqual(str(self.token(response)).split(":")[0], token.split(":")[0])

    def test_an_answer_in_no_time_is_held_not_lost(self):
        self.send(self.token(self.client.get(self.url)))
        comment = Comment.objects.get()
        self.assertEqual((comment.status, comment.status_reason), ("pending", "held"))

    def test_what_a_rule_calls_spam_is_spam_at_once(self):
        rule = make_spam_rule(value="getippt", action="spam")
        self.send(make_form_token(self.post)["form_token"])
        comment = Comment.objects.get()
        self.assertEqual((comment.status, comment.status_reason), ("spam", "local_spam"))
        rule.refresh_from_db()
        self.assertEqual(rule.hit_count, 1)
