from datetime import timedelta

import time_machine
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse

from blog.models import Author
from newsletter.models import ConfirmationMail, ConsentEvent, Subscription
from newsletter.models.consent import version_of
from newsletter.tasks import send_confirmation_mails
from newsletter.wording import as_shown, signup_wording
from tests.factories import NOON, make_author, make_newsletter, make_subscription

HTMX = {"HX-Request": "true"}


class NewsletterDetailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()
        cls.url = cls.newsletter.get_absolute_url()

    def test_page_shows_the_newsletters_own_words_escaped_once(self):
        response = self.client.get(self.url)
        self.assertContains(response, "TALER &amp; TALAR &lt;x&gt;</h2>")
        self.assertContains(response, "<p>Gedanken über Geld &amp; Kleider.</p>")
        self.assertNotContains(response, "&amp;amp;")

    def test_form_says_who_sends_what_how_often_and_links_to_privacy(self):
        response = self.client.get(f"/en{self.url}")
        self.assertContains(response, "from Resonanz by e-mail")
        self.assertContains(response, "How often: alle zwei Wochen.")
        self.assertContains(response, "is not measured")
        self.assertContains(response, 'href="/en/privacy/"')

    def test_page_needs_one_query(self):
        with self.assertNumQueries(1):
            self.client.get(self.url)

    def test_page_sets_the_csrf_cookie_alone_and_is_not_cached(self):
        response = self.client.get(self.url)
        self.assertEqual(list(response.cookies), ["csrf"])
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_htmx_gets_the_form_alone(self):
        response = self.client.get(self.url, headers=HTMX)
        self.assertTemplateUsed("newsletter/newsletter_detail.html#signup")
        self.assertContains(response, f'hx-post="{self.url}"')
        self.assertContains(response, "csrfmiddlewaretoken")
        self.assertNotContains(response, "<html")
        self.assertIn("HX-Request", response.headers["Vary"])

    def test_fetched_form_takes_the_focus_to_what_is_to_be_typed(self):
        self.assertNotContains(self.client.get(self.url), "autofocus")
        fetched = self.client.get(self.url, headers=HTMX)
        self.assertRegex(fetched.text, r'<input type="email"[^>]* autofocus')
        data = {"email": "leser@example.org", "name": "x" * 121}
        wrong = self.client.post(self.url, data, headers=HTMX)
        self.assertRegex(wrong.text, r'<input type="text" name="name"[^>]* autofocus')

    def test_newsletter_that_is_not_public_is_not_found(self):
        self.newsletter.is_public = False
        self.newsletter.save()
        self.assertEqual(self.client.get(self.url).status_code, 404)
        response = self.client.post(self.url, {"email": "leser@example.org"})
        self.assertEqual(response.status_code, 404)

    def test_other_methods_are_refused(self):
        self.assertEqual(self.client.put(self.url).status_code, 405)

    def test_post_without_csrf_token_is_refused(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post(self.url, {"email": "leser@example.org"})
        self.assertEqual(response.status_code, 403)
        self.assertEqual(Subscription.objects.count(), 0)


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


class BadInputTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.url = make_newsletter().get_absolute_url()

    def assertRefused(self, field, **data):
        data = {"email": "leser@example.org", "name": "Berta Leserin"} | data
        response = self.client.post(self.url, data)
        self.assertEqual(response.status_code, 422)
        form = response.context["form"]
        self.assertEqual(list(form.errors), [field])
        self.assertEqual(form["email"].value(), data["email"])
        self.assertEqual(form["name"].value(), data["name"])
        self.assertEqual(Author.objects.count(), 0)

    def test_address_is_needed(self):
        self.assertRefused("email", email="")

    def test_nothing_at_all_is_an_error_at_the_field(self):
        response = self.client.post(self.url, {})
        self.assertContains(response, 'aria-invalid="true"', status_code=422)

    def test_address_must_be_one(self):
        for email in ["leser", "leser@", "a@b@c.org", "leser@example.org, x@example.org"]:
            with self.subTest(email=email):
                self.assertRefused("email", email=email)

    def test_address_that_folds_into_something_else_is_refused(self):
        self.assertRefused("email", email="leser@exam℀ple.org")

    def test_address_too_long(self):
        self.assertRefused("email", email="a" * 60 + "@" + "b" * 200 + ".org")

    def test_address_with_control_characters(self):
        for email in ["leser\0@example.org", "leser@example.org\nBcc: x@example.org"]:
            with self.subTest(email=email):
                self.assertRefused("email", email=email)

    def test_name_too_long(self):
        self.assertRefused("name", name="x" * 121)

    def test_name_with_nul_or_two_lines(self):
        for name in ["Berta\0Leserin", "Berta\nLeserin", "Berta\u2028Leserin", "Berta\x07"]:
            with self.subTest(name=name):
                self.assertRefused("name", name=name)

    def test_errors_are_in_the_language_of_the_page(self):
        response = self.client.post(f"/en{self.url}", {"email": "leser"})
        self.assertContains(response, "This is not an e-mail address.", status_code=422)


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


class SignupDoneTests(TestCase):
    def test_page_sets_no_cookie(self):
        newsletter = make_newsletter()
        response = self.client.get(reverse("newsletter:signup_done", args=[newsletter.slug]))
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.cookies)
