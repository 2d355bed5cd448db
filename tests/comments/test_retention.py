from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from blog.models import RateLimit
from comments import tasks, tree
from comments.models import Comment, SpamCheck
from tests.factories import make_comment, make_post

Status, Reason = Comment.Status, Comment.Reason


def days_ago(days):
    return timezone.now() - timedelta(days=days)


class ForgetTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def left(self):
        return set(Comment.objects.order_by().values_list("pk", flat=True))

    def test_spam_is_deleted_after_fifteen_days(self):
        make_comment(self.post, status=Status.SPAM, created_at=days_ago(16))
        young = make_comment(self.post, status=Status.SPAM, created_at=days_ago(14))
        approved = make_comment(self.post, created_at=days_ago(16))
        removed = make_comment(self.post, status=Status.REMOVED, created_at=days_ago(16))

        tasks.forget.enqueue()

        self.assertEqual(self.left(), {young.pk, approved.pk, removed.pk})
        self.assertEqual(list(tree.check()), [])

    def test_spam_under_spam_goes_as_a_whole(self):
        root = make_comment(self.post, status=Status.SPAM, created_at=days_ago(16))
        make_comment(self.post, parent=root, status=Status.SPAM, created_at=days_ago(16))
        tasks.forget.enqueue()
        self.assertEqual(self.left(), set())

    def test_spam_that_somebody_answered_leaves_its_place(self):
        root = make_comment(self.post, status=Status.SPAM, created_at=days_ago(16))
        make_comment(self.post, parent=root)
        tasks.forget.enqueue()
        root.refresh_from_db()
        self.assertTrue(root.is_tombstone)

    def test_addresses_are_emptied_after_sixty_days(self):
        traces = {"ip": "192.0.2.1", "user_agent": "Firefox", "referrer": "https://example.org/"}
        old = make_comment(self.post, created_at=days_ago(61), **traces)
        young = make_comment(self.post, created_at=days_ago(59), **traces)

        tasks.forget.enqueue()

        old.refresh_from_db()
        young.refresh_from_db()
        self.assertEqual((old.ip, old.user_agent, old.referrer), (None, "", ""))
        self.assertEqual((young.ip, young.user_agent), ("192.0.2.1", "Firefox"))

    def test_what_was_sent_to_akismet_is_emptied_after_fifteen_days(self):
        for days, kept in [(16, {}), (14, {"user_ip": "192.0.2.1"})]:
            comment = make_comment(self.post, created_at=days_ago(days))
            check = SpamCheck.objects.create(comment=comment, fields={"user_ip": "192.0.2.1"})
            SpamCheck.objects.filter(pk=check.pk).update(created_at=days_ago(days))
            tasks.forget.enqueue()
            check.refresh_from_db()
            self.assertEqual(check.fields, kept)

    def test_a_check_without_answer_for_fifteen_days_is_left_to_a_moderator(self):
        comment = make_comment(self.post, status=Status.PENDING, status_reason=Reason.SPAM_CHECK)
        check = SpamCheck.objects.create(comment=comment, fields={"user_ip": "192.0.2.1"})
        SpamCheck.objects.update(created_at=days_ago(16))

        tasks.forget.enqueue()

        comment.refresh_from_db()
        check.refresh_from_db()
        self.assertEqual(
            (comment.status, comment.status_reason), (Status.PENDING, Reason.NO_VERDICT)
        )
        self.assertIsNotNone(check.done_at)

    def test_rate_limits_that_are_over_go(self):
        RateLimit.objects.create(key="old", expires_at=days_ago(1), hits=3)
        tasks.forget.enqueue()
        self.assertFalse(RateLimit.objects.exists())


class CheckCommentsTaskTests(TestCase):
    def test_what_is_wrong_goes_to_the_log(self):
        comment = make_comment(make_post())
        Comment._base_manager.update(rght=8)
        with self.assertLogs("comments.tasks", "ERROR") as logs:
            tasks.check_comments.enqueue()
        self.assertIn(f"thread {comment.tree_id}: comment {comment.pk}: is at", logs.output[0])
