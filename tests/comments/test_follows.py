"""Asking to be told of answers: one neutral mail, one click, nothing by looking."""

from datetime import timedelta
from unittest import mock

import time_machine
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from blog.models import SiteSettings
from comments import tree
from comments.actions import approve, mark_spam
from comments.models import Comment, Follow, FollowMail
from comments.notices import follows, links, tasks
from tests.comments.notices import NoticeTestCase, make_follow, path_in
from tests.factories import NOON, make_author, make_comment, make_form_token, make_user


class AskTests(NoticeTestCase):
    def test_form_asks_and_a_mail_goes_to_the_typed_address(self):
        url = reverse("comments:comment_create", args=[self.post.slug])
        typed = {"name": "Berta", "email": "berta@example.org", "body": "Gut."}
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(url, typed | {"wants_mail": "on"} | make_form_token(self.post))
        self.assertEqual(mail.outbox[0].to, ["berta@example.org"])
        self.assertEqual(Follow.objects.get().comment, Comment.objects.get())

    def test_somebody_logged_in_without_an_address_is_not_asked(self):
        user = make_user()
        make_author("Ada ohne", user=user)
        self.client.force_login(user)
        url = reverse("comments:comment_create", args=[self.post.slug])
        self.assertNotIn("wants_mail", self.client.get(url).context["form"].fields)

    def test_one_neutral_mail_without_anything_that_was_typed(self):
        self.submit("Mallory", follow_in="de", body="Kauft http://spam.example", is_verified=False)
        (message,) = mail.outbox
        html = message.alternatives[0].content
        self.assertEqual(message.to, ["mallory@example.org"])
        for typed in ("Mallory", "spam.example", "Glocke"):
            self.assertNotIn(typed, message.subject + message.body + html)
        self.assertEqual(message.extra_headers["Auto-Submitted"], "auto-generated")
        self.assertEqual(message.extra_headers["List-Id"], "<answers.localhost>")
        self.assertIn(path_in(message, "/f/c/"), html)

    def test_nothing_is_asked_where_nobody_wants_it(self):
        self.submit()
        self.assertFalse(FollowMail.objects.exists())
        self.assertEqual(mail.outbox, [])

    def test_mail_speaks_the_language_of_the_page(self):
        self.submit(follow_in="en")
        self.assertIn("/en/f/c/", mail.outbox[0].body)

    def test_address_is_asked_once_a_day_however_often_it_is_typed(self):
        with time_machine.travel(NOON, tick=False) as clock:
            for text in ("Eins", "Zwei", "Drei"):
                self.submit(follow_in="de", body=text)
            self.assertEqual(len(mail.outbox), 1)
            clock.shift(timedelta(hours=23, minutes=59))
            self.send_due()
            self.assertEqual(len(mail.outbox), 1)
            clock.shift(timedelta(minutes=2))
            self.send_due()
            self.assertEqual(len(mail.outbox), 2)
        self.assertEqual(FollowMail.objects.count(), 2)

    def test_one_sender_cannot_have_mail_sent_to_many(self):
        with mock.patch.object(follows, "QUESTIONS_PER_WINDOW", 2):
            for name in ("Anna", "Beate", "Clara"):
                self.submit(name, follow_in="de", ip="192.0.2.1")
        self.assertEqual([message.to for message in mail.outbox],
                         [["anna@example.org"], ["beate@example.org"]])  # fmt: skip
        self.assertEqual(Comment.objects.count(), 3)

    @override_settings(AKISMET_API_KEY="k")
    def test_mail_waits_for_the_spam_check_and_is_not_sent_for_spam(self):
        SiteSettings(akismet_consent="notice").save()
        with mock.patch("comments.tasks.check_spam"):
            comment = self.submit(follow_in="de")
        self.send_due()
        self.assertEqual(mail.outbox, [])
        self.assertIn("spam check", FollowMail.objects.get().last_error)

        mark_spam(comment.pk, make_user())
        with time_machine.travel(comment.created_at + timedelta(hours=1), tick=False):
            self.send_due()
        self.assertEqual(mail.outbox, [])
        self.assertIsNotNone(FollowMail.objects.get().done_at)

    def test_proved_person_follows_at_once(self):
        author = make_author("Carlo", email="carlo@example.org", email_verified_at=NOON)
        self.submit("Carlo", author=author, is_verified=True, follow_in="de")
        self.assertEqual(Follow.objects.get().state, "active")
        self.assertEqual(mail.outbox, [])

    def test_typing_the_address_of_a_proved_person_proves_nothing(self):
        make_author("Carlo", email="carlo@example.org", email_verified_at=NOON)
        self.submit("Carlo", follow_in="de")
        self.assertEqual(Follow.objects.get().state, "pending")

    def test_failed_mail_stays_a_row_and_is_tried_again(self):
        send = "django.core.mail.backends.locmem.EmailBackend.send_messages"
        with mock.patch(send, side_effect=OSError("gone")):
            self.submit(follow_in="de")
        self.assertEqual(FollowMail.objects.get().last_error, "OSError: gone")
        FollowMail.objects.get().again()
        self.send_due()
        self.assertEqual(len(mail.outbox), 1)

    def test_unconfirmed_wish_sends_nothing_and_is_forgotten_after_seven_days(self):
        comment = self.submit(follow_in="de")
        approve(comment.pk, make_user())
        mail.outbox.clear()
        self.submit_known(parent=comment)
        self.assertEqual(mail.outbox, [])
        with time_machine.travel(comment.created_at + timedelta(days=6), tick=False):
            tasks.forget_mails.call()
            self.assertTrue(Follow.objects.exists())
        with time_machine.travel(comment.created_at + timedelta(days=8), tick=False):
            tasks.forget_mails.call()
        self.assertFalse(Follow.objects.exists())


