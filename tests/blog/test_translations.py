from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Post
from tests.blog.test_admin import AdminTestCase, byline_data, post_data
from tests.factories import make_author, make_category, make_post


class TranslationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.german = make_post("Größe zeigen")
        cls.english = make_post("Showing size", language="en", translation_of=cls.german)

    def test_both_know_both(self):
        for post in (self.german, self.english):
            self.assertEqual(list(post.versions()), [self.german, self.english])

    def test_a_language_is_there_once(self):
        for fields in [
            {"language": "en", "translation_of": self.german},
            {"language": "en", "translation_of": self.english},
            {"language": "de", "translation_of": self.english},
        ]:
            with self.subTest(fields), self.assertRaises(ValidationError) as caught:
                Post(title="Noch eine", **fields).full_clean(exclude=["slug"])
            self.assertEqual(list(caught.exception.message_dict), ["translation_of"])

    def test_an_original_cannot_take_the_language_of_its_translation(self):
        self.german.language = "en"
        with self.assertRaises(ValidationError):
            self.german.full_clean()

    def test_choosing_from_the_other_side_changes_nothing(self):
        self.german.translation_of = self.english
        self.german.full_clean()
        self.german.save()
        self.assertIsNone(self.german.translation_of)
        self.english.refresh_from_db()
        self.assertEqual(self.english.translation_of, self.german)

    def test_translations_follow_an_original_that_becomes_one(self):
        with self.settings(LANGUAGES=[("de", "German"), ("en", "English"), ("fr", "French")]):
            french = make_post("Montrer", language="fr", authors=[])
            self.german.translation_of = french
            self.german.clean()
            self.german.save()
        self.english.refresh_from_db()
        self.assertEqual(self.english.translation_of, french)

    def test_pages_lead_to_each_other(self):
        response = self.client.get(self.german.get_absolute_url())
        self.assertContains(
            response,
            '<a href="/en/posts/showing-size/" lang="en" hreflang="en">English: Showing size</a>',
        )
        response = self.client.get("/en" + self.english.get_absolute_url())
        self.assertContains(
            response,
            '<a href="/posts/groesse-zeigen/" lang="de" hreflang="de">Deutsch: Größe zeigen</a>',
        )

    def test_both_name_the_same_alternates(self):
        base = "http://localhost:8000"
        for post in (self.german, self.english):
            response = self.client.get(post.get_absolute_url())
            for language, path in [
                ("de", "/posts/groesse-zeigen/"),
                ("en", "/en/posts/showing-size/"),
                ("x-default", "/posts/groesse-zeigen/"),
            ]:
                link = f'<link rel="alternate" hreflang="{language}" href="{base}{path}">'
                self.assertContains(response, link, count=1)

    def test_what_is_not_public_is_not_linked(self):
        tomorrow = timezone.now() + timedelta(days=1)
        Post.objects.filter(pk=self.english.pk).update(published_at=tomorrow)
        response = self.client.get(self.german.get_absolute_url())
        self.assertNotContains(response, "Showing size")
        self.assertNotContains(response, "x-default")

    def test_the_page_costs_what_every_post_costs(self):
        with self.assertNumQueries(8):
            self.client.get(self.german.get_absolute_url())

    def test_lists_and_feeds_show_one_of_them(self):
        for name in ("blog:post_list", "blog:feed"):
            german = self.client.get(reverse(name))
            english = self.client.get("/en" + reverse(name))
            with self.subTest(name):
                self.assertContains(german, "Größe zeigen")
                self.assertNotContains(german, "Showing size")
                self.assertContains(english, "Showing size")
                self.assertNotContains(english, "Größe zeigen")

    def test_a_version_that_is_not_among_the_rows_hides_no_other(self):
        category = make_category()
        Post.objects.filter(pk=self.german.pk).update(category=category)
        rows = Post.objects.filter(category=category)
        self.assertEqual(list(rows.once_each("en")), [self.german])

    def test_without_the_wanted_language_the_original_is_shown(self):
        self.assertEqual(list(Post.objects.once_each("fr")), [self.german])

    def test_a_deleted_original_leaves_its_translation(self):
        self.german.delete()
        self.english.refresh_from_db()
        self.assertIsNone(self.english.translation_of)


class TranslationAdminTests(AdminTestCase):
    def test_the_form_leads_to_a_translation_or_begins_one(self):
        german = make_post("Größe")
        url = f"/en/admin/blog/post/{german.pk}/change/"
        begin = f"/en/admin/blog/post/add/?translation_of={german.pk}&amp;language=en"
        self.assertContains(self.client.get(url), begin)
        english = make_post("Size", language="en", translation_of=german)
        self.assertContains(self.client.get(url), f"/en/admin/blog/post/{english.pk}/change/")

    def test_a_third_version_is_refused_with_a_sentence(self):
        german = make_post("Größe")
        make_post("Size", language="en", translation_of=german)
        data = byline_data(make_author("Zoe"), language="en", translation_of=german.pk)
        response = self.client.post("/en/admin/blog/post/add/", post_data(**data))
        self.assertContains(response, "“Size” is already the version in English.")
