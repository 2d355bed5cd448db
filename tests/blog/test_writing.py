from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse

from blog.writingadmin import LONGEST_PASTE
from tests.factories import make_author, make_post, make_user

LINKS = reverse("admin:blog_post_links")
CLEAN = reverse("admin:blog_post_clean")


class LinkTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.editor = make_user("redaktion", is_staff=True, is_superuser=True)
        cls.writer = make_user("ada", is_staff=True)
        cls.writer.groups.add(Group.objects.get(name="Author"))
        author = make_author("Ada", user=cls.writer)
        other = make_author("Bert")
        make_post("Vom guten Fragen", authors=[other])
        make_post("Vom guten Zuhören", authors=[other])
        make_post("Eigener Entwurf vom Fragen", status="draft", authors=[author])
        make_post("Fremder Entwurf vom Fragen", status="draft", authors=[other])

    def titles(self, query, user=None):
        self.client.force_login(user or self.editor)
        posts = self.client.get(LINKS, {"q": query}).json()["posts"]
        return {post["title"] for post in posts}

    def test_every_word_has_to_be_in_the_title(self):
        self.assertEqual(self.titles("guten fragen"), {"Vom guten Fragen"})
        self.assertEqual(self.titles("guten"), {"Vom guten Fragen", "Vom guten Zuhören"})
        self.assertEqual(self.titles("zuhoeren"), {"Vom guten Zuhören"})
        self.assertEqual(self.titles("  "), set())

    def test_a_writer_finds_what_readers_see_and_own_drafts(self):
        found = self.titles("fragen", self.writer)
        self.assertEqual(found, {"Vom guten Fragen", "Eigener Entwurf vom Fragen"})

    def test_an_offer_has_the_address_and_says_what_is_not_public(self):
        self.client.force_login(self.editor)
        posts = self.client.get(LINKS, {"q": "Fremder"}, headers={"Accept-Language": "en"}).json()
        self.assertEqual(posts["posts"][0]["address"], "/posts/fremder-entwurf-vom-fragen/")
        self.assertIn(posts["posts"][0]["note"], {"draft", "Entwurf"})

    def test_query_count_is_constant(self):
        self.client.force_login(self.editor)
        with self.assertNumQueries(3):
            self.client.get(LINKS, {"q": "vom"})
        for number in range(20):
            make_post(f"Vom Zählen {number}")
        with self.assertNumQueries(3):
            self.assertEqual(len(self.client.get(LINKS, {"q": "vom"}).json()["posts"]), 8)

    def test_others_are_turned_away(self):
        self.assertEqual(self.client.get(LINKS, {"q": "vom"}).status_code, 302)
        moderator = make_user("mod", is_staff=True)
        moderator.groups.add(Group.objects.get(name="Moderator"))
        self.client.force_login(moderator)
        for answer in (self.client.get(LINKS), self.client.post(CLEAN, {"html": "x"})):
            self.assertEqual(answer.status_code, 403)


class CleanTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.editor = make_user("redaktion", is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.editor)

    def test_what_is_pasted_comes_back_as_it_would_be_saved(self):
        pasted = "<p class=MsoNormal><b>x</b><script>alert(1)</script><img src=x onerror=y></p>"
        answer = self.client.post(CLEAN, {"html": pasted}).json()
        self.assertEqual(answer["html"], "<p><strong>x</strong></p>")

    def test_only_by_post_and_not_without_end(self):
        self.assertEqual(self.client.get(CLEAN, {"html": "x"}).status_code, 404)
        self.assertEqual(
            self.client.post(CLEAN, {"html": "x" * (LONGEST_PASTE + 1)}).status_code, 404
        )
