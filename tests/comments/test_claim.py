"""The right to an own answer by a mailed link: for its address alone, and by a button alone."""

from datetime import timedelta
from unittest import mock

import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import claim_views, claims, own, tree
from comments.actions import approve
from comments.models import ClaimMail, Comment
from comments.notices import links, tasks
from tests.comments.notices import NoticeTestCase, make_follow, path_in
from tests.factories import make_comment, make_form_token, make_user


class ClaimTestCase(NoticeTestCase):
    def setUp(self):
        self.comment = make_comment(
            self.post, name="Berta", email="Berta@example.org", created_at=timezone.now()
        )

    def claim(self, email="berta@example.org", comment=None, client=None, **typed):
        url = reverse("comments:comment_claim", args=[(comment or self.comment).pk])
        typed = {"email": email} | make_form_token(self.post) | typed
        with self.captureOnCommitCallbacks(execute=True):
            return (client or self.client).post(url, typed)

    def path(self, comment=None):
        return links.own_url(comment or self.comment).removeprefix("http://localhost:8000")


class CommentClaimTests(ClaimTestCase):
    def test_one_neutral_mail_to_the_address_of_the_answer(self):
        self.claim()
        (message,) = mail.outbox
        self.assertEqual(message.to, ["Berta@example.org"])
        html = message.alternatives[0].content
        for words in ("Gut gesagt", "Berta<", "Glocke"):
            self.assertNotIn(words, message.subject + message.body + html)
        self.assertIn(path_in(message, "/f/o/"), html)

    def test_the_page_says_the_same_to_a_wrong_address_and_nothing_is_sent(self):
        right = self.claim().content
        wrong = self.claim("erika@example.org").content
        self.assertEqual(right, wrong)
        self.assertEqual(len(mail.outbox), 1)

    def test_an_answer_without_an_address_is_nobodys(self):
        comment = make_comment(self.post)
        self.claim("", comment)
        claims.ask(comment, "", "de")
        self.assertFalse(ClaimMail.objects.exists())

    def test_few_mails_a_day_whoever_asks_from_wherever(self):
        for number in range(claims.MAILS_PER_WINDOW + 2):
            self.claim(client=Client(REMOTE_ADDR=f"192.0.2.{number}"))
        self.assertEqual(len(mail.outbox), claims.MAILS_PER_WINDOW)

    def test_one_is_on_its_way_at_a_time(self):
        for _number in range(2):
            claims.ask(self.comment, "berta@example.org", "de")
        self.assertEqual(ClaimMail.objects.count(), 1)

    def test_guesses_from_one_network_are_limited(self):
        with mock.patch.object(claim_views, "CLAIMS_PER_WINDOW", 0):
            response = self.claim()
        self.assertContains(response, "berta@example.org", status_code=429)
        self.assertEqual(mail.outbox, [])

    def test_the_page_to_report_an_answer_leads_its_writer_here(self):
        url = reverse("comments:comment_claim", args=[self.comment.pk])
        page = self.client.get(reverse("comments:comment_report", args=[self.comment.pk]))
        self.assertContains(page, url)

    def test_mistakes_keep_what_was_typed(self):
        self.assertContains(self.claim("keine"), "keine", status_code=422)
        response = self.claim(form_token="")
        self.assertContains(response, "berta@example.org", status_code=422)

    def test_what_visitors_cannot_read_is_not_shown_here_either(self):
        hidden = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertEqual(self.claim(comment=hidden).status_code, 404)

    def test_an_answer_deleted_meanwhile_is_mailed_to_nobody(self):
        make_comment(self.post, parent=self.comment)
        claims.ask(self.comment, "berta@example.org", "de")
        tree.delete(self.comment.pk)
        tasks.send_claim_mails.call()
        self.assertEqual(mail.outbox, [])

    def test_the_mail_speaks_the_language_of_the_page(self):
        claims.ask(self.comment, "berta@example.org", "en")
        tasks.send_claim_mails.call()
        self.assertEqual(mail.outbox[0].subject, "The link to your answer")


