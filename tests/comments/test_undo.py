"""A decision can be taken back for half a minute: nothing of it stays, nothing of it got out."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.utils import timezone

from comments import actions, tasks, undoing
from comments.models import AnswerMail, Comment, Decision, Report, SpamCheck, SpamFeedback
from comments.models.decision import EFFECTS_AFTER, UNDO_WITHIN, Act, moderator
from comments.notices import tasks as notices
from tests.comments.notices import NoticeTestCase, make_follow
from tests.factories import make_author, make_comment, make_report, make_spam_rule, make_user

Status, Reason = Comment.Status, Comment.Reason
RESTORED = [*undoing.RESTORED, "findings"]


class UndoTestCase(NoticeTestCase):
    def setUp(self):
        self.user, self.other = make_user("anna"), make_user("otto")
        self.comment = make_comment(
            self.post,
            status=Status.PENDING,
            status_reason=Reason.HELD,
            created_at=timezone.now(),
        )

    def row(self):
        return Comment.objects.values(*RESTORED).get(pk=self.comment.pk)

    def decide(self, status=Status.APPROVED, user=None):
        actions.moderate(self.comment.pk, status, moderator(user or self.user))
        return Decision.objects.latest("pk")

    def undo(self, user=None, *, after=timedelta()):
        key = Decision.objects.filter(undoes=None).latest("pk").act
        with time_machine.travel(timezone.now() + after):
            return undoing.undo(key, user or self.user)


class RestoringTests(UndoTestCase):
    def test_every_field_is_as_it_was_from_every_status_to_every_other(self):
        self.decide(Status.APPROVED, self.other)
        for before in Status:
            self.decide(before, self.other)
            for after in set(Status) - {before}:
                with self.subTest(before=before, after=after):
                    row = self.row()
                    self.decide(after)
                    self.assertNotEqual(self.row(), row)
                    self.assertEqual(self.undo().done, [self.comment.pk])
                    self.assertEqual(self.row(), row)

    def test_what_nobody_had_decided_is_undecided_again(self):
        self.decide()
        self.undo()
        row = self.row()
        self.assertEqual((row["status"], row["status_reason"]), ("pending", "held"))
        self.assertEqual((row["decided_by"], row["decided_at"]), (None, None))

    def test_counts_of_visible_answers_follow(self):
        self.decide()
        self.undo()
        self.post.refresh_from_db()
        self.assertEqual(self.post.tally.answer_count, 0)

    def test_a_mistake_of_a_rule_is_none_again(self):
        rule = make_spam_rule()
        found = {"code": "rule", "weight": 30, "values": {"rule": rule.pk, "kind": "word"}}
        Comment.objects.filter(pk=self.comment.pk).update(findings=[found])
        self.decide()
        self.undo()
        rule.refresh_from_db()
        self.assertEqual(rule.mistake_count, 0)

    def test_all_that_one_press_decided_comes_back_together(self):
        second = make_comment(self.post, status=Status.SPAM)
        act = moderator(self.user)
        for comment in (self.comment, second):
            actions.moderate(comment.pk, Status.REMOVED, act)
        self.assertEqual(self.undo().done, [self.comment.pk, second.pk])
        second.refresh_from_db()
        self.assertEqual(second.status, Status.SPAM)

    def test_it_is_logged_and_happens_once(self):
        decision = self.decide()
        self.undo()
        row = Decision.objects.latest("pk")
        self.assertEqual((row.undoes, row.reason, row.to_status), (decision, "undone", "pending"))
        self.assertEqual(self.undo().done, [])
        self.assertEqual(undoing.undoable(self.user).count(), 0)


class RefusalTests(UndoTestCase):
    def test_after_half_a_minute_it_stays(self):
        self.decide()
        outcome = self.undo(after=UNDO_WITHIN + timedelta(seconds=1))
        self.assertEqual((outcome.done, outcome.too_late), ([], [self.comment.pk]))
        self.assertEqual(self.row()["status"], Status.APPROVED)

    def test_what_somebody_decided_since_stays(self):
        self.decide()
        key = Decision.objects.latest("pk").act
        self.decide(Status.SPAM, self.other)
        self.assertEqual(undoing.undo(key, self.user).overtaken, [self.comment.pk])
        self.assertEqual(self.row()["status"], Status.SPAM)

    def test_nobody_takes_back_what_somebody_else_decided(self):
        self.decide()
        self.assertEqual(self.undo(self.other), undoing.Undone())
        self.assertEqual(self.row()["status"], Status.APPROVED)


class EffectTests(UndoTestCase):
    def setUp(self):
        super().setUp()
        self.reader = make_author("Dora", email="dora@example.org")
        make_follow(make_comment(self.post), self.reader, scope="post")

    def later(self, task):
        with time_machine.travel(timezone.now() + EFFECTS_AFTER):
            task.call()

    def test_a_mail_waits_until_the_time_is_over_and_goes_out_then(self):
        self.do_now(Status.APPROVED)
        self.assertEqual(mail.outbox, [])
        self.later(notices.send_answer_mails)
        self.assertEqual(len(mail.outbox), 1)

    def test_an_undone_approval_mails_nobody(self):
        self.do_now(Status.APPROVED)
        self.undo()
        self.later(notices.send_answer_mails)
        self.assertEqual((mail.outbox, AnswerMail.objects.count()), ([], 0))

    def test_an_approval_after_the_undo_mails_once(self):
        self.do_now(Status.APPROVED)
        self.undo()
        self.do_now(Status.APPROVED)
        self.later(notices.send_answer_mails)
        self.assertEqual(len(mail.outbox), 1)

    def test_a_mail_that_a_mistake_made_pointless_goes_out_after_all(self):
        self.do_now(Status.APPROVED)
        AnswerMail.objects.all().delete()
        waiting = AnswerMail.objects.create(
            author=self.reader,
            comment=self.comment,
            kind="answer",
            follow=self.reader.follows.get(),
        )
        self.do_now(Status.SPAM)
        notices.send_answer_mails.call()
        self.undo()
        waiting.refresh_from_db()
        self.assertIsNone(waiting.done_at)

    def test_akismet_hears_nothing_of_what_was_undone(self):
        sent = {"fields": {"user_ip": "::1"}, "asked_at": timezone.now(), "verdict": "ham"}
        SpamCheck.objects.create(comment=self.comment, **sent)
        Comment.objects.filter(pk=self.comment.pk).update(akismet_consent_at=timezone.now())
        with self.settings(AKISMET_API_KEY="k"):
            self.decide(Status.SPAM)
            feedback = SpamFeedback.objects.get()
            self.assertGreaterEqual(feedback.due_at, feedback.created_at + UNDO_WITHIN)
            self.undo()
            self.later(tasks.send_feedback)
        self.assertFalse(SpamFeedback.objects.exists())

    def do_now(self, status):
        with self.captureOnCommitCallbacks(execute=True):
            self.decide(status)


class ReportTests(UndoTestCase):
    def setUp(self):
        super().setUp()
        self.decide(Status.APPROVED, self.other)
        self.report = make_report(self.comment)

    def outcome(self):
        return Report.objects.get().outcome

    def test_a_decision_about_the_answer_decides_its_reports(self):
        self.decide(Status.REMOVED)
        self.assertEqual(self.outcome(), "removed")
        self.undo()
        self.assertEqual(self.outcome(), "")

    def test_keeping_it_is_logged_and_can_be_undone(self):
        self.assertTrue(actions.keep(self.comment.pk, moderator(self.user), seen="approved"))
        row = Decision.objects.latest("pk")
        self.assertEqual(
            (row.from_status, row.to_status, row.reason), ("approved", "approved", "kept")
        )
        self.assertEqual(self.outcome(), "kept")
        self.assertEqual(self.undo().done, [self.comment.pk])
        self.assertEqual(self.outcome(), "")

    def test_a_text_that_its_writer_deleted_decides_them(self):
        make_comment(self.post, parent=self.comment)
        actions.delete(self.comment.pk, Act(Decision.By.WRITER))
        self.assertEqual(self.outcome(), "removed")

    def test_without_a_report_there_is_nothing_to_keep(self):
        Report.objects.all().delete()
        self.assertFalse(actions.keep(self.comment.pk, moderator(self.user)))
        self.assertNotEqual(Decision.objects.latest("pk").reason, "kept")

    def test_keeping_what_somebody_removed_meanwhile_is_told(self):
        self.decide(Status.REMOVED, self.other)
        with self.assertRaises(actions.DecidedMeanwhile):
            actions.keep(self.comment.pk, moderator(self.user), seen="approved")
