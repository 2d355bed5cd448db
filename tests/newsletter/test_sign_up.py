"""What happens when somebody types an address, whoever it belongs to, however often."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.test import TestCase
from django.urls import reverse

from blog.models import Author
from newsletter.models import ConfirmationMail, ConsentEvent, Subscription
from newsletter.models.consent import version_of
from newsletter.tasks import send_confirmation_mails
from newsletter.wording import as_shown, signup_wording
from tests.factories import NOON, make_author, make_newsletter, make_subscription

HTMX = {"HX-Request": "true"}


class SignUpTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()
        cls.url = cls.newsletter.get_absolute_url()
        cls.done = reverse("newsletter:signup_done", args=[cls.newsletter.slug])

    def sign_up(self, email="leser@example.org", url=None, **data):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(
                url or self.url, {"email": email} | data, REMOTE_ADDR="192.0.2.77"
            )

    def test_new_address_becomes_a_pending_subscription_and_a_mail(self):
        response = self.sign_up(name="Berta Leserin")
        self.assertRedirects(response, self.done)
        subscription = Subscription.objects.get()
        self.assertEqual(subscription.state, Subscription.State.PENDING)
        self.assertEqual(subscription.author.name, "Berta Leserin")
        self.assertIsNone(subscription.author.email_verified_at)
        self.assertEqual([message.to for message in mail.outbox], [["leser@example.org"]])

    def test_htmx_gets_the_answer_in_place(self):
        with self.captureOnCommitCallbacks(execute=True):
            response = self.client.post(self.url, {"email": "leser@example.org"}, headers=HTMX)
        self.assertContains(response, "newsletter-signup")
        self.assertNotContains(response, "<html")
        self.assertEqual(len(mail.outbox), 1)

    def test_request_is_recorded_as_it_was_shown(self):
        self.sign_up(url=f"/en{self.url}")
        event = ConsentEvent.objects.get(kind=ConsentEvent.Kind.REQUESTED)
        self.assertIn("TALER & TALAR <x>", event.wording)
        self.assertIn("Gedanken über Geld & Kleider.", event.wording)
        self.assertIn("I would like to receive", event.wording)
        self.assertEqual(event.wording_version, version_of(event.wording))
        self.assertEqual(event.language, "en")
        self.assertEqual(event.page_url, f"http://localhost:8000/en{self.url}")
        self.assertEqual(event.ip, "192.0.2.0")
        self.assertEqual(event.way, ConsentEvent.Way.PAGE)

    def test_nobody_is_named_after_their_address(self):
        self.sign_up("berta.leserin@example.org")
        author = Author.objects.get()
        self.assertNotIn("berta", author.name.lower() + author.slug)

    def test_typing_an_address_changes_nothing_in_the_row_of_a_person(self):
        author = make_author(email="leser@example.org", language="de")
        self.sign_up(" Leser@Example.ORG ", url=f"/en{self.url}", name="Mallory")
        author.refresh_from_db()
        self.assertEqual((author.name, author.language), ("Ada Beispiel", "de"))
        self.assertIsNone(author.email_verified_at)
        self.assertEqual(Subscription.objects.get().author, author)

    def test_answer_is_the_same_for_every_address(self):
        make_author(email="known@example.org")
        pending = make_author("P", email="pending@example.org")
        make_subscription(self.newsletter, author=pending, state="pending", confirmed_at=None)
        make_subscription(self.newsletter, author=make_author("A", email="active@example.org"))
        ended = make_author("E", email="ended@example.org")
        make_subscription(self.newsletter, author=ended, state="ended", ended_at=NOON)

        answers = set()
        for who in ["new", "known", "pending", "active", "ended"]:
            response = self.sign_up(f"{who}@example.org")
            page = self.client.get(response.url)
            answers.add((response.status_code, response.url, page.content))
            partial = self.client.post(self.url, {"email": f"{who}@example.org"}, headers=HTMX)
            answers.add((partial.status_code, partial.content))
        self.assertEqual(len(answers), 2)

    def test_active_subscriber_is_told_so_and_stays(self):
        author = make_author(email="leser@example.org")
        subscription = make_subscription(self.newsletter, author=author)
        nonce = subscription.nonce
        self.sign_up()
        subscription.refresh_from_db()
        self.assertEqual((subscription.state, subscription.nonce), ("active", nonce))
        self.assertNotIn("/n/c/", mail.outbox[0].body)
        self.assertIn("/n/u/", mail.outbox[0].body)

    def test_form_of_other_words_than_shown_is_asked_again(self):
        shown = version_of(as_shown(self.newsletter, signup_wording(self.newsletter)))
        self.newsletter.rhythm = "täglich"
        self.newsletter.save()
        response = self.sign_up(wording_version=shown)
        self.assertEqual(response.status_code, 422)
        self.assertEqual(Subscription.objects.count(), 0)

        again = response.context["form"]["wording_version"].value()
        self.assertRedirects(self.sign_up(wording_version=again), self.done)


class RateLimitTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()
        cls.url = cls.newsletter.get_absolute_url()

    def sign_up(self, email="leser@example.org", url=None, **extra):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(url or self.url, {"email": email}, **extra)

    def test_network_over_its_limit_gets_429_and_nothing_is_done(self):
        with time_machine.travel(NOON, tick=False):
            for number in range(20):
                self.assertEqual(self.sign_up(f"a{number}@example.org").status_code, 302)
            response = self.sign_up("b@example.org")
        self.assertEqual(response.status_code, 429)
        self.assertEqual(response.headers["Retry-After"], "3600")
        self.assertEqual(len(mail.outbox), 20)
        self.assertFalse(Author.objects.filter(email="b@example.org").exists())

    def test_other_networks_and_later_hours_are_free(self):
        with time_machine.travel(NOON, tick=False) as clock:
            for _ in range(21):
                self.sign_up()
            other = self.sign_up(REMOTE_ADDR="198.51.100.7")
            self.assertEqual(other.status_code, 302)
            clock.shift(timedelta(hours=1))
            self.assertEqual(self.sign_up().status_code, 302)

    def test_over_the_limit_htmx_keeps_the_form_with_what_was_typed(self):
        for _ in range(20):
            self.sign_up()
        response = self.sign_up("b@example.org", headers=HTMX)
        self.assertEqual(response.status_code, 429)
        self.assertContains(response, 'value="b@example.org"', status_code=429)
        self.assertNotContains(response, "<html", status_code=429)

    def test_address_gets_one_mail_a_day(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.sign_up()
            nonce = Subscription.objects.get().nonce
            clock.shift(timedelta(hours=23))
            self.sign_up(REMOTE_ADDR="198.51.100.7")
            self.assertEqual(len(mail.outbox), 1)
            self.assertEqual(Subscription.objects.get().nonce, nonce)
            clock.shift(timedelta(hours=2))
            self.sign_up()
        self.assertEqual(len(mail.outbox), 2)

    def test_second_newsletter_of_a_day_waits_for_its_turn(self):
        other = make_newsletter("Zweiter")
        with time_machine.travel(NOON, tick=False) as clock:
            self.sign_up()
            self.sign_up(url=other.get_absolute_url())
            self.assertEqual(len(mail.outbox), 1)
            clock.shift(timedelta(days=1))
            send_confirmation_mails.call()
        self.assertIn("Zweiter", mail.outbox[1].subject)

    def test_active_subscriber_is_told_once_a_day(self):
        author = make_author(email="leser@example.org")
        make_subscription(self.newsletter, author=author)
        self.sign_up()
        self.sign_up()
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(ConfirmationMail.objects.count(), 1)
