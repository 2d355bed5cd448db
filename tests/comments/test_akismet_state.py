"""How Akismet is, kept in a row: the breaker, alerts, the month's usage, and what was sent."""

from datetime import timedelta

import time_machine
from django.test import TestCase
from django.utils import timezone

from comments import actions, tasks
from comments.models import AkismetState, Comment
from tests.comments.akismet_stand_in import KEY, AkismetTestCase
from tests.factories import make_post, make_user


def submit(post, number=0):
    return actions.submit_comment(Comment(post=post, name="Berta", body=f"Gut gesagt: {number}."))


class BreakerTests(AkismetTestCase):
    def setUp(self):
        super().setUp()
        self.post = make_post()

    def fail(self, times):
        for number in range(times):
            self.akismet.will_answer("", 500)
            with self.captureOnCommitCallbacks():
                submit(self.post, number)

    def test_after_five_failures_nothing_more_is_asked(self):
        self.fail(8)
        with self.assertLogs("comments.spam"):
            tasks.check_spam.enqueue()
        self.assertEqual(len(self.akismet.requests), 5)
        self.assertEqual(AkismetState.load().failure_count, 5)
        self.assertEqual(Comment.objects.filter(status="pending").count(), 8)

    def test_it_mends_itself_when_akismet_is_back(self):
        self.fail(6)
        with self.assertLogs("comments.spam"):
            tasks.check_spam.enqueue()
        self.akismet.answers.clear()
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
            tasks.check_spam.enqueue()
        self.assertEqual(Comment.objects.filter(status="approved").count(), 6)
        state = AkismetState.load()
        self.assertEqual((state.failure_count, state.paused_until), (0, None))


class PauseTests(TestCase):
    def test_each_further_failure_doubles_the_pause_up_to_six_hours(self):
        with time_machine.travel("2026-05-04 12:00", tick=False):
            for _number in range(4):
                AkismetState.note_failure("500")
            self.assertIsNone(AkismetState.pause())
            pauses = []
            for _number in range(12):
                AkismetState.note_failure("500")
                pauses.append(AkismetState.pause() // timedelta(minutes=1))
        self.assertEqual(pauses[:4], [1, 2, 4, 8])
        self.assertEqual(pauses[-1], 360)

    def test_what_akismet_asks_for_is_done_at_the_first_failure(self):
        with time_machine.travel("2026-05-04 12:00", tick=False):
            AkismetState.note_failure("429", retry_after=timedelta(minutes=10))
            self.assertEqual(AkismetState.pause(), timedelta(minutes=10))


class AdminTests(AkismetTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(make_user("chefin", is_staff=True, is_superuser=True))

    def ask(self):
        with self.captureOnCommitCallbacks(execute=True):
            return submit(make_post()).spam_check

    def test_an_alert_is_told_in_words_until_answers_come_without(self):
        self.akismet.will_answer("false", X_akismet_alert_code="10402", X_akismet_alert_msg="pay")
        with self.assertLogs("comments.spam"):
            self.ask()
        url = "/admin/comments/akismetstate/"
        self.assertEqual(AkismetState.load().alert_code, "10402")
        self.assertNotContains(self.client.get(url), "10402")
        AkismetState.note_success()
        self.assertEqual(AkismetState.load().alert_code, "")

    def test_the_month_is_read_and_shown_and_the_key_is_in_no_address(self):
        self.assertContains(self.client.get("/admin/comments/akismetstate/"), "state")
        self.akismet.will_answer('{"limit": 500, "usage": 7, "percentage": "1.40", "x": 1}')
        tasks.read_usage.enqueue()
        self.assertEqual(AkismetState.load().usage["usage"], 7)
        self.assertContains(self.client.get("/admin/comments/akismetstate/"), "500")
        path, _host, body = self.akismet.requests[0]
        self.assertEqual(path, "/1.2/usage-limit")
        self.assertIn(KEY, body.decode())

    def test_usage_that_cannot_be_read_changes_nothing(self):
        for answer in ["<html>", "[]", '"x"']:
            self.akismet.will_answer(answer)
            tasks.read_usage.enqueue()
        self.assertEqual(AkismetState.load().usage, {})

    def test_the_replay_shows_what_was_sent_and_changes_nothing(self):
        check = self.ask()
        url = f"/admin/comments/spamcheck/{check.pk}/change/"
        page = self.client.get(url)
        for name, value in self.akismet.sent():
            if name != "api_key":
                with self.subTest(name):
                    self.assertContains(page, name)
                    self.assertContains(page, value)
        self.assertNotContains(page, KEY)
        self.assertEqual(self.client.post(url, {"verdict": "ham"}).status_code, 403)
        self.assertEqual(self.client.get("/admin/comments/spamcheck/").status_code, 200)
