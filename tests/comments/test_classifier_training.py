"""How the classifier learns from decisions, unlearns them, and keeps its counts right."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import time_machine
from django.core.management import call_command
from django.test import TestCase, TransactionTestCase, override_settings
from django.utils import timezone

from blog.erasing import Texts
from comments import actions, classifiertraining, tasks, tree
from comments.editing import change_body
from comments.erasing import erase
from comments.models import Comment, SpamLesson, SpamToken
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_author, make_comment, make_lessons, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason


class TrainingTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[])
        cls.user = make_user()

    def wait(self, body="Ins Casino mit Bonus!", **fields):
        return make_comment(self.post, body=body, status=Status.PENDING, **fields)

    def learn(self, *, later=timedelta(minutes=1), how=classifiertraining.learn_recent):
        with time_machine.travel(timezone.now() + later):
            return how()

    def kinds(self):
        """What each answer was learned as; the counts are proved on the way."""
        counted = Counter()
        for lesson in SpamLesson.objects.all():
            counted.update({(key, lesson.kind): 1 for key in lesson.tokens})
        rows = {(row.key, "spam"): row.spam_count for row in SpamToken.objects.all()}
        rows |= {(row.key, "ham"): row.ham_count for row in SpamToken.objects.all()}
        self.assertEqual({key: count for key, count in rows.items() if count}, dict(counted))
        return dict(SpamLesson.objects.values_list("comment", "kind"))


class DecisionTests(TrainingTestCase):
    def test_what_a_moderator_decides_is_learned(self):
        good, bad = self.wait("Guter Gedanke"), self.wait()
        actions.approve(good.pk, self.user)
        actions.mark_spam(bad.pk, self.user)
        self.assertEqual(self.learn(), 2)
        self.assertEqual(self.kinds(), {good.pk: "ham", bad.pk: "spam"})

    def test_a_doubled_and_a_lost_task_do_no_harm(self):
        comment = self.wait()
        actions.mark_spam(comment.pk, self.user)
        self.learn()
        self.assertEqual(self.learn(), 0)
        self.assertEqual(self.kinds(), {comment.pk: "spam"})
        other = self.wait("Guter Gedanke")
        actions.approve(other.pk, self.user)
        self.assertEqual(self.learn(later=timedelta(hours=3)), 0)
        self.learn(later=timedelta(hours=3), how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {comment.pk: "spam", other.pk: "ham"})

    def test_nothing_is_learned_while_it_can_be_taken_back(self):
        comment = self.wait()
        actions.mark_spam(comment.pk, self.user)
        self.assertEqual(self.learn(later=timedelta(seconds=35)), 0)
        self.assertEqual(self.learn(later=timedelta(seconds=45)), 1)

    def test_a_change_of_mind_is_unlearned_then_learned(self):
        comment = self.wait()
        for decide, kinds in [
            (actions.mark_spam, {comment.pk: "spam"}),
            (actions.approve, {comment.pk: "ham"}),
            (actions.remove, {}),
            (actions.restore, {comment.pk: "ham"}),
        ]:
            with self.subTest(decide.__name__):
                decide(comment.pk, self.user)
                self.learn()
                self.assertEqual(self.kinds(), kinds)

    def test_a_decision_taken_back_is_unlearned_at_night(self):
        comment = self.wait()
        actions.mark_spam(comment.pk, self.user)
        self.learn()
        Comment.objects.filter(pk=comment.pk).update(
            status=Status.PENDING, status_reason=Reason.HELD, decided_at=None, decided_by=None
        )
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})
        self.assertFalse(SpamToken.objects.exists())

    def test_nobody_elses_verdict_is_learned(self):
        for status, reason in [
            (Status.SPAM, Reason.AKISMET_SPAM), (Status.APPROVED, Reason.AKISMET_HAM),
            (Status.SPAM, Reason.LOCAL_SPAM), (Status.APPROVED, Reason.KNOWN),
            (Status.APPROVED, Reason.TEAM), (Status.SPAM, Reason.IMPORTED),
        ]:  # fmt: skip
            make_comment(self.post, status=status, status_reason=reason)
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})

    def test_imported_answers_that_were_approved_are_ham(self):
        comment = make_comment(self.post, status_reason=Reason.IMPORTED)
        self.assertEqual(self.learn(), 0)
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {comment.pk: "ham"})

    def test_a_text_changed_after_the_decision_is_not_learned(self):
        """Else one would get something harmless approved and then teach what one likes."""
        now = timezone.now()
        comment = self.wait("Guter Gedanke", created_at=now)
        actions.approve(comment.pk, self.user)
        change_body(comment.pk, "Casino Bonus gratis")
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})

    def test_what_was_learned_is_unlearned_exactly_though_the_text_is_another_now(self):
        comment = self.wait("Guter Gedanke", created_at=timezone.now())
        actions.approve(comment.pk, self.user)
        self.learn()
        change_body(comment.pk, "Casino Bonus gratis")
        actions.mark_spam(comment.pk, self.user)
        self.learn()
        self.assertEqual(self.kinds(), {comment.pk: "spam"})


class SameTextTests(TrainingTestCase):
    def test_a_text_sent_a_hundred_times_is_one_lesson(self):
        for text in ("Ins Casino!", "INS  Casino", "Ins Саsino."):
            actions.mark_spam(self.wait(text).pk, self.user)
        self.learn()
        self.assertEqual(len(self.kinds()), 1)

    def test_of_two_decisions_about_one_text_the_later_one_counts(self):
        first, second = self.wait(), self.wait()
        actions.mark_spam(first.pk, self.user)
        actions.approve(second.pk, self.user)
        self.learn()
        for _night in range(2):
            self.learn(how=classifiertraining.learn_all)
            self.assertEqual(self.kinds(), {second.pk: "ham"})


class ForgettingTests(TrainingTestCase):
    def test_ham_goes_with_its_answer_and_spam_stays_for_a_year(self):
        good, bad = self.wait("Guter Gedanke"), self.wait()
        actions.approve(good.pk, self.user)
        actions.mark_spam(bad.pk, self.user)
        self.learn()
        tree.delete(good.pk)
        tree.delete(bad.pk)
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {bad.pk: "spam"})
        self.learn(later=timedelta(days=366), how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})

    def test_an_answer_that_leaves_a_tombstone_is_unlearned(self):
        findings = [{"code": "reads_like_spam", "weight": 30, "values": {"words": ["guter"]}}]
        comment = self.wait("Guter Gedanke", findings=findings)
        actions.approve(comment.pk, self.user)
        make_comment(self.post, parent=comment)
        self.learn()
        tree.delete(comment.pk)
        self.learn(how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})
        self.assertEqual(Comment.objects.get(pk=comment.pk).findings, [])

    def test_retention_does_not_make_it_forget_spam(self):
        comment = self.wait(created_at=timezone.now())
        actions.mark_spam(comment.pk, self.user)
        self.learn()
        self.learn(later=timedelta(days=16), how=tasks.forget.func)
        self.assertFalse(Comment.objects.filter(pk=comment.pk).exists())
        self.learn(later=timedelta(days=16), how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {comment.pk: "spam"})

    def test_who_is_erased_is_unlearned_and_the_text_that_stays_learned_without_a_name(self):
        writer = make_author("Berta", email="berta@mail.example")
        comment = self.wait("Guter Gedanke", author=writer, is_verified=True, email=writer.email)
        actions.approve(comment.pk, self.user)
        bad = self.wait(author=writer, is_verified=True, email=writer.email)
        actions.mark_spam(bad.pk, self.user)
        self.learn()
        named = set(SpamLesson.objects.get(comment=comment).tokens)
        erase(writer, Texts.ANONYMOUS)
        self.assertEqual(self.kinds(), {})
        self.learn(how=classifiertraining.learn_all)
        self.assertLess(len(SpamLesson.objects.get(comment=comment).tokens), len(named))

    def test_what_was_forgotten_stays_so_and_new_decisions_are_learned(self):
        actions.mark_spam(self.wait().pk, self.user)
        self.learn()
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            classifiertraining.forget(since=timezone.now())
        self.learn(later=timedelta(minutes=5), how=classifiertraining.learn_all)
        self.assertEqual(self.kinds(), {})
        with time_machine.travel(timezone.now() + timedelta(minutes=10)):
            comment = self.wait("Noch mehr Casino")
            actions.mark_spam(comment.pk, self.user)
            self.learn()
        self.assertEqual(self.kinds(), {comment.pk: "spam"})

    def test_switched_off_it_learns_nothing(self):
        classifiertraining.forget(is_learning=False)
        actions.mark_spam(self.wait().pk, self.user)
        self.assertEqual(self.learn(), 0)
        self.assertEqual(self.learn(how=classifiertraining.learn_all), 0)

    def test_under_another_secret_it_starts_anew(self):
        comment = self.wait()
        actions.mark_spam(comment.pk, self.user)
        self.learn()
        before = SpamLesson.objects.get().tokens
        with override_settings(SECRET_KEY="another one"):
            self.learn(how=classifiertraining.learn_all)
            self.assertEqual(self.kinds(), {comment.pk: "spam"})
        self.assertNotEqual(SpamLesson.objects.get().tokens, before)


class QualityTests(TrainingTestCase):
    def test_it_is_measured_by_what_it_would_have_said_before(self):
        make_lessons(count=22)
        quality = classifiertraining.quality("de")
        self.assertEqual((quality.spam_learned, quality.ham_learned), (22, 22))
        self.assertEqual((quality.spam_seen, quality.spam_held), (2, 2))
        self.assertEqual((quality.ham_seen, quality.ham_held), (2, 0))
        self.assertTrue(quality.has_a_say)
        self.assertFalse(classifiertraining.quality("en").has_a_say)

    def test_the_command_says_so_too(self):
        make_lessons(count=21)
        SpamToken.objects.all().delete()
        said = StringIO()
        call_command("train_classifier", "--recount", stdout=said)
        self.assertIn("de: learned 21 spam, 21 not", said.getvalue())
        self.kinds()

    def test_the_command_learns_anew_or_forgets(self):
        make_lessons(count=2)
        call_command("train_classifier", "--anew", stdout=StringIO())
        self.assertEqual(len(self.kinds()), 4)
        call_command("train_classifier", "--forget", stdout=StringIO())
        self.assertEqual(self.kinds(), {})


class AtOnceTests(TransactionTestCase):
    def test_two_workers_count_every_text_once(self):
        post, user = make_post(authors=[]), make_user()
        for number in range(60):
            comment = make_comment(post, body=f"Casino Nummer wort{number}", status="pending")
            actions.mark_spam(comment.pk, user)
        Comment.objects.update(decided_at=timezone.now() - timedelta(minutes=1))
        at_once([classifiertraining.learn_recent] * 4)
        self.assertEqual(SpamLesson.objects.count(), 60)
        self.assertEqual(SpamToken.objects.order_by("-spam_count").first().spam_count, 60)