class ConfirmTests(NoticeTestCase):
    def setUp(self):
        self.comment = self.submit(follow_in="de", body="Mein <b>Wort</b>")
        self.follow = Follow.objects.get()
        self.url = path_in(mail.outbox[0], "/f/c/")
        self.choice = {f"follow_{self.follow.pk}": "thread"}

    def confirm(self, **data):
        return self.do(self.client.post, self.url, data or self.choice)

    def test_looking_changes_nothing(self):
        for request in (self.client.get, self.client.head):
            response = request(self.url)
            self.assertEqual(response.status_code, 200)
            self.assertIn("no-store", response.headers["Cache-Control"])
        self.follow.refresh_from_db()
        self.comment.refresh_from_db()
        self.assertEqual((self.follow.state, self.comment.is_verified), ("pending", False))

    def test_page_shows_what_was_written_with_the_address(self):
        self.assertContains(self.client.get(self.url), self.comment.body_html)

    def test_click_confirms_all_that_was_asked_for(self):
        second = self.submit(follow_in="de", body="Noch eins")
        self.choice[f"follow_{second.follows.get().pk}"] = "post"
        self.confirm()
        self.assertEqual(
            sorted(Follow.objects.values_list("state", "scope")),
            [("active", "post"), ("active", "thread")],
        )
        self.assertFalse(Comment.objects.filter(is_verified=False).exists())
        self.comment.author.refresh_from_db()
        self.assertTrue(self.comment.author.is_verified)

    def test_link_works_once(self):
        self.confirm()
        self.submit(follow_in="de", body="Später")
        response = self.confirm(**{f"follow_{Follow.objects.latest('pk').pk}": "post"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(Follow.objects.filter(state="active").count(), 1)

    def test_what_came_after_the_page_was_opened_is_not_confirmed_by_it(self):
        later = self.submit("Berta", follow_in="de", body="Von wem auch immer")
        self.confirm()
        later.refresh_from_db()
        self.assertEqual((later.is_verified, later.follows.get().state), (False, "pending"))

    def test_click_that_names_nothing_confirms_nothing_and_leaves_the_link_good(self):
        self.assertEqual(self.confirm(other="x").status_code, 200)
        self.assertFalse(Follow.objects.filter(state="active").exists())
        self.confirm()
        self.assertTrue(Follow.objects.filter(state="active").exists())

    def test_answer_of_somebody_else_is_not_made_theirs(self):
        self.confirm(**{f"follow_{self.follow.pk}": "not_mine"})
        self.comment.refresh_from_db()
        self.comment.author.refresh_from_db()
        self.assertFalse(self.comment.is_verified or self.comment.author.is_verified)
        self.assertFalse(Follow.objects.exists())

    def test_first_proved_answer_still_waits_for_a_moderator(self):
        self.confirm()
        self.comment.refresh_from_db()
        self.assertEqual((self.comment.status, self.comment.is_verified), ("pending", True))

    def test_answer_of_somebody_known_appears_by_the_click(self):
        make_comment(self.post, author=self.comment.author, is_verified=True)
        self.confirm()
        self.comment.refresh_from_db()
        self.assertEqual((self.comment.status, self.comment.status_reason), ("approved", "known"))
        self.assertEqual(list(tree.check()), [])

    def test_what_a_moderator_decided_stays(self):
        make_comment(self.post, author=self.comment.author, is_verified=True)
        mark_spam(self.comment.pk, make_user())
        self.confirm()
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, "spam")

    def test_link_dies_with_the_address_and_with_time(self):
        with time_machine.travel(self.comment.created_at + timedelta(days=8), tick=False):
            self.assertEqual(self.client.get(self.url).status_code, 410)
        self.comment.author.email = "neu@example.org"
        self.comment.author.save()
        self.assertEqual(self.confirm().status_code, 410)
        self.assertEqual(self.client.get(self.url[:-3] + "/").status_code, 404)

    def test_choice_that_is_none_is_refused(self):
        response = self.confirm(**{f"follow_{self.follow.pk}": "everything"})
        self.assertEqual(response.status_code, 422)

    def test_token_of_the_form_is_asked_for(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(client.post(self.url, self.choice).status_code, 403)


class EndTests(NoticeTestCase):
    def setUp(self):
        author = make_author("Berta", email="berta@example.org")
        self.comment = make_comment(self.post, author=author)
        self.follow = make_follow(self.comment)
        self.other = make_follow(make_comment(self.post, author=author), author)
        self.url = reverse("comments_machine:follow_end", args=[links.end_token(self.follow)])
        self.client = Client(enforce_csrf_checks=True)

    def states(self):
        return [Follow.objects.get(pk=row.pk).state for row in (self.follow, self.other)]

    def test_looking_changes_nothing(self):
        self.assertTrue(self.url.startswith("/f/u/"))
        response = self.client.get(self.url)
        self.assertEqual((response.status_code, response.cookies), (200, {}))
        self.assertEqual(self.states(), ["active", "active"])

    def test_one_click_ends_this_one_without_cookie_or_redirect(self):
        for _time in range(2):
            response = self.client.post(self.url, {"List-Unsubscribe": "One-Click"})
            self.assertEqual((response.status_code, response.cookies), (200, {}))
        self.assertEqual(self.states(), ["ended", "active"])

    def test_one_click_for_what_is_gone_is_answered_alike(self):
        self.follow.delete()
        response = self.client.post(self.url, {"List-Unsubscribe": "One-Click"})
        self.assertEqual(response.status_code, 200)

    def test_token_of_one_wish_cannot_touch_another(self):
        Follow.objects.filter(pk=self.follow.pk).update(nonce="anders")
        self.assertEqual(self.client.post(self.url).status_code, 410)
        confirm = links.confirm_url(FollowMail.objects.create(author=self.comment.author))
        foreign = confirm.rstrip("/").rpartition("/")[2]
        self.assertEqual(self.client.post(f"/f/u/{foreign}/").status_code, 404)
        self.assertEqual(self.states(), ["active", "active"])

    def test_all_mails_of_this_site_end_and_come_back(self):
        client = Client()
        response = client.post(self.url, {"what": "all"})
        self.assertEqual(self.states(), ["ended", "ended"])
        self.comment.author.refresh_from_db()
        self.assertEqual(self.comment.author.answer_mail, "never")

        undo = reverse("comments_machine:follow_resume", args=[response.context["undo"]])
        self.assertContains(response, undo)
        self.assertEqual(client.get(undo).status_code, 405)
        self.assertEqual(client.post(undo).status_code, 200)
        self.comment.author.refresh_from_db()
        self.assertEqual((self.states(), self.comment.author.answer_mail),
                         (["active", "active"], "each"))  # fmt: skip

    def test_undo_of_one_brings_back_one(self):
        follows.end(self.other)
        response = Client().post(self.url, {"what": "this"})
        Client().post(f"/f/r/{response.context['undo']}/")
        self.assertEqual(self.states(), ["active", "ended"])

    def test_undo_dies_after_a_day(self):
        with time_machine.travel(NOON, tick=False) as clock:
            response = Client().post(self.url, {"what": "this"})
            clock.shift(timedelta(days=2))
            undo = f"/f/r/{response.context['undo']}/"
            self.assertEqual(Client().post(undo).status_code, 410)
        self.assertEqual(self.states(), ["ended", "active"])
