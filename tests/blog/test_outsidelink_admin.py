from datetime import UTC, datetime

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import OutsideLink
from tests.factories import NOON, make_author, make_post, make_user
from tests.web import web_of_others

LATER = datetime(2100, 1, 1, tzinfo=UTC)
LIST = reverse("admin:blog_outsidelink_changelist")


class OutsideLinkAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)
        cls.ada = make_author("Ada")

    def setUp(self):
        self.client.force_login(self.user)

    def link(self, number, **fields):
        address = f"https://example.org/{number}"
        body = f'<p><a href="{address}">x</a></p>'
        make_post(f"Beitrag {number}", body=body, authors=[self.ada])
        OutsideLink.objects.filter(address=address).update(**fields)
        return OutsideLink.objects.get(address=address)

    def test_dead_ones_stand_first_and_lead_to_their_posts(self):
        dead = self.link(1, standing="dead", missing_since=NOON, said="404")
        ill = self.link(2, standing="unknown", said="503")
        page = self.client.get(LIST)
        self.assertEqual(list(page.context["cl"].result_list), [dead, ill])
        self.assertContains(page, "führt ins Leere seit 04.05.2026 (404)")
        self.assertContains(page, "keine klare Antwort (503)")
        self.assertContains(page, ">Beitrag 1</a>")

    def test_one_can_be_checked_at_once(self):
        link = self.link(1, standing="dead", missing_since=NOON, due_at=LATER)
        with web_of_others() as web, self.captureOnCommitCallbacks(execute=True):
            web.says(link.address)
            self.client.post(LIST, {"action": "try_again", "_selected_action": [link.pk]})
        link.refresh_from_db()
        self.assertEqual(link.standing, "alive")

    def test_list_costs_the_same_for_many(self):
        self.link(0)
        with CaptureQueriesContext(connection) as few:
            self.client.get(LIST)
        for number in range(1, 10):
            self.link(number)
        with CaptureQueriesContext(connection) as many:
            self.client.get(LIST)
        self.assertEqual(len(many), len(few))
