"""From the submitted comment to the verdict, by way of the task."""

from datetime import timedelta

import time_machine
from django.test import TestCase, override_settings
from django.utils import timezone

from comments import actions, tasks
from comments.models import Comment, SpamCheck
from tests.comments.akismet_stand_in import KEY, AkismetTestCase
from tests.factories import make_comment, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason


class SpamCheckTests(AkismetTestCase):
    def setUp(self):
        super().setUp()
        self.comment = Comment(post=make_post(), name="Berta", body="Gut gesagt.")
        with self.captureOnCommitCallbacks(execute=False):
            actions.submit_comment(self.comment)
        self.check = self.comment.spam_check

    def knock(self):
        tasks.check_spam.enqueue()
        self.comment.refresh_from_db()
        self.check.refresh_from_db()

    def assert_decided(self, status, reason):
        self.assertEqual((self.comment.status, self.comment.status_reason), (status, reason))

    def test_ham_appears_and_is_counted(self):
        self.akismet.will_answer("false", X_akismet_guid="abc")
        self.knock()
        self.assert_decided(Status.APPROVED, Reason.AKISMET_HAM)
        self.assertEqual(self.comment.post.tally.answer_count, 1)
        self.assertEqual(self.check.guid, "abc")
        self.assertIsNotNone(self.check.done_at)

    def test_spam_is_spam(self):
        self.akismet.will_answer("true")
        self.knock()
        self.assert_decided(Status.SPAM, Reason.AKISMET_SPAM)

    def test_blatant_spam_is_marked_as_such(self):
        self.akismet.will_answer("true", X_akismet_pro_tip="discard")
        self.knock()
        self.assert_decided(Status.SPAM, Reason.AKISMET_DISCARD)

    def test_no_answer_holds_the_comment_and_is_asked_again(self):
        self.akismet.will_answer("<html>", 500)
        with self.assertLogs("comments.spam"):
            self.knock()
        self.assert_decided(Status.PENDING, Reason.SPAM_CHECK)
        self.assertEqual(self.check.last_error, "the request to Akismet failed: 500")
        self.assertEqual(self.check.attempts, 1)
        self.knock()
        self.assertEqual(len(self.akismet.requests), 1)

        with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
            self.knock()

        self.assert_decided(Status.APPROVED, Reason.AKISMET_HAM)
        self.assertIn(("recheck_reason", "retry"), self.akismet.sent())

    def test_too_many_requests_waits_as_long_as_akismet_says(self):
        self.akismet.will_answer("", 429, Retry_After="3600")
        with time_machine.travel(timezone.now(), tick=False), self.assertLogs("comments.spam"):
            self.knock()
            self.assertEqual(self.check.due_at, timezone.now() + timedelta(hours=1))

    def test_a_ham_thought_over_is_held_and_asked_for_once_more(self):
        self.akismet.will_answer("false", X_akismet_recheck_after="120")
        self.akismet.will_answer("false", X_akismet_recheck_after="120")
        self.knock()
        self.assert_decided(Status.PENDING, Reason.SPAM_CHECK)

        with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
            self.knock()

        self.assert_decided(Status.APPROVED, Reason.AKISMET_HAM)
        self.assertIn(("recheck_reason", "recheck"), self.akismet.sent())

    def test_a_ham_thought_over_can_become_spam(self):
        self.akismet.will_answer("false", X_akismet_recheck_after="120")
        self.akismet.will_answer("true")
        self.knock()
        with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
            self.knock()
        self.assert_decided(Status.SPAM, Reason.AKISMET_SPAM)

    def test_the_key_is_not_kept_with_the_fields(self):
        self.knock()
        self.assertNotIn(KEY, str(self.check.fields))

    def test_a_comment_decided_before_is_not_asked_about(self):
        actions.remove(self.comment.pk, make_user())
        self.knock()
        self.assertEqual(self.akismet.requests, [])
        self.assertIsNotNone(self.check.done_at)

    def test_a_moderator_who_decides_while_akismet_thinks_stays_right(self):
        actions.approve(self.comment.pk, make_user())
        self.comment.refresh_from_db()
        tasks.verdicts.apply(self.check, tasks.spam.Verdict(SpamCheck.Verdict.SPAM, guid="late"))
        self.comment.refresh_from_db()
        self.assert_decided(Status.APPROVED, Reason.MODERATOR)
        self.assertEqual(self.check.verdict, SpamCheck.Verdict.SPAM)

    def test_a_restored_comment_is_not_decided_by_a_late_verdict(self):
        user = make_user()
        actions.remove(self.comment.pk, user)
        actions.restore(self.comment.pk, user)
        self.knock()
        self.assert_decided(Status.PENDING, Reason.MODERATOR)

    def test_a_second_knock_asks_nothing(self):
        self.knock()
        self.knock()
        self.assertEqual(len(self.akismet.requests), 1)

    def test_a_comment_deleted_meanwhile_takes_its_check_along(self):
        tasks.tree.delete(self.comment.pk)
        tasks.check_spam.enqueue()
        self.assertEqual(self.akismet.requests, [])

    def test_after_commit_the_check_begins_by_itself(self):
        with self.captureOnCommitCallbacks(execute=True):
            other = actions.submit_comment(Comment(post=self.comment.post, name="C", body="x"))
        other.refresh_from_db()
        self.assertEqual(other.status, Status.APPROVED)


class KeyTakenAwayTests(TestCase):
    @override_settings(AKISMET_API_KEY="")
    def test_waiting_checks_go_to_moderators_and_nothing_is_sent(self):
        comment = make_comment(make_post(), status=Status.PENDING, status_reason=Reason.SPAM_CHECK)
        check = SpamCheck.objects.create(comment=comment, fields={"user_ip": "192.0.2.1"})
        tasks.check_spam.enqueue()
        tasks.send_feedback.enqueue()
        check.refresh_from_db()
        comment.refresh_from_db()
        self.assertEqual((check.asked_at, check.fields), (None, {}))
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.NOT_SENT))
