from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import SignIn
from blog.tasks import forget_old_signins
from tests.factories import make_post, make_user


class SignInTests(TestCase):
    def sign_in(self, **data):
        return self.client.post(reverse("admin:login"), data)

    def kinds(self):
        return list(SignIn.objects.order_by("pk").values_list("kind", "name"))

    def test_signing_in_and_out_is_written_down(self):
        make_user("chefin", password="ein langes Wort", is_staff=True)
        self.sign_in(username="chefin", password="ein langes Wort")
        self.client.post(reverse("admin:logout"))
        self.assertEqual(self.kinds(), [("in", "chefin"), ("out", "chefin")])
        self.assertEqual(SignIn.objects.first().ip, "127.0.0.1")

    def test_a_wrong_password_is_written_down_and_a_name_that_nobody_has_is_not(self):
        make_user("chefin", is_staff=True)
        self.sign_in(username="chefin", password="falsch")
        self.sign_in(username="mein Passwort", password="chefin")
        self.assertEqual(self.kinds(), [("failed", "chefin"), ("failed", "")])

    def test_old_rows_are_forgotten(self):
        old, new = SignIn.objects.create(kind="in"), SignIn.objects.create(kind="in")
        SignIn.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=91))
        forget_old_signins.call()
        self.assertEqual(list(SignIn.objects.all()), [new])


class LogTests(TestCase):
    def setUp(self):
        self.editor = make_user("chefin", is_staff=True, is_superuser=True)
        self.client.force_login(self.editor)
        LogEntry.objects.log_actions(
            self.editor.pk, [make_post("Größe")], CHANGE, change_message="status: draft → published"
        )
        self.url = reverse("admin:admin_logentry_changelist")

    def test_the_log_says_who_did_what_and_can_be_filtered(self):
        for query in ("", f"?user__id__exact={self.editor.pk}", "?action_flag__exact=2", "?q=Gr"):
            page = self.client.get(self.url + query)
            self.assertContains(page, "status: draft → published")
        self.assertNotContains(self.client.get(self.url + "?action_flag__exact=3"), "draft →")

    def test_nobody_changes_the_log(self):
        entry = LogEntry.objects.get()
        for view in ("change", "delete"):
            url = reverse(f"admin:admin_logentry_{view}", args=[entry.pk])
            self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)
        add = reverse("admin:admin_logentry_add")
        self.assertEqual(self.client.get(add).status_code, 403)
