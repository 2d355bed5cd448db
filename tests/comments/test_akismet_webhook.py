"""The webhook: Akismet's own last word can be changed by who knows two secrets, nothing else."""

from unittest import mock

from django.test import TestCase, override_settings
from django.urls import reverse

from comments import actions, spam
from comments.models import Comment, SpamCheck, SpamFeedback
from tests.factories import make_comment, make_post, make_user

KEY = "secret-key-0123"
Status, Reason = Comment.Status, Comment.Reason


@override_settings(AKISMET_API_KEY=KEY)
class AkismetWebhookTests(TestCase):
    def setUp(self):
        self.comment = make_comment(make_post(), status_reason=Reason.AKISMET_HAM)
        self.check = SpamCheck.objects.create(
            comment=self.comment, verdict="ham", guid="abc", fields={"user_ip": "192.0.2.1"}
        )
        self.url = reverse("comments:akismet_webhook", args=[spam.webhook_token()])

    def call(self, result="true", *, url=None, key=KEY, guid="abc", endpoint="comment-check"):
        data = {"key": key, "endpoint": endpoint, "comments": [{"guid": guid, "result": result}]}
        return self.client.post(url or self.url, data, content_type="application/json")

    def now(self):
        self.comment.refresh_from_db()
        return self.comment.status, self.comment.status_reason

    def message(self, response):
        return response.json()["comments"]["abc"]["message"]

    def test_a_ham_becomes_spam_and_a_spam_ham(self):
        self.assertEqual(self.message(self.call("true")), "changed")
        self.assertEqual(self.now(), (Status.SPAM, Reason.AKISMET_SPAM))
        self.assertEqual(self.message(self.call("false")), "changed")
        self.assertEqual(self.now(), (Status.APPROVED, Reason.AKISMET_HAM))
        self.assertFalse(SpamFeedback.objects.exists())

    def test_the_same_again_changes_nothing(self):
        self.call("true")
        self.assertEqual(self.message(self.call("true")), "no action")

    def test_a_comment_that_waits_gets_its_verdict_and_is_asked_about_no_more(self):
        Comment.objects.filter(pk=self.comment.pk).update(
            status=Status.PENDING, status_reason=Reason.SPAM_CHECK
        )
        self.call("true")
        self.assertEqual(self.now(), (Status.SPAM, Reason.AKISMET_SPAM))
        self.check.refresh_from_db()
        self.assertIsNotNone(self.check.done_at)

    def test_what_a_person_decided_stays(self):
        for decide in (actions.mark_spam, actions.approve, actions.remove):
            with self.captureOnCommitCallbacks():
                decide(self.comment.pk, make_user(decide.__name__))
            before = self.now()
            for result in ("true", "false"):
                self.assertEqual(self.message(self.call(result)), "no action")
            self.assertEqual(self.now(), before)

    def test_ham_does_not_free_what_our_own_checks_hold(self):
        found = [{"code": "too_fast", "weight": 40, "values": {"seconds": 1}}]
        Comment.objects.filter(pk=self.comment.pk).update(
            status=Status.SPAM, status_reason=Reason.AKISMET_SPAM, findings=found
        )
        self.call("false")
        self.assertEqual(self.now(), (Status.PENDING, Reason.HELD))
        self.call("true")
        self.assertEqual(self.now(), (Status.SPAM, Reason.AKISMET_SPAM))

    def test_forged_calls_change_nothing(self):
        wrong = reverse("comments:akismet_webhook", args=["0" * 64])
        umlaut = reverse("comments:akismet_webhook", args=["ä"])
        for response, status in [
            (self.call(url=wrong), 404), (self.call(url=umlaut), 404), (self.call(key="x"), 403),
            (self.call(key="ä"), 403), (self.call(key=None), 403),
            (self.client.get(self.url), 405),
            (self.client.post(self.url, "x", content_type="text/plain"), 400),
            (self.client.post(self.url, "[1]", content_type="text/plain"), 400),
            (self.client.post(self.url, '{"comments": [1]}', content_type="text/plain"), 400),
            (self.client.post(self.url, "[" * 99999, content_type="text/plain"), 400),
        ]:  # fmt: skip
            with self.subTest(status=status):
                self.assertEqual(response.status_code, status)
        self.assertEqual(self.now(), (Status.APPROVED, Reason.AKISMET_HAM))

    def test_unknown_comments_and_results_are_told_as_errors(self):
        response = self.call(guid="before-our-commit")
        self.assertEqual(response.json()["comments"]["before-our-commit"]["status"], "error")
        self.assertEqual(self.call("maybe").json()["comments"]["abc"]["status"], "error")
        self.assertEqual(self.call(guid="").json(), {"comments": {}})
        self.assertEqual(self.call(guid="a\0b").json(), {"comments": {}})

    def test_word_of_feedback_that_was_processed_changes_nothing(self):
        self.assertEqual(self.message(self.call("true", endpoint="submit-spam")), "no action")
        self.assertEqual(self.now(), (Status.APPROVED, Reason.AKISMET_HAM))

    def test_calls_are_limited(self):
        with mock.patch("comments.webhook.CALLS_PER_WINDOW", 2):
            codes = [self.call(key="x").status_code for _ in range(4)]
        self.assertEqual(codes, [403, 403, 429, 429])

    def test_without_a_key_there_is_no_webhook(self):
        with override_settings(AKISMET_API_KEY=""):
            url = reverse("comments:akismet_webhook", args=[spam.webhook_token()])
            self.assertEqual(self.call(url=url, key="").status_code, 404)

    def test_its_address_is_told_where_akismet_can_reach_it_and_not_with_feedback(self):
        self.assertNotIn("callback", spam.fields_of(self.comment))
        with override_settings(IS_HTTPS=True, BASE_URL="https://blog.example"):
            fields = spam.fields_of(self.comment)
        self.assertEqual(fields["callback"], f"https://blog.example{self.url}")
        self.check.fields = fields
        feedback = SpamFeedback(comment=self.comment, kind="spam", reporter="x")
        self.assertNotIn("callback", feedback.fields_for(self.check))
