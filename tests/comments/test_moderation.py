from urllib.parse import parse_qsl

import time_machine
from django.test import TestCase
from django.utils import timezone

from comments import actions, tasks, tree
from comments.models import Comment, SpamCheck, SpamFeedback
from comments.models.decision import EFFECTS_AFTER
from tests.comments.akismet_stand_in import AkismetTestCase
from tests.factories import make_author, make_comment, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
Kind, Verdict = SpamFeedback.Kind, SpamCheck.Verdict


class ModerateTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user()
        cls.post = make_post()
        cls.comment = make_comment(cls.post, status=Status.PENDING)

    def test_approval_shows_counts_and_notes_who_and_when(self):
        self.assertTrue(actions.approve(self.comment.pk, self.user))

        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, Status.APPROVED)
        self.assertEqual(self.comment.status_reason, Reason.MODERATOR)
        self.assertEqual(self.comment.decided_by, self.user)
        self.assertIsNotNone(self.comment.decided_at)
        self.assertEqual(self.post.tally.answer_count, 1)

    def test_whether_somebody_is_verified_is_untouched(self):
        Comment.objects.update(author=make_author("B", email="b@example.org"), is_verified=True)
        actions.mark_spam(self.comment.pk, self.user)
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_verified)

    def test_a_decision_that_stands_is_none(self):
        actions.approve(self.comment.pk, self.user)
        self.assertFalse(actions.approve(self.comment.pk, make_user("other")))
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.decided_by, self.user)

    def test_the_second_of_two_moderators_is_told(self):
        actions.approve(self.comment.pk, self.user, seen=Status.PENDING)
        with self.assertRaises(actions.DecidedMeanwhile):
            actions.mark_spam(self.comment.pk, self.user, seen=Status.PENDING)

    def test_restore_gives_back_the_status_before(self):
        for before in (Status.PENDING, Status.APPROVED, Status.SPAM):
            with self.subTest(before):
                comment = make_comment(self.post, status=before)
                actions.remove(comment.pk, self.user)
                self.assertTrue(actions.restore(comment.pk, self.user))
                comment.refresh_from_db()
                self.assertEqual(comment.status, before)

    def test_only_what_was_removed_can_be_restored(self):
        self.assertFalse(actions.restore(self.comment.pk, self.user))

    def test_a_tombstone_stays_one(self):
        make_comment(self.post, parent=self.comment)
        tree.delete(self.comment.pk)
        for act in (actions.approve, actions.mark_spam, actions.restore):
            self.assertFalse(act(self.comment.pk, self.user))

    def test_without_a_check_akismet_is_told_nothing(self):
        actions.mark_spam(self.comment.pk, self.user)
        self.assertFalse(SpamFeedback.objects.exists())


class FeedbackTests(AkismetTestCase):
    def setUp(self):
        super().setUp()
        self.user = make_user("moderatorin")
        self.post = make_post()

    def make_checked(self, answer):
        """Return a comment on which Akismet has given `answer`."""
        self.akismet.will_answer(*answer)
        comment = actions.submit_comment(
            Comment(post=self.post, name="Berta", body="Größe & Maß", ip="192.0.2.1")
        )
        tasks.check_spam.enqueue()
        return comment

    def kinds(self, comment):
        return list(comment.spam_feedback.order_by("pk").values_list("kind", flat=True))

    def report(self):
        """Let pass the time in which a decision may be undone, and a knock come."""
        with time_machine.travel(timezone.now() + EFFECTS_AFTER):
            tasks.send_feedback.enqueue()

    def test_only_what_akismet_held_wrongly_is_fed_back(self):
        for answer, act, expected in [
            (["true"], actions.approve, [Kind.HAM]),
            (["false"], actions.mark_spam, [Kind.SPAM]),
            (["false"], actions.remove, []),
            (["true"], actions.remove, []),
        ]:
            with self.subTest(answer=answer, act=act.__name__):
                comment = self.make_checked(answer)
                act(comment.pk, self.user)
                self.assertEqual(self.kinds(comment), expected)

    def test_what_got_no_verdict_is_fed_back_as_spam_but_not_as_ham(self):
        for act, expected in [(actions.approve, []), (actions.mark_spam, [Kind.SPAM])]:
            with self.subTest(act=act.__name__), self.assertLogs("comments.spam"):
                comment = self.make_checked(["", 500])
                act(comment.pk, self.user)
                self.assertEqual(self.kinds(comment), expected)

    def test_a_restored_comment_is_no_feedback(self):
        comment = self.make_checked(["true"])
        actions.remove(comment.pk, self.user)
        actions.restore(comment.pk, self.user)
        self.assertEqual(self.kinds(comment), [])

    def test_what_was_never_asked_is_never_told(self):
        comment = actions.submit_comment(Comment(post=self.post, name="Berta", body="x"))
        actions.mark_spam(comment.pk, self.user)
        self.assertEqual(self.kinds(comment), [])

    def test_a_change_of_mind_is_told_too(self):
        comment = self.make_checked(["false"])
        actions.mark_spam(comment.pk, self.user)
        actions.approve(comment.pk, self.user)
        self.assertEqual(self.kinds(comment), [Kind.SPAM, Kind.HAM])

    def test_feedback_repeats_the_check_byte_for_byte(self):
        comment = self.make_checked(["true"])
        with self.captureOnCommitCallbacks(execute=True):
            actions.approve(comment.pk, self.user)
        self.assertEqual(len(self.akismet.requests), 1)  # it may still be undone

        self.report()

        (_, _, check), (path, _, feedback) = self.akismet.requests
        self.assertEqual(path, "/1.1/submit-ham")
        added = {b"reporter=moderatorin", b"comment_check_response=true"}
        self.assertEqual(
            [part for part in feedback.split(b"&") if part not in added], check.split(b"&")
        )
        self.assertIn(("comment_content", "Größe & Maß"), parse_qsl(feedback.decode()))
        self.assertIsNotNone(comment.spam_feedback.get().done_at)

    def test_feedback_that_does_not_arrive_is_sent_again(self):
        comment = self.make_checked(["false"])
        self.akismet.will_answer("busy", 503)
        actions.mark_spam(comment.pk, self.user)
        with self.assertLogs("comments.spam"):
            self.report()
        feedback = comment.spam_feedback.get()
        self.assertEqual(feedback.last_error, "the request to Akismet failed: 503")

        feedback.again()
        tasks.send_feedback.enqueue()

        feedback.refresh_from_db()
        self.assertIsNotNone(feedback.done_at)

    def test_a_decision_overtaken_by_the_next_is_not_sent(self):
        comment = self.make_checked(["false"])
        actions.mark_spam(comment.pk, self.user)
        actions.approve(comment.pk, self.user)
        self.report()
        self.assertEqual(
            [path for path, _, _ in self.akismet.requests],
            ["/1.1/comment-check", "/1.1/submit-ham"],
        )

    def test_fields_forgotten_meanwhile_are_not_sent(self):
        comment = self.make_checked(["false"])
        actions.mark_spam(comment.pk, self.user)
        SpamCheck.objects.update(fields={})
        self.report()
        self.assertEqual(len(self.akismet.requests), 1)
        self.assertIsNotNone(comment.spam_feedback.get().done_at)
