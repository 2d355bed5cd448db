from datetime import timedelta

import time_machine
from django.test import TestCase

from blog.models import Author
from newsletter.models import ConsentEvent, Subscription
from newsletter.retention import KEEP_IPS
from newsletter.tasks import forget_old_data
from tests.factories import (
    NOON,
    make_author,
    make_comment,
    make_newsletter,
    make_post,
    make_subscription,
    make_user,
)

A_WEEK_LATER = NOON + timedelta(days=7)


class ForgetUnconfirmedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()

    def sign_up(self, email="leser@example.org", newsletter=None):
        """Sign up at NOON as a reader does; return the subscription."""
        with time_machine.travel(NOON, tick=False):
            url = (newsletter or self.newsletter).get_absolute_url()
            self.client.post(url, {"email": email})
        return Subscription.objects.get(
            author__email=email, newsletter=newsletter or self.newsletter
        )

    def forget(self, moment=A_WEEK_LATER):
        with time_machine.travel(moment, tick=False):
            forget_old_data.call()

    def test_sign_up_unconfirmed_for_a_week_goes_with_all_that_belongs_to_it(self):
        self.sign_up()
        self.forget(A_WEEK_LATER - timedelta(seconds=1))
        self.assertTrue(Subscription.objects.exists())
        self.forget()
        self.assertFalse(Subscription.objects.exists())
        self.assertFalse(ConsentEvent.objects.exists())
        self.assertFalse(Author.objects.exists())

    def test_confirmed_one_stays(self):
        self.sign_up().activate()
        self.forget(NOON + timedelta(days=4000))
        self.assertTrue(Subscription.objects.exists())

    def test_person_known_before_stays(self):
        author = make_author(email="leser@example.org")
        self.sign_up()
        self.forget()
        self.assertFalse(Subscription.objects.exists())
        self.assertTrue(Author.objects.filter(pk=author.pk).exists())

    def test_person_who_has_become_something_else_stays(self):
        def write(author):
            make_post(authors=[author])

        def answer(author):
            make_comment(make_post(authors=[]), author=author)

        def invite(author):
            make_author("Gast", invited_by=author)

        def verify(author):
            Author.objects.filter(pk=author.pk).update(email_verified_at=NOON)

        def give_account(author):
            Author.objects.filter(pk=author.pk).update(user=make_user())

        def describe(author):
            Author.objects.filter(pk=author.pk).update(bio_de="Schreibt.")

        for change in (write, answer, invite, verify, give_account, describe):
            with self.subTest(change=change.__name__):
                author = self.sign_up(f"{change.__name__}@example.org").author
                change(author)
                self.forget()
                self.assertTrue(Author.objects.filter(pk=author.pk).exists())
        self.assertFalse(Subscription.objects.exists())

    def test_person_goes_with_the_last_of_two_sign_ups(self):
        other = make_newsletter("Anderer")
        self.sign_up()
        self.sign_up(newsletter=other)
        first = Subscription.objects.filter(newsletter=self.newsletter)
        first.update(requested_at=NOON - timedelta(days=1))
        self.forget(A_WEEK_LATER - timedelta(hours=1))
        self.assertEqual(Author.objects.count(), 1)
        self.forget()
        self.assertEqual(Author.objects.count(), 0)

    def test_former_subscriber_signed_up_again_is_ended_with_the_old_proof_kept(self):
        author = make_author(email="leser@example.org")
        ended_at = NOON - timedelta(days=30)
        subscription = make_subscription(
            self.newsletter, author=author, state="ended", ended_at=ended_at
        )
        self.sign_up()
        self.forget()
        subscription.refresh_from_db()
        self.assertEqual((subscription.state, subscription.ended_at), ("ended", ended_at))
        self.assertEqual(subscription.consent_events.count(), 1)

    def test_sign_up_ended_without_ever_being_confirmed_goes_too(self):
        self.sign_up().end()
        self.forget()
        self.assertFalse(Subscription.objects.exists())


class ForgetIpsTests(TestCase):
    def test_addresses_of_old_events_are_emptied_and_nothing_else(self):
        subscription = make_subscription()
        fields = {"subscription": subscription, "kind": "confirmed", "ip": "192.0.2.0"}
        old = ConsentEvent.objects.create(created_at=NOON, wording="Ja.", **fields)
        new = ConsentEvent.objects.create(created_at=NOON + timedelta(days=1), **fields)
        with time_machine.travel(NOON + KEEP_IPS + timedelta(seconds=1), tick=False):
            forget_old_data.call()
        old.refresh_from_db()
        new.refresh_from_db()
        self.assertEqual((old.ip, old.wording, old.created_at), (None, "Ja.", NOON))
        self.assertEqual(new.ip, "192.0.2.0")
