"""The handbook at the desk: both languages whole, and every page of the desk leads to a part."""

import re

from django.contrib import admin
from django.test import TestCase
from django.urls import reverse

from blog import handbook
from tests.factories import make_user


class FilesTests(TestCase):
    def test_both_languages_have_the_same_pages(self):
        for language in ("de", "en"):
            names = {path.stem for path in (handbook.FOLDER / language).glob("*.md")}
            self.assertEqual(names, set(handbook.PAGES))

    def test_what_the_pages_lead_to_and_show_is_there(self):
        for path in handbook.FOLDER.glob("*/*.md"):
            for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
                with self.subTest(page=path.name, target=target):
                    self.assertTrue((path.parent / target).resolve().is_file())

    def test_no_page_needs_html_of_its_own(self):
        for path in handbook.FOLDER.glob("*/*.md"):
            self.assertNotRegex(path.read_text("utf-8"), r"</?(?:del|ins|br|img|a)\b")


class HandbookPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("redaktion", is_staff=True)

    def setUp(self):
        self.client.force_login(self.user)

    def test_pages_are_shown_in_the_language_of_the_desk(self):
        page = self.client.get("/admin/handbook/moderation/")
        self.assertContains(page, "<h1>Moderieren</h1>", html=True)
        self.assertContains(page, "<table>")
        page = self.client.get("/en/admin/handbook/moderation/")
        self.assertContains(page, "<h1>Moderating</h1>", html=True)

    def test_pages_lead_to_each_other_and_to_their_pictures(self):
        page = self.client.get("/admin/handbook/guest-posts/")
        self.assertContains(page, 'href="../review/"')
        self.assertContains(page, 'src="/admin/handbook/pictures/de-guest-posts.png"')
        picture = self.client.get("/admin/handbook/pictures/de-guest-posts.png")
        self.assertEqual(picture.headers["Content-Type"], "image/png")
        self.assertTrue(picture.getvalue().startswith(b"\x89PNG"))

    def test_nothing_else_of_the_disk_is_given_away(self):
        for name in ["none", "pictures/none.png", "pictures/..%2fen%2fspam.md"]:
            self.assertEqual(self.client.get(f"/admin/handbook/{name}/").status_code, 404)
        self.assertEqual(self.client.get("/admin/handbook/pictures/..").status_code, 404)

    def test_it_is_for_the_team(self):
        self.client.logout()
        self.assertEqual(self.client.get("/admin/handbook/writing/").status_code, 302)

    def test_pages_of_the_desk_lead_to_the_part_that_explains_them(self):
        self.user.is_superuser = True
        self.user.save()
        page = self.client.get(reverse("admin:comments_spamrule_changelist"))
        self.assertContains(page, 'href="/admin/handbook/spam/"')
        page = self.client.get(reverse("admin:index"))
        self.assertContains(page, 'href="/admin/handbook/writing/"')

    def test_every_page_is_reached_from_a_page_of_the_desk(self):
        models = [model._meta.label_lower for model in admin.site._registry]
        reached = {handbook.address_for(label) for label in models}
        pages = {reverse("handbook_page", args=[name]) for name in handbook.PAGES}
        self.assertEqual(pages - reached, set())
