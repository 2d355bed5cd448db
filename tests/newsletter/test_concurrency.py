"""Several people, or one impatient one, at the same moment."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.test import TransactionTestCase

from newsletter.actions import Origin, confirm, end, sign_up
from newsletter.models import ConfirmationMail, ConsentEvent, Subscription
from tests.factories import make_newsletter, make_subscription

THREADS = 8


def at_once(work):
    """Call `work()` in THREADS threads at the same time; return what it returned."""
    barrier = threading.Barrier(THREADS)

    def run():
        try:
            barrier.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(THREADS)]]


class ConcurrencyTests(TransactionTestCase):
    def test_one_address_typed_eight_times_gets_one_mail(self):
        newsletter = make_newsletter()
        origin = Origin(language="de")
        at_once(lambda: sign_up(newsletter, email="a@example.org", name="A", origin=origin))
        self.assertEqual(Subscription.objects.count(), 1)
        self.assertEqual(ConfirmationMail.objects.count(), 1)
        self.assertEqual(ConsentEvent.objects.filter(kind="requested").count(), 1)

    def test_eight_people_of_one_name_all_get_in(self):
        newsletter = make_newsletter()
        number = itertools.count()

        def sign_up_one_more():
            email = f"{next(number)}@example.org"
            sign_up(newsletter, email=email, name="Anna", origin=Origin(language="de"))

        at_once(sign_up_one_more)
        self.assertEqual(Subscription.objects.count(), THREADS)

    def test_eight_clicks_confirm_and_end_once(self):
        subscription = make_subscription(state="pending", confirmed_at=None)
        for action, kind in [(confirm, "confirmed"), (end, "withdrawn")]:
            done = at_once(lambda action=action: action(subscription, Origin(language="de")))
            self.assertEqual(done.count(True), 1)
            self.assertEqual(ConsentEvent.objects.filter(kind=kind).count(), 1)
