from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from newsletter.models import ConsentEvent, Subscription


class SeedSubscribersTests(TestCase):
    def seed(self):
        call_command("seed_subscribers", "--subscribers", "7", stdout=StringIO())

    def test_each_is_active_and_has_agreed(self):
        self.seed()
        self.assertEqual(Subscription.objects.active().count(), 7)
        self.assertEqual(ConsentEvent.objects.filter(kind="confirmed").count(), 7)

    def test_nobody_real_can_get_a_mail(self):
        self.seed()
        emails = Subscription.objects.values_list("author__email", flat=True)
        self.assertTrue(all(email.endswith("@load.example") for email in emails))

    def test_a_second_time_is_refused_in_words(self):
        self.seed()
        with self.assertRaises(CommandError):
            self.seed()
