from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase, override_settings

from newsletter.models import ConsentEvent, Newsletter, Subscription
from newsletter.models.consent import shortened_ip, version_of
from tests.factories import NOON, make_newsletter, make_subscription


class NewsletterTests(TestCase):
    def test_slug_is_made_of_the_name_and_free(self):
        slugs = [make_newsletter("Größe & Maß").slug for _ in range(2)]
        self.assertEqual(slugs, ["groesse-und-mass", "groesse-und-mass-2"])

    def test_own_language_comes_first_then_the_editors_order(self):
        make_newsletter("German", position=2)
        make_newsletter("English later", language="en", position=3)
        make_newsletter("English", language="en", position=1)
        make_newsletter("Hidden", language="en", is_public=False)
        names = [str(newsletter) for newsletter in Newsletter.objects.public().language_first("en")]
        self.assertEqual(names, ["English", "English later", "German"])

    def test_names_are_single_lines(self):
        for field in ("name", "sender_name", "rhythm"):
            newsletter = make_newsletter(**{field: "A\nBcc: x@example.org"})
            with self.subTest(field=field), self.assertRaises(ValidationError) as caught:
                newsletter.full_clean()
            self.assertEqual(list(caught.exception.message_dict), [field])

    @override_settings(BASE_URL="https://blog.example.org:8443")
    def test_list_id_lies_in_our_own_name_space(self):
        self.assertEqual(make_newsletter("Taler").list_id, "<taler.blog.example.org>")


class SubscriptionTests(TestCase):
    def test_person_subscribes_once_to_a_newsletter(self):
        subscription = make_subscription()
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_subscription(subscription.newsletter, author=subscription.author)

    def test_active_one_has_been_confirmed_and_ended_one_has_a_time(self):
        make_subscription()
        for wrong in ({"confirmed_at": None}, {"state": "ended"}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                Subscription.objects.update(**wrong)

    def test_active_are_those_who_get_the_newsletter(self):
        subscription = make_subscription()
        self.assertEqual(list(Subscription.objects.active()), [subscription])
        subscription.end()
        self.assertFalse(Subscription.objects.active().exists())


class ConsentEventTests(TestCase):
    def setUp(self):
        self.event = ConsentEvent.objects.create(
            subscription=make_subscription(), kind="confirmed", language="de", wording="Ja."
        )

    def test_event_is_never_changed_nor_deleted(self):
        events = ConsentEvent.objects.all()
        for attempt in (
            self.event.save,
            self.event.delete,
            events.delete,
            lambda: events.update(wording="Nein."),
            lambda: events.bulk_update([self.event], ["wording"]),
            lambda: self.event.subscription.consent_events.update(wording="Nein."),
        ):
            with self.assertRaises(RuntimeError):
                attempt()
        self.event.refresh_from_db()
        self.assertEqual(self.event.wording, "Ja.")

    def test_version_names_one_exact_wording(self):
        self.assertEqual(self.event.wording_version, version_of("Ja."))
        self.assertNotEqual(version_of("Ja."), version_of("Ja"))
        self.assertEqual(version_of(""), "")

    def test_event_goes_with_its_subscription(self):
        self.event.subscription.delete()
        self.assertFalse(ConsentEvent.objects.exists())

    def test_events_are_read_in_their_order(self):
        earlier = ConsentEvent.objects.create(
            subscription=self.event.subscription, kind="requested", created_at=NOON
        )
        self.assertEqual(list(ConsentEvent.objects.all()), [earlier, self.event])


class ShortenedIpTests(SimpleTestCase):
    def test_network_is_kept_and_the_person_is_not(self):
        for address, short in [
            ("192.0.2.77", "192.0.2.0"),
            ("::ffff:192.0.2.77", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("", None),
            ("unix:", None),
        ]:
            with self.subTest(address=address):
                self.assertEqual(shortened_ip(address), short)