class CommentOwnTests(ClaimTestCase):
    def test_looking_changes_nothing(self):
        response = self.client.get(self.path())
        self.assertContains(response, "Gut gesagt.")
        self.assertNotIn(own.COOKIE, self.client.cookies)
        self.assertContains(response, "noindex")

    def test_a_button_hands_the_right_to_this_browser(self):
        response = self.client.post(self.path(), {"way": "change"})
        self.assertRedirects(response, reverse("comments:comment_update", args=[self.comment.pk]))
        self.client.post(response.url, {"body": "Besser gesagt."})
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.body, "Besser gesagt.")

    def test_or_leads_to_deleting_it(self):
        response = self.client.post(self.path(), {"way": "delete"})
        self.client.post(response.url)
        self.assertFalse(Comment.objects.filter(pk=self.comment.pk).exists())

    def test_the_same_rules_hold_as_for_the_browser_that_wrote_it(self):
        old = make_comment(self.post, email="berta@example.org")
        response = self.client.post(self.path(old), {"way": "change"}, follow=True)
        self.assertFalse(response.context["is_open"])

    def test_it_is_the_right_to_no_other_answer(self):
        other = make_comment(self.post, name="Berta", email="berta@example.org")
        self.client.post(self.path(), {"way": "change"})
        response = self.client.get(reverse("comments:comment_update", args=[other.pk]))
        self.assertEqual(response.status_code, 404)

    def test_the_link_dies_with_the_address_the_answer_and_time(self):
        path = self.path()
        with time_machine.travel(timezone.now() + own.KEPT + timedelta(minutes=1)):
            self.assertEqual(self.client.get(path).status_code, 410)
        Comment.objects.filter(pk=self.comment.pk).update(email="andere@example.org")
        self.assertEqual(self.client.get(path).status_code, 410)
        Comment.objects.filter(pk=self.comment.pk).update(email="berta@example.org")
        self.assertEqual(self.client.get(path).status_code, 200)
        Comment.objects.filter(pk=self.comment.pk).update(status=Comment.Status.REMOVED)
        self.assertEqual(self.client.post(path, {"way": "delete"}).status_code, 410)

    def test_a_forged_link_is_not_found(self):
        self.assertEqual(self.client.get("/f/o/forged/").status_code, 404)
        confirming = self.path().replace("/f/o/", "/f/c/")
        self.assertEqual(self.client.get(confirming).status_code, 404)

    def test_another_way_is_a_bad_request_and_no_right(self):
        self.assertEqual(self.client.post(self.path(), {"way": "x"}).status_code, 400)
        self.assertNotIn(own.COOKIE, self.client.cookies)

    def test_the_button_needs_the_token_of_its_page(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(strict.post(self.path(), {"way": "change"}).status_code, 403)


class OtherMailsTests(ClaimTestCase):
    def approve_followed(self, **author_fields):
        comment = self.submit(follow_in="")
        follow = make_follow(comment)
        for name, value in author_fields.items():
            setattr(follow.author, name, value)
        follow.author.save()
        mail.outbox.clear()
        with self.captureOnCommitCallbacks(execute=True):
            approve(comment.pk, make_user(is_staff=True))
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            self.send_due()
        return comment, mail.outbox

    def test_the_mail_that_an_answer_appeared_brings_the_link(self):
        comment, (message,) = self.approve_followed()
        self.assertEqual(links.read_own(path_in(message, "/f/o/").split("/")[3]), comment)

    def test_not_if_the_person_has_another_address_by_now(self):
        _comment, (message,) = self.approve_followed(email="neu@example.org")
        self.assertNotIn("/f/o/", message.body)

    def test_the_page_that_confirms_an_address_shows_the_link(self):
        comment = self.submit(follow_in="de")
        (message,) = mail.outbox
        path = path_in(message, "/f/c/")
        self.assertNotContains(self.client.get(path), "/f/o/")
        name = f"follow_{comment.follows.get().pk}"
        self.assertContains(self.client.post(path, {name: "answer"}), "/f/o/")


class ClaimAdminTests(ClaimTestCase):
    def test_links_on_their_way_are_listed(self):
        claims.ask(self.comment, "berta@example.org", "de")
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        self.assertContains(self.client.get("/admin/comments/claimmail/"), "Berta")
