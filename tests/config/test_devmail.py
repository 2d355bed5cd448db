import tempfile
from pathlib import Path

from django.core.mail import EmailMultiAlternatives, mailers
from django.test import TestCase, override_settings
from django.urls import path, reverse

from config import devmail, urls
from tests.config.process import run_python

urlpatterns = [
    path("mail/", devmail.mail_list, name="devmail_list"),
    path("mail/<str:name>/", devmail.mail_detail, name="devmail_detail"),
    *urls.urlpatterns,
]
RESOLVE = """
import django
django.setup()
from django.urls import resolve
print(resolve("/mail/").url_name)
"""


@override_settings(ROOT_URLCONF=__name__)
class DevmailTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "mail"
        backend = {"BACKEND": "config.devmail.EmailBackend"}
        changed = override_settings(
            MAIL_DIR=self.folder,
            MAILERS={"default": backend | {"OPTIONS": {"file_path": str(self.folder)}}},
        )
        changed.enable()
        self.addCleanup(changed.disable)

    def send(self, subject="Grüße"):
        message = EmailMultiAlternatives(
            subject, "Hier: http://localhost:8000/x/", "post@example.org", ["ada@example.org"]
        )
        message.attach_alternative("<p>Hier &amp; da</p>", "text/html")
        mailers.default.send_messages([message])

    def test_sent_mail_is_listed(self):
        self.send()
        response = self.client.get(reverse("devmail_list"))
        self.assertContains(response, "Grüße")
        self.assertContains(response, "ada@example.org")

    def test_without_mail_the_list_says_so(self):
        self.assertEqual(self.client.get(reverse("devmail_list")).context["mails"], [])

    def test_mail_is_shown_with_links_to_follow(self):
        self.send()
        (file,) = self.folder.iterdir()
        response = self.client.get(reverse("devmail_detail", args=[file.stem]))
        self.assertContains(response, '<a href="http://localhost:8000/x/"')
        self.assertContains(response, "&lt;p&gt;Hier &amp;amp; da&lt;/p&gt;")

    def test_nothing_outside_the_folder_is_shown(self):
        for name in ["none", "..%2f..%2fdb", "a.b"]:
            with self.subTest(name):
                self.assertEqual(self.client.get(f"/mail/{name}/").status_code, 404)


class OutsideDebugTests(TestCase):
    def test_there_is_no_such_page(self):
        self.assertEqual(self.client.get("/mail/").status_code, 404)

    def test_debug_alone_has_it(self):
        shown = run_python("-c", RESOLVE, DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")
        self.assertEqual(shown.stdout.strip(), "devmail_list", shown.stderr)
