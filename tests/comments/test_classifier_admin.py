"""The page about our own classifier: what it says, and who may make it forget."""

from django.contrib.auth.models import Permission
from django.urls import reverse

from comments.models import SpamClassifier, SpamLesson
from tests.comments.test_admin import AdminTestCase
from tests.factories import make_lessons, make_user

URL = "/admin/comments/spamclassifier/"


class OverviewTests(AdminTestCase):
    def test_it_says_what_was_learned_and_how_good_it_is(self):
        make_lessons(count=23)
        page = self.client.get(f"/en{URL}")
        self.assertContains(page, "<td>23</td>", count=2)
        self.assertContains(page, "<td>3 of 3</td>")
        self.assertContains(page, "<td>0 of 3</td>")
        self.assertContains(page, "20 more spam, 20 more others")

    def test_the_address_of_the_row_leads_there(self):
        SpamClassifier.load()
        self.assertRedirects(self.client.get(f"{URL}1/change/"), URL)
        self.assertContains(self.client.get(reverse("admin:index")), URL)

    def test_forgetting_is_asked_about_first(self):
        make_lessons(count=1)
        asked = self.client.post(URL, {"act": "forget"})
        self.assertContains(asked, 'name="sure"')
        self.assertTrue(SpamLesson.objects.exists())
        done = self.client.post(URL, {"act": "forget", "sure": "yes"})
        self.assertRedirects(done, URL)
        self.assertFalse(SpamLesson.objects.exists())
        self.assertIsNotNone(SpamClassifier.load().learns_from)

    def test_it_can_be_switched_off_and_on_again(self):
        self.client.post(URL, {"act": "stop", "sure": "yes"})
        self.assertFalse(SpamClassifier.load().is_learning)
        self.assertContains(self.client.get(URL), 'value="start"')
        self.client.post(URL, {"act": "start", "sure": "yes"})
        self.assertTrue(SpamClassifier.load().is_learning)

    def test_it_is_for_those_who_may(self):
        self.assertEqual(self.client.post(URL, {"act": "nonsense"}).status_code, 403)
        looker = make_user("nur-schauen", is_staff=True)
        self.client.force_login(looker)
        self.assertEqual(self.client.get(URL).status_code, 403)
        looker.user_permissions.add(Permission.objects.get(codename="view_spamclassifier"))
        page = self.client.get(URL)
        self.assertNotContains(page, 'name="act"')
        self.assertEqual(self.client.post(URL, {"act": "stop", "sure": "yes"}).status_code, 403)
