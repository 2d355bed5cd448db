"""The log of decisions: nothing happens to an answer without a row that says who, when and why."""

from datetime import timedelta

import time_machine
from django.test import TestCase
from django.utils import timezone

from comments import actions, tasks, tree, verdicts
from comments.models import Comment, Decision, SpamCheck
from comments.notices import confirming
from tests.factories import make_author, make_comment, make_post, make_spam_rule, make_user

Status, Reason = Comment.Status, Comment.Reason
By = Decision.By


class LogTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("anna", first_name="Anna")
        cls.post = make_post()
        cls.comment = make_comment(
            cls.post,
            status=Status.PENDING,
            status_reason=Reason.FIRST_ANSWER,
            email="berta@example.org",
            ip="192.0.2.7",
        )

    def last(self):
        return Decision.objects.order_by("-pk").first()

    def assert_logged(self, before, after, why, by):
        row = self.last()
        self.assertEqual(
            (row.from_status, row.to_status, row.reason, row.by), (before, after, why, by)
        )


class WhatIsLoggedTests(LogTestCase):
    def test_every_act_of_a_moderator(self):
        before = "pending"
        for act, after in [
            (actions.approve, "approved"), (actions.mark_spam, "spam"),
            (actions.remove, "removed"), (actions.restore, "spam"),
        ]:  # fmt: skip
            with self.subTest(after=after):
                act(self.comment.pk, self.user)
                self.assert_logged(before, after, "moderator", By.MODERATOR)
                self.assertEqual((self.last().user, self.last().who), (self.user, "Anna"))
                before = after

    def test_an_act_that_changes_nothing_is_none(self):
        actions.approve(self.comment.pk, self.user)
        actions.approve(self.comment.pk, self.user)
        self.assertEqual(Decision.objects.count(), 1)

    def test_a_new_answer_with_the_reason_why_it_waits_or_is_spam(self):
        make_spam_rule(action="spam")
        for body, after, why in [
            ("Hallo", "pending", "first_answer"), ("Casino", "spam", "local_spam"),
        ]:  # fmt: skip
            actions.submit_comment(Comment(post=self.post, name="Carlo", body=body))
            self.assert_logged("", after, why, By.MACHINE)

    def test_what_akismet_says_first_and_later(self):
        Comment.objects.update(status_reason=Reason.SPAM_CHECK)
        check = SpamCheck.objects.create(comment=self.comment, fields={"user_ip": "::1"})
        verdicts.set_if_still_held(self.comment.pk, Status.APPROVED, Reason.AKISMET_HAM)
        self.assert_logged("pending", "approved", "akismet_ham", By.MACHINE)
        verdicts.overrule(check, SpamCheck.Verdict.SPAM)
        self.assert_logged("approved", "spam", "akismet_spam", By.MACHINE)

    def test_a_decision_by_mailed_link_names_the_author(self):
        author = make_author("Ada", email="ada@example.org")
        mail = author.answer_mails.create(comment=self.comment, kind="post")
        confirming.decide(mail, "approve", seen="pending")
        self.assert_logged("pending", "approved", "moderator", By.MAILED_LINK)
        self.assertEqual((self.last().user, self.last().who), (None, "Ada"))

    def test_what_retention_deletes_keeps_its_number(self):
        Comment.objects.update(status=Status.SPAM)
        with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
            tasks.forget.call()
        self.assert_logged("spam", "gone", "retention", By.MACHINE)
        row = self.last()
        self.assertEqual((row.comment, row.comment_number), (None, self.comment.pk))
        self.assertEqual(row.post, self.post)

    def test_what_was_answered_and_deleted_leaves_its_place(self):
        make_comment(self.post, parent=self.comment)
        tree.delete(self.comment.pk)
        self.assert_logged("pending", "removed", "deletion", By.MACHINE)


class KeepingTests(LogTestCase):
    def test_a_row_is_neither_changed_nor_deleted(self):
        actions.approve(self.comment.pk, self.user)
        for change in (
            self.last().save,
            self.last().delete,
            Decision.objects.all().delete,
            lambda: Decision.objects.update(reason=""),
        ):
            with self.assertRaises(RuntimeError):
                change()

    def test_no_row_holds_a_word_or_an_address_of_the_writer(self):
        make_spam_rule("email", "berta@example.org")
        actions.submit_comment(
            Comment(post=self.post, name="Berta", email="berta@example.org", body="Wort")
        )
        actions.approve(Comment.objects.latest("pk").pk, self.user)
        for row in Decision.objects.values():
            for secret in ("Wort", "berta", "Berta", "192.0.2.7"):
                self.assertNotIn(secret, str(row))

    def test_it_outlives_answer_post_and_account(self):
        actions.approve(self.comment.pk, self.user)
        self.user.delete()
        tree.delete(self.comment.pk)
        self.post.delete()
        row = Decision.objects.order_by("pk").first()
        self.assertEqual((row.user, row.comment, row.post, row.who), (None, None, None, "Anna"))

    def test_after_a_year_the_rows_of_what_is_gone_go(self):
        actions.approve(self.comment.pk, self.user)
        stays = make_comment(self.post)
        actions.remove(stays.pk, self.user)
        tree.delete(self.comment.pk)
        with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
            tasks.forget.call()
        self.assertEqual(
            list(Decision.objects.values_list("comment_number", flat=True)), [stays.pk]
        )


class AdminTests(LogTestCase):
    def setUp(self):
        self.client.force_login(make_user("chefin", is_staff=True, is_superuser=True))
        actions.remove(self.comment.pk, self.user)

    def test_the_list_says_who_what_and_when(self):
        response = self.client.get("/en/admin/comments/decision/")
        for words in ("Anna", "waiting for approval → removed", "decided by a moderator"):
            self.assertContains(response, words)

    def test_it_is_filtered_by_who_from_to_and_date(self):
        for query, count in [
            (f"user__id__exact={self.user.pk}", 1), ("from_status__exact=spam", 0),
            ("to_status__exact=removed", 1), ("at__gte=2099-01-01 00:00:00%2B00:00", 0),
            (f"q={self.comment.pk}", 1), ("by__exact=machine", 0),
        ]:  # fmt: skip
            with self.subTest(query):
                response = self.client.get(f"/admin/comments/decision/?{query}")
                self.assertEqual(response.context["cl"].result_count, count)

    def test_nobody_writes_in_it(self):
        url = f"/admin/comments/decision/{self.last().pk}"
        self.assertEqual(self.client.get("/admin/comments/decision/add/").status_code, 403)
        self.assertEqual(self.client.post(f"{url}/delete/").status_code, 403)
        self.assertEqual(self.client.post(f"{url}/change/", {"words": "x"}).status_code, 403)

    def test_the_answers_own_page_shows_it(self):
        response = self.client.get(f"/en/admin/comments/comment/{self.comment.pk}/change/")
        self.assertContains(response, "waiting for approval → removed (decided by a moderator)")
