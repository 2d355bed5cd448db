"""Mails to those who follow: once an answer appears, once a person, and easy to leave."""

from datetime import timedelta
from unittest import mock

import time_machine
from django.core import mail
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import gettext, override

from blog.models import SiteSettings
from comments import actions, tree
from comments.models import AnswerMail, Comment
from comments.notices import follows
from tests.comments.notices import NoticeTestCase, make_follow, path_in
from tests.factories import make_author, make_comment, make_user

SEND = "django.core.mail.backends.locmem.EmailBackend.send_messages"


class FollowerTestCase(NoticeTestCase):
    def setUp(self):
        self.berta = make_author("Berta", email="berta@example.org")
        self.comment = make_comment(self.post, author=self.berta, created_at=timezone.now())
        self.follow = make_follow(self.comment)
        self.moderator = make_user()


class WhoIsToldTests(FollowerTestCase):
    def test_answer_that_appears_is_told(self):
        answer = self.submit_known(parent=self.comment)
        (message,) = mail.outbox
        self.assertEqual(message.to, ["berta@example.org"])
        with override("de"):
            subject = gettext("%(name)s has answered: “%(title)s”")
        self.assertEqual(message.subject, subject % {"name": "Carlo", "title": "Eine Glocke"})
        self.assertIn(f"http://localhost:8000/c/{answer.pk}/", message.body)

    def test_held_answer_is_told_only_after_approval(self):
        answer = self.submit("Carlo", parent=self.comment)
        self.assertEqual(mail.outbox, [])
        self.do(actions.approve, answer.pk, self.moderator)
        self.assertEqual(len(mail.outbox), 1)

    def test_spam_is_never_told_and_what_is_removed_meanwhile_neither(self):
        answer = self.submit("Carlo", parent=self.comment)
        self.do(actions.mark_spam, answer.pk, self.moderator)
        with self.captureOnCommitCallbacks():  # the knock is lost
            actions.approve(answer.pk, self.moderator)
            actions.remove(answer.pk, self.moderator)
        self.send_due_later()
        self.assertEqual(mail.outbox, [])
        self.assertIsNotNone(AnswerMail.objects.get().done_at)

    def test_text_that_its_writer_deleted_meanwhile_is_told_to_nobody(self):
        answer = self.submit("Carlo", parent=self.comment)
        with self.captureOnCommitCallbacks():  # the knock is lost
            actions.approve(answer.pk, self.moderator)
        make_comment(self.post, parent=answer)
        tree.delete(answer.pk)  # leaves an empty place
        self.send_due_later()
        self.assertEqual(mail.outbox, [])
        self.assertIsNotNone(AnswerMail.objects.get(comment=answer).done_at)

    def test_nobody_is_told_twice_of_one_answer(self):
        make_follow(make_comment(self.post), self.berta, scope="post")
        answer = self.submit_known(parent=self.comment)
        self.do(actions.remove, answer.pk, self.moderator)
        self.do(actions.restore, answer.pk, self.moderator)
        self.send_due()
        self.assertEqual(len(mail.outbox), 1)

    def test_old_answers_released_in_bulk_are_not_news(self):
        then = timezone.now() - timedelta(days=8)
        for status in (Comment.Status.SPAM, Comment.Status.PENDING):
            old = make_comment(self.post, parent=self.comment, status=status, created_at=then)
            self.do(actions.approve, old.pk, self.moderator)
        self.assertFalse(AnswerMail.objects.exists())

    def test_imported_answers_are_not_told(self):
        answer = Comment(post=self.post, name="X", status=Comment.Status.APPROVED)
        with self.captureOnCommitCallbacks(execute=True):
            tree.add_threads({1: answer}, {1: None})
        self.assertFalse(AnswerMail.objects.exists())

    def test_nobody_hears_of_their_own_answer(self):
        answer = self.submit("Berta", parent=self.comment)
        self.do(actions.approve, answer.pk, self.moderator)
        self.assertEqual(mail.outbox, [])

    def test_mentions_are_not_told(self):
        self.submit_known(parent=self.comment, kind=Comment.Kind.PINGBACK)
        self.assertEqual(mail.outbox, [])

    def test_scopes(self):
        below = self.submit_known(parent=self.comment)
        elsewhere = make_comment(self.post)
        for scope, parent, told in [
            ("answer", self.comment, True), ("answer", below, False), ("answer", None, False),
            ("thread", below, True), ("thread", elsewhere, False), ("post", elsewhere, True),
            ("post", None, True),
        ]:  # fmt: skip
            self.follow.activate(scope)
            mail.outbox.clear()
            with self.subTest(scope=scope, parent=parent):
                self.submit_known(parent=parent, body=f"{scope} {parent and parent.pk}")
                self.assertEqual(bool(mail.outbox), told)

    def test_pending_and_ended_wishes_send_nothing(self):
        for state in ("pending", "ended"):
            self.follow.state = state
            self.follow.save()
            self.submit_known(parent=self.comment, body=state)
        self.assertFalse(AnswerMail.objects.exists())

    @override_settings(AKISMET_API_KEY="k")
    def test_verdict_of_akismet_tells(self):
        from comments.verdicts import set_if_still_held

        SiteSettings(akismet_consent="notice").save()

        with mock.patch("comments.tasks.check_spam"):
            answer = self.submit("Carlo", parent=self.comment)
        self.assertEqual(mail.outbox, [])
        status, reason = Comment.Status.APPROVED, Comment.Reason.AKISMET_HAM
        self.do(set_if_still_held, answer.pk, status, reason)
        self.assertEqual(len(mail.outbox), 1)


