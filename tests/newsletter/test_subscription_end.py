from datetime import timedelta

import time_machine
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from newsletter.mails import unsubscribe_headers
from newsletter.models import ConsentEvent, Subscription
from newsletter.tokens import make_confirm_token, make_unsubscribe_token
from tests.factories import NOON, make_newsletter, make_subscription

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
URLENCODED = {
    "data": "List-Unsubscribe=One-Click",
    "content_type": "application/x-www-form-urlencoded",
}


class EndTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()

    def setUp(self):
        self.subscription = make_subscription(self.newsletter, language="en")
        self.token = make_unsubscribe_token(self.subscription)
        self.url = reverse("newsletter_machine:subscription_end", args=[self.token])
        self.resume_url = reverse("newsletter_machine:subscription_resume", args=[self.token])
        self.client = Client(enforce_csrf_checks=True)

    def assertState(self, state):
        self.subscription.refresh_from_db()
        self.assertEqual(self.subscription.state, state)


class OneClickTests(EndTestCase):
    def test_address_has_no_language_before_it(self):
        self.assertTrue(self.url.startswith("/n/u/"))

    def test_urlencoded_post_without_cookie_ends_at_once(self):
        response = self.client.post(self.url, **URLENCODED)
        self.assertEqual((response.status_code, response.cookies), (200, {}))
        self.assertState("ended")
        event = ConsentEvent.objects.get()
        self.assertEqual((event.kind, event.way), ("withdrawn", "one_click"))
        self.assertEqual((event.ip, event.wording), ("127.0.0.0", ""))
        self.assertNotIn(self.token, event.page_url)

    def test_multipart_post_without_cookie_ends_at_once(self):
        response = self.client.post(self.url, ONE_CLICK)  # the test client's own encoding
        self.assertEqual((response.status_code, response.cookies), (200, {}))
        self.assertState("ended")

    def test_second_time_is_answered_alike_and_recorded_once(self):
        first = self.client.post(self.url, **URLENCODED)
        second = self.client.post(self.url, **URLENCODED)
        self.assertEqual((first.status_code, first.content), (200, second.content))
        self.assertEqual(second.status_code, 200)
        self.assertEqual(ConsentEvent.objects.count(), 1)

    def test_link_never_grows_old_nor_dies_with_a_later_sign_up(self):
        self.subscription.request("de")
        self.subscription.activate()
        with time_machine.travel(NOON + timedelta(days=4000), tick=False):
            self.assertEqual(self.client.post(self.url, **URLENCODED).status_code, 200)
        self.assertState("ended")

    def test_deleted_subscription_is_as_good_as_ended(self):
        self.subscription.delete()
        self.assertEqual(self.client.post(self.url, **URLENCODED).status_code, 200)

    def test_forged_link_is_not_found(self):
        for token in [self.token[:-2], make_confirm_token(self.subscription)]:
            response = self.client.post(f"/n/u/{token}/", **URLENCODED)
            self.assertEqual(response.status_code, 404)
        self.assertState("active")

    def test_broken_multipart_is_an_error_without_effect(self):
        response = self.client.post(self.url, "x", content_type="multipart/form-data; boundary=")
        self.assertEqual(response.status_code, 400)
        self.assertState("active")


class EndPageTests(EndTestCase):
    def test_get_shows_a_button_in_the_subscribers_language_and_changes_nothing(self):
        response = self.client.get(self.url)
        self.assertContains(response, "any more.</p>")
        self.assertContains(response, '<html lang="en">')
        self.assertEqual(response.headers["Content-Language"], "en")
        self.assertFalse(response.cookies)
        self.client.head(self.url)
        self.assertState("active")

    def test_button_ends(self):
        response = self.client.post(self.url)
        self.assertContains(response, "You are unsubscribed")
        self.assertState("ended")
        event = ConsentEvent.objects.get()
        self.assertEqual((event.kind, event.way), ("withdrawn", "page"))
        self.assertIn("Do not send me", event.wording)

    def test_pending_sign_up_can_be_ended_but_not_taken_up_again(self):
        Subscription.objects.update(state="pending", confirmed_at=None)
        response = self.client.post(self.url)
        self.assertNotContains(response, self.resume_url)
        self.assertState("ended")

    def test_forged_link_gets_a_page(self):
        response = self.client.get("/n/u/x/")
        self.assertEqual(response.status_code, 404)
        self.assertTemplateUsed(response, "dead_link.html")

    def test_other_methods_are_refused(self):
        self.assertEqual(self.client.delete(self.url).status_code, 405)

    def test_page_needs_one_query(self):
        with self.assertNumQueries(1):
            self.client.get(self.url)


class ResumeTests(EndTestCase):
    def setUp(self):
        super().setUp()
        self.client = Client()
        self.ended = self.client.post(self.url)

    def test_result_page_offers_to_undo(self):
        self.assertContains(self.ended, f'action="{self.resume_url}"')
        response = self.client.post(self.resume_url)
        self.assertContains(response, "You are subscribed again")
        self.assertState("active")
        self.assertEqual(ConsentEvent.objects.last().kind, ConsentEvent.Kind.RESUMED)

    def test_get_undoes_nothing(self):
        self.assertEqual(self.client.get(self.resume_url).status_code, 405)
        self.assertState("ended")

    def test_undo_needs_a_csrf_token(self):
        response = Client(enforce_csrf_checks=True).post(self.resume_url)
        self.assertEqual(response.status_code, 403)
        self.assertState("ended")

    def test_day_after_it_is_too_late(self):
        Subscription.objects.update(ended_at=NOON)
        with time_machine.travel(NOON + timedelta(days=1, seconds=1), tick=False):
            self.assertNotContains(self.client.get(self.url), self.resume_url)
            self.assertEqual(self.client.post(self.resume_url).status_code, 410)
        self.assertState("ended")

    def test_link_of_an_earlier_sign_up_takes_nothing_up(self):
        self.subscription.refresh_from_db()
        self.subscription.request("en")
        self.subscription.end()
        self.assertEqual(self.client.post(self.resume_url).status_code, 410)
        self.assertEqual(self.client.post("/n/r/x/").status_code, 404)
        self.assertState("ended")


class UnsubscribeHeadersTests(EndTestCase):
    @override_settings(BASE_URL="https://example.org")
    def test_headers_are_the_pair_of_rfc_8058(self):
        headers = unsubscribe_headers(self.subscription)
        self.assertRegex(headers["List-Unsubscribe"], r"^<https://example\.org/n/u/[\w:-]+/>$")
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_without_https_no_one_click_is_promised(self):
        self.assertEqual(list(unsubscribe_headers(self.subscription)), ["List-Unsubscribe"])
