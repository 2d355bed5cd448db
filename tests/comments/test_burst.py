"""Sixty-four answers at the same moment against the limit, on whatever database the run uses."""

from collections import Counter

from django.test import Client, TransactionTestCase
from django.urls import reverse

from blog.models import SiteSettings
from comments.models import Comment
from comments.views import ANSWERS_PER_WINDOW
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_form_token, make_post, make_spam_rule

BURST = 64


class BurstTests(TransactionTestCase):
    def setUp(self):
        self.post = make_post()
        self.url = reverse("comments:comment_create", args=[self.post.slug])

    def burst(self, address):
        """Return how often each status came; `address(number)` is where each is sent from."""
        token = make_form_token(self.post)

        def send(number):
            typed = {"name": "B", "email": f"b{number}@example.org", "body": f"Nummer {number}."}
            client = Client(REMOTE_ADDR=address(number))
            return client.post(self.url, typed | token).status_code

        return Counter(at_once([lambda n=n: send(n) for n in range(BURST)]))

    def test_one_sender_gets_as_many_through_as_the_limit_says(self):
        statuses = self.burst(lambda number: "192.0.2.1")
        expected = {302: ANSWERS_PER_WINDOW, 429: BURST - ANSWERS_PER_WINDOW}
        self.assertEqual(statuses, expected)
        self.assertEqual(Comment.objects.count(), ANSWERS_PER_WINDOW)

    def test_all_addresses_of_one_ipv6_network_are_one_sender(self):
        statuses = self.burst(lambda number: f"2001:db8::{number:x}")
        self.assertEqual(statuses[302], ANSWERS_PER_WINDOW)

    def test_a_rule_counts_each_of_sixty_four_hits(self):
        SiteSettings(asks_proof_of_work=False).save()
        rule = make_spam_rule(value="Nummer")
        self.assertEqual(self.burst(lambda number: f"192.0.2.{number}"), {302: BURST})
        rule.refresh_from_db()
        self.assertEqual(rule.hit_count, BURST)
