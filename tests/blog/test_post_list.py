from datetime import timedelta

from django.db import models
from django.template.loader import render_to_string
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, Tag
from comments.models import Comment
from tests.factories import make_author, make_category, make_comment, make_post


class PostListTests(TestCase):
    url = reverse("blog:post_list")

    def test_card_shows_title_teaser_author_date_and_answers(self):
        post = make_post("TALER & TALAR", body="<p>Über Geld &amp; Stoff.</p>")
        make_comment(post)
        make_comment(post, kind=Comment.Kind.PINGBACK, name="Anderswo")

        response = self.client.get(self.url)

        for text in [
            "TALER &amp; TALAR",
            "Über Geld &amp; Stoff.",
            "Ada Beispiel",
            "4. Mai 2026",
            "1 Antwort",
        ]:
            self.assertContains(response, text)
        self.assertNotContains(response, "&amp;amp;")

    def test_teaser_ends_with_a_sentence_where_it_can(self):
        whole = "Am 3. Mai sagte Prof. Nord, was alle z. B. schon wussten: „Hier fehlt etwas.“"
        for text, teaser in [
            (f"{whole} Und {'a ' * 40}", whole),
            (f"Kurz gesagt. {'Und dann ' * 30}", f"Kurz gesagt. {'Und dann ' * 21}Und …"),
            ("Ein Satz. Noch einer", "Ein Satz. Noch einer"),
        ]:
            with self.subTest(text[:20]):
                self.assertEqual(Post(body_html=f"<p>{text}</p>").teaser, teaser)

    def test_what_is_not_public_is_not_listed(self):
        make_post("Entwurf", status=Post.Status.DRAFT)
        make_post("Morgen", published_at=timezone.now() + timedelta(days=1))
        make_post("Archiviert", status=Post.Status.ARCHIVED)

        response = self.client.get(self.url)

        self.assertContains(response, "Noch ist nichts erschienen.")

    def test_pages_of_ten_newest_first(self):
        author = make_author()
        for number in range(11):
            published_at = timezone.now() - timedelta(days=number + 1)
            make_post(f"Nr. {number}", authors=[author], published_at=published_at)

        self.assertNotContains(self.client.get(self.url), "Nr. 10")
        self.assertContains(self.client.get(self.url, {"page": 2}), "Nr. 10")
        for page in ["3", "0", "x"]:
            self.assertEqual(self.client.get(self.url, {"page": page}).status_code, 404)

    def test_query_count_is_constant(self):
        category = make_category()
        for number in range(2):
            make_post(f"Nr. {number}", authors=[make_author(f"A{number}")], category=category)
        with self.assertNumQueries(5):
            self.client.get(self.url)
        for number in range(2, 10):
            make_post(f"Nr. {number}", authors=[make_author(f"A{number}")], category=category)
        with self.assertNumQueries(5):
            self.client.get(self.url)

    def test_card_data_is_complete(self):
        make_post(category=make_category())
        posts = Post.objects.with_card_data().fetch_mode(models.FETCH_RAISE)
        make_comment(posts.get())
        post = posts.select_related("tally").get()
        self.assertIn("Ein Beitrag", render_to_string("blog/_post_card.html", {"post": post}))


class ArchiveTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.above = make_category("Wirtschaft")
        cls.category = make_category("Kundenservice", parent=cls.above)
        cls.tag = Tag.objects.create(name="Empathie")
        cls.post = make_post("Gesucht", category=cls.category, tags=[cls.tag])

    def test_each_archive_lists_its_posts(self):
        for url in [
            self.category.get_absolute_url(),
            self.above.get_absolute_url(),
            self.tag.get_absolute_url(),
            reverse("blog:year_detail", args=[2026]),
            reverse("blog:month_detail", args=[2026, 5]),
        ]:
            with self.subTest(url):
                self.assertContains(self.client.get(url), "Gesucht")

    def test_overview_counts_public_posts_by_month_and_category(self):
        make_post("Entwurf", status=Post.Status.DRAFT, category=self.category)
        response = self.client.get(reverse("blog:archive_list"))
        self.assertContains(response, "Mai")
        self.assertContains(response, "1 Beitrag", count=3)  # and in the category above

    def test_empty_months_and_years_do_not_exist(self):
        for path in ["2025/", "2025/5/", "2026/13/", "2026/0/", "99999/1/", "0/"]:
            with self.subTest(path):
                self.assertEqual(self.client.get(f"/archive/{path}").status_code, 404)

    def test_writing_is_not_possible(self):
        self.assertEqual(self.client.post(self.tag.get_absolute_url()).status_code, 405)
