from datetime import timedelta

import time_machine
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse

from newsletter.models import ConsentEvent, Subscription
from newsletter.tokens import make_confirm_token, make_unsubscribe_token
from tests.factories import NOON, make_author, make_newsletter, make_subscription


def confirm_url(subscription):
    return reverse("newsletter:subscription_confirm", args=[make_confirm_token(subscription)])


@time_machine.travel(NOON, tick=False)
class SubscriptionConfirmTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()

    def setUp(self):
        self.subscription = make_subscription(self.newsletter, state="pending", confirmed_at=None)
        self.url = confirm_url(self.subscription)

    def assertStillPending(self):
        self.subscription.refresh_from_db()
        self.assertEqual(self.subscription.state, Subscription.State.PENDING)
        self.assertFalse(ConsentEvent.objects.filter(kind="confirmed").exists())

    def test_get_shows_a_button_and_confirms_nothing(self):
        response = self.client.get(self.url)
        self.assertContains(response, '<form class="form" method="post">')
        self.assertContains(response, "TALER &amp; TALAR &lt;x&gt;")
        self.client.head(self.url)
        self.assertStillPending()

    def test_post_confirms_and_verifies_the_address(self):
        response = self.client.post(f"/en{self.url}", REMOTE_ADDR="2001:db8:1:2::3")
        self.assertContains(response, "Thank you, you are subscribed")
        self.subscription.refresh_from_db()
        self.assertEqual(self.subscription.state, Subscription.State.ACTIVE)
        self.assertEqual(self.subscription.confirmed_at, NOON)
        self.assertEqual(self.subscription.author.email_verified_at, NOON)
        event = ConsentEvent.objects.get()
        self.assertEqual((event.kind, event.way, event.language), ("confirmed", "page", "en"))
        self.assertEqual((event.ip, event.created_at), ("2001:db8:1::", NOON))
        self.assertEqual(event.page_url, "http://localhost:8000/en/n/c/…/")
        self.assertIn("Yes, send me the newsletter", event.wording)

    def test_second_post_says_it_is_done_already(self):
        self.client.post(self.url)
        response = self.client.post(f"/en{self.url}")
        self.assertContains(response, "You are subscribed already")
        self.assertContains(self.client.get(f"/en{self.url}"), "You are subscribed already")
        self.assertEqual(ConsentEvent.objects.count(), 1)

    def test_verified_long_ago_stays_verified_since_then(self):
        long_ago = NOON - timedelta(days=400)
        author = make_author("V", email="v@example.org", email_verified_at=long_ago)
        subscription = make_subscription(
            self.newsletter, author=author, state="pending", confirmed_at=None
        )
        self.client.post(confirm_url(subscription))
        author.refresh_from_db()
        self.assertEqual(author.email_verified_at, long_ago)

    def test_post_without_csrf_token_is_refused(self):
        self.assertEqual(Client(enforce_csrf_checks=True).post(self.url).status_code, 403)
        self.assertStillPending()

    def test_link_ends_after_seven_days(self):
        with time_machine.travel(NOON + timedelta(days=7, seconds=-1), tick=False):
            self.assertEqual(self.client.get(self.url).status_code, 200)
        with time_machine.travel(NOON + timedelta(days=7, seconds=1), tick=False):
            response = self.client.post(f"/en{self.url}")
        self.assertContains(response, "leads nowhere any more", status_code=410)
        self.assertContains(response, f'href="/en{self.newsletter.get_absolute_url()}"', 1, 410)
        self.assertStillPending()

    def test_tampered_link_is_not_found(self):
        token = make_confirm_token(self.subscription)
        payload, time, signature = token.split(":")
        for wrong in [
            "x",
            "ä:ö:ü",
            "a%00b",
            token[:-1],
            f"{payload}x:{time}:{signature}",
            f"{payload}:zzzzzz:{signature}",
            make_unsubscribe_token(self.subscription),
        ]:
            with self.subTest(token=wrong):
                response = self.client.post(f"/n/c/{wrong}/")
                self.assertEqual(response.status_code, 404)
                self.assertTemplateUsed(response, "dead_link.html")
        self.assertStillPending()

    def test_later_sign_up_lets_the_earlier_link_die(self):
        with time_machine.travel(NOON + timedelta(days=2), tick=False):
            with self.captureOnCommitCallbacks(execute=True):
                self.client.post(self.newsletter.get_absolute_url(), {"email": "leser@example.org"})
            self.assertEqual(self.client.post(self.url).status_code, 410)
            self.assertStillPending()
            later = next(word for word in mail.outbox[0].body.split() if "/n/c/" in word)
            self.assertEqual(self.client.post(later).status_code, 200)
        self.subscription.refresh_from_db()
        self.assertEqual(self.subscription.state, Subscription.State.ACTIVE)

    def test_link_proves_only_the_address_it_went_to(self):
        author = self.subscription.author
        author.email = "someone.else@example.org"
        author.save()
        self.assertEqual(self.client.post(self.url).status_code, 410)
        author.refresh_from_db()
        self.assertIsNone(author.email_verified_at)

    def test_link_does_not_revive_what_has_been_ended_since(self):
        self.client.post(self.url)
        self.subscription.refresh_from_db()
        self.subscription.end()
        self.assertEqual(self.client.post(self.url).status_code, 410)
        self.subscription.refresh_from_db()
        self.assertEqual(self.subscription.state, Subscription.State.ENDED)

    def test_link_to_a_deleted_sign_up_is_gone(self):
        self.subscription.delete()
        self.assertEqual(self.client.get(self.url).status_code, 410)

    def test_page_is_neither_cached_nor_indexed(self):
        response = self.client.get(self.url)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertContains(response, 'name="robots" content="noindex"')

    def test_page_needs_one_query(self):
        with self.assertNumQueries(1):
            self.client.get(self.url)