class OwnAnswerTests(FollowerTestCase):
    def held(self):
        comment = self.submit("Dora")
        return comment, make_follow(comment)

    def test_writer_who_asked_hears_of_the_approval(self):
        comment, _follow = self.held()
        self.do(actions.approve, comment.pk, self.moderator)
        (message,) = mail.outbox
        self.assertEqual(message.to, ["dora@example.org"])
        self.assertEqual(AnswerMail.objects.get(author=comment.author).kind, "approved")
        self.assertIn(f"/c/{comment.pk}/", message.body)

    def test_writer_who_did_not_ask_hears_nothing(self):
        comment = self.submit("Dora")
        self.do(actions.approve, comment.pk, self.moderator)
        self.assertEqual(mail.outbox, [])

    def test_nothing_is_said_of_spam_or_removal(self):
        comment, _follow = self.held()
        self.do(actions.mark_spam, comment.pk, self.moderator)
        self.do(actions.remove, comment.pk, self.moderator)
        self.assertEqual(mail.outbox, [])


class MessageTests(FollowerTestCase):
    def test_quotes_plain_text_escaped_once_in_html(self):
        body = "<b>Sehr</b> gut & <script>x</script> so.\n\nUnd " + "lang " * 40
        self.submit_known("TALER & TALAR", parent=self.comment, body=body)
        (message,) = mail.outbox
        html = message.alternatives[0].content
        self.assertIn("TALER & TALAR", message.subject)
        self.assertIn("> Sehr gut & x so.\n>\n> Und lang", message.body)
        self.assertTrue(all(len(line) <= 78 for line in message.body.splitlines()
                            if "http" not in line))  # fmt: skip
        self.assertIn("Sehr gut &amp; x so.", html)
        self.assertNotIn("<script", html)
        self.assertNotIn("&amp;amp;", html)

    @override_settings(BASE_URL="https://example.org")
    def test_head_offers_one_click(self):
        self.submit_known(parent=self.comment)
        head = mail.outbox[0].extra_headers
        self.assertTrue(head["List-Unsubscribe"].startswith("<https://example.org/f/u/"))
        self.assertEqual(head["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual(head["Message-ID"], f"<answer.{AnswerMail.objects.get().pk}@example.org>")
        self.assertEqual(head["Auto-Submitted"], "auto-generated")

    def test_link_to_leave_works(self):
        self.submit_known(parent=self.comment)
        self.client.post(path_in(mail.outbox[0], "/f/u/"))
        self.follow.refresh_from_db()
        self.assertEqual(self.follow.state, "ended")

    def test_speaks_the_language_that_was_asked_in(self):
        self.follow.language = "en"
        self.follow.save()
        self.submit_known(parent=self.comment)
        self.assertEqual(mail.outbox[0].subject, "Carlo has answered: “Eine Glocke”")

    def test_line_break_in_a_name_sends_nothing(self):
        self.submit_known("Carlo\nBcc: x@example.org", parent=self.comment)
        row = AnswerMail.objects.get()
        self.assertEqual((mail.outbox, row.sent_at), ([], None))
        self.assertIn("ValueError", row.last_error)


class SendTests(FollowerTestCase):
    def test_failed_mail_stays_a_row_and_is_tried_again(self):
        with mock.patch(SEND, side_effect=OSError("gone")):
            self.submit_known(parent=self.comment)
        row = AnswerMail.objects.get()
        self.assertEqual((row.last_error, row.attempts, row.sent_at), ("OSError: gone", 1, None))
        with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
            self.send_due()
        self.assertEqual(len(mail.outbox), 1)

    def test_lost_knock_loses_no_mail(self):
        with mock.patch.object(mail, "outbox", []), self.captureOnCommitCallbacks():
            actions.submit_comment(
                Comment(
                    post=self.post,
                    parent=self.comment,
                    name="Ada",
                    body="Ja.",
                    author=self.writer,
                    is_verified=True,
                )  # fmt: skip
            )
        self.send_due()
        self.assertEqual(len(mail.outbox), 1)

    def test_who_left_meanwhile_gets_nothing(self):
        with mock.patch(SEND, side_effect=OSError("gone")):
            self.submit_known(parent=self.comment)
        follows.end_all(self.berta)
        AnswerMail.objects.get().again()
        self.send_due()
        self.assertEqual(mail.outbox, [])

    def test_editor_sees_what_failed_and_sends_it_now(self):
        with mock.patch(SEND, side_effect=OSError("gone")):
            self.submit_known(parent=self.comment)
        self.client.force_login(make_user("chef", is_staff=True, is_superuser=True))
        url = "/admin/comments/answermail/"
        self.assertContains(self.client.get(url), "OSError: gone")
        data = {"action": "try_now", "_selected_action": [AnswerMail.objects.get().pk]}
        self.do(self.client.post, url, data)
        self.assertEqual(len(mail.outbox), 1)
        for name in ("follow", "followmail", "digest"):
            self.assertEqual(self.client.get(f"/admin/comments/{name}/").status_code, 200)
