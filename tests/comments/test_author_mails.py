"""Mails to the authors of a post, and deciding by the link in them."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from blog.models import Author, PostAuthor
from comments import actions
from comments.models import AnswerMail, Comment, Decision, Digest, SpamFeedback
from comments.models.decision import Act
from tests.comments.akismet_stand_in import AkismetTestCase
from tests.comments.notices import NoticeTestCase, make_follow, path_in
from tests.factories import make_author, make_user

MORNING = datetime(2026, 5, 5, 5, 0, tzinfo=UTC)  # seven o'clock in Berlin


class AuthorTestCase(NoticeTestCase):
    def setUp(self):
        self.user = make_user("ada")
        Author.objects.filter(pk=self.writer.pk).update(email="ada@example.org", user=self.user)
        self.writer.refresh_from_db()

    def choose(self, choice):
        Author.objects.filter(pk=self.writer.pk).update(answer_mail=choice)


class EachTests(AuthorTestCase):
    def test_waiting_answer_comes_with_a_link_to_decide(self):
        self.submit(body="Ist das so?")
        (message,) = mail.outbox
        self.assertEqual(message.to, ["ada@example.org"])
        self.assertIn("> Ist das so?", message.body)
        self.assertIn("/f/m/", message.body)
        self.assertIn("List-Unsubscribe", message.extra_headers)

    def test_visible_answer_comes_with_its_address(self):
        known = make_author("Chef", user=make_user("chef", is_staff=True))
        answer = self.submit(author=known, is_verified=True)
        self.assertIn(f"/c/{answer.pk}/", mail.outbox[0].body)
        self.assertNotIn("/f/m/", mail.outbox[0].body)

    def test_one_mail_for_each_answer_also_after_approval(self):
        answer = self.submit()
        self.do(actions.approve, answer.pk, make_user())
        self.assertEqual(len(mail.outbox), 1)

    def test_own_answers_are_not_told_but_those_under_a_stolen_address_are(self):
        self.submit("Ada", author=self.writer, is_verified=True)
        self.assertEqual(mail.outbox, [])
        self.submit("Mallory", email="ada@example.org")
        self.assertEqual(len(mail.outbox), 1)

    def test_spam_is_not_told_until_somebody_finds_the_mistake(self):
        answer = self.submit(body="http://a.example http://b.example " * 30)
        mail.outbox.clear()
        AnswerMail.objects.all().delete()
        self.do(actions.mark_spam, answer.pk, make_user())
        self.assertEqual(mail.outbox, [])
        self.do(actions.approve, answer.pk, make_user("andere"))
        self.assertEqual(len(mail.outbox), 1)

    def test_who_approved_it_is_not_told_of_it(self):
        answer = self.submit()
        AnswerMail.objects.all().delete()
        mail.outbox.clear()
        self.do(actions.approve, answer.pk, self.user)
        self.assertEqual(mail.outbox, [])

    def test_account_lends_its_address(self):
        Author.objects.filter(pk=self.writer.pk).update(email=None)
        self.user.email = "konto@example.org"
        self.user.save()
        self.submit()
        self.assertEqual(mail.outbox[0].to, ["konto@example.org"])

    def test_author_who_follows_gets_one_mail(self):
        first = self.submit()
        make_follow(first, self.writer, scope="post")
        mail.outbox.clear()
        self.submit("Carlo", author=make_author("Chef", user=make_user("c", is_staff=True)),
                    is_verified=True)  # fmt: skip
        self.assertEqual(len(mail.outbox), 1)

    def test_never(self):
        self.choose("never")
        self.submit()
        self.assertFalse(AnswerMail.objects.exists())

    def test_mail_can_be_left_made_rarer_and_had_back(self):
        self.submit()
        url = path_in(mail.outbox[0], "/f/u/")
        for what, choice in [("daily", "daily"), ("this", "never")]:
            response = Client().post(url, {"what": what})
            self.writer.refresh_from_db()
            self.assertEqual(self.writer.answer_mail, choice)
        Client().post(f"/f/r/{response.context['undo']}/")
        self.writer.refresh_from_db()
        self.assertEqual(self.writer.answer_mail, "daily")


class WithAkismetTests(AkismetTestCase, AuthorTestCase):
    def test_author_hears_of_ham_and_not_of_spam(self):
        self.akismet.will_answer("true")
        self.submit()
        self.assertEqual(mail.outbox, [])
        self.akismet.will_answer("false")
        self.submit("Carlo", body="Etwas anderes.")
        self.assertEqual(len(mail.outbox), 1)


@time_machine.travel(MORNING - timedelta(hours=12), tick=False)
class DigestTests(AuthorTestCase):
    def setUp(self):
        super().setUp()
        self.choose("daily")

    def test_answers_of_a_day_come_in_one_mail_in_the_morning(self):
        for name in ("Berta", "Carlo"):
            self.submit(name, body=f"Ich bin {name}.")
        self.assertEqual(mail.outbox, [])
        self.assertEqual(Digest.objects.get().due_at, MORNING)
        with time_machine.travel(MORNING, tick=False):
            self.send_due()
            self.send_due()
        (message,) = mail.outbox
        self.assertTrue(message.subject.startswith("2 "))
        self.assertIn("> Ich bin Berta.", message.body)
        self.assertIn("> Ich bin Carlo.", message.body)
        self.assertEqual(message.body.count("/f/m/"), 2)
        self.assertFalse(AnswerMail.objects.filter(sent_at=None).exists())

    def test_what_became_spam_meanwhile_is_left_out(self):
        answer = self.submit()
        actions.mark_spam(answer.pk, make_user())
        with time_machine.travel(MORNING, tick=False):
            self.send_due()
        self.assertEqual(mail.outbox, [])
        self.assertIsNotNone(Digest.objects.get().done_at)

    def test_each_day_has_its_mail(self):
        self.submit()
        with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
            self.send_due()
            self.submit("Carlo", body="Später.")
        self.assertEqual(Digest.objects.count(), 2)
        self.assertEqual(len(mail.outbox), 1)


class DecideTests(AuthorTestCase):
    def setUp(self):
        super().setUp()
        self.comment = self.submit(body="Ist <b>das</b> so?")
        self.url = path_in(mail.outbox[0], "/f/m/")
        self.client = Client()

    def decide(self, decision="approve", seen="pending", client=None):
        data = {"decision": decision, "seen": seen}
        response = self.do((client or self.client).post, self.url, data)
        self.comment.refresh_from_db()
        return response

    def test_looking_changes_nothing(self):
        response = self.client.get(self.url)
        self.assertContains(response, self.comment.body_html)
        self.client.head(self.url)
        self.assertEqual(Comment.objects.get().status, "pending")

    def test_each_button_acts_as_the_author(self):
        for decision, status in [("approve", "approved"), ("spam", "spam"), ("remove", "removed")]:
            Comment.objects.update(status="pending", decided_by=None)
            AnswerMail.objects.update(acted_at=None)
            with self.subTest(decision):
                self.assertEqual(self.decide(decision).status_code, 200)
                self.assertEqual((self.comment.status, self.comment.decided_by),
                                 (status, self.user))  # fmt: skip

    def test_link_works_once(self):
        self.decide()
        self.assertEqual(self.client.get(self.url).status_code, 410)
        self.assertEqual(self.decide("spam", seen="approved").status_code, 410)
        self.assertEqual(self.comment.status, "approved")

    def test_link_dies_after_seven_days_and_with_the_address(self):
        with time_machine.travel(self.comment.created_at + timedelta(days=8), tick=False):
            self.assertEqual(self.decide().status_code, 410)
        Author.objects.filter(pk=self.writer.pk).update(email="neu@example.org")
        self.assertEqual(self.decide().status_code, 410)
        self.assertEqual(self.comment.status, "pending")

    def test_link_dies_with_the_right(self):
        PostAuthor.objects.all().delete()
        self.assertEqual(self.decide().status_code, 410)
        self.user.user_permissions.add(Permission.objects.get(codename="change_comment"))
        self.assertEqual(self.client.get(self.url).status_code, 200)
        self.user.is_active = False
        self.user.save()
        self.assertEqual(self.decide().status_code, 410)
        self.assertEqual(self.comment.status, "pending")

    def test_somebody_quicker_is_named_and_not_overruled(self):
        actions.mark_spam(self.comment.pk, make_user())
        self.assertContains(self.client.get(f"/en{self.url}"), "Somebody was quicker")
        self.assertEqual(self.decide().status_code, 409)
        self.assertEqual(self.comment.status, "spam")
        self.assertIsNone(AnswerMail.objects.get().acted_at)

    def test_forged_link_unknown_decision_and_foreign_form_are_refused(self):
        self.assertEqual(self.client.get("/f/m/x/").status_code, 404)
        self.assertEqual(self.decide("publish").status_code, 400)
        self.assertEqual(self.decide(client=Client(enforce_csrf_checks=True)).status_code, 403)
        self.assertEqual(self.comment.status, "pending")

    def test_author_without_an_account_may_decide(self):
        Author.objects.filter(pk=self.writer.pk).update(user=None)
        self.decide()
        self.assertEqual((self.comment.status, self.comment.decided_by), ("approved", None))


class DecideWithAkismetTests(AkismetTestCase, AuthorTestCase):
    def test_author_without_an_account_is_named_as_author_to_akismet(self):
        Author.objects.filter(pk=self.writer.pk).update(user=None)
        self.akismet.will_answer("true")
        answer = self.submit()
        with self.captureOnCommitCallbacks():
            actions.moderate(answer.pk, Comment.Status.APPROVED, Act(Decision.By.MAILED_LINK))
        self.assertEqual(SpamFeedback.objects.get().reporter, "author")


class LanguageTests(AuthorTestCase):
    def test_author_is_written_to_in_their_language(self):
        Author.objects.filter(pk=self.writer.pk).update(language="en")
        self.submit()
        self.assertIn("/en/f/m/", mail.outbox[0].body)
        self.assertContains(self.client.get(path_in(mail.outbox[0], "/en/f/m/")), "Approve")
