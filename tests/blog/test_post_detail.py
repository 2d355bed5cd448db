from datetime import timedelta
from unittest import skipUnless

from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import OldAddress, Post, Tag
from blog.reading import around
from comments.models import Comment
from tests.factories import make_author, make_category, make_comment, make_post


class PostDetailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author(bio_de="Theologe & Germanist", bio_en="A theologian")
        cls.category = make_category()
        cls.post = make_post(
            "Größe zeigen",
            subtitle="Ein Versuch",
            authors=[cls.author, make_author("Zweite Feder")],
            category=cls.category,
            tags=[Tag.objects.create(name="Mut")],
        )
        cls.url = cls.post.get_absolute_url()

    def test_page_shows_all_there_is(self):
        make_post("Davor", published_at=self.post.published_at - timedelta(days=1))
        make_post("Danach", published_at=self.post.published_at + timedelta(days=1))

        response = self.client.get(self.url)

        for text in [
            "Kundenservice", "Größe zeigen", "Ein Versuch", "Ada Beispiel", "Zweite Feder", "Mut",
            "4. Mai 2026", "Zur Person", "Theologe &amp; Germanist", "Davor", "Danach",
            "Noch keine Antwort",
        ]:  # fmt: skip
            self.assertContains(response, text)

    def test_english_page_has_english_forms(self):
        response = self.client.get(f"/en{self.url}")
        for text in ["4 May 2026", "About the author", "A theologian", '<html lang="en">']:
            self.assertContains(response, text)
        self.assertContains(response, '<h1 class="post-title p-name" lang="de">')
        self.assertContains(
            response, f'<link rel="canonical" href="http://localhost:8000{self.url}">'
        )

    def test_what_is_not_public_is_not_found(self):
        for fields in [
            {"status": Post.Status.DRAFT},
            {"status": Post.Status.IN_REVIEW},
            {"published_at": timezone.now() + timedelta(minutes=1)},
        ]:
            with self.subTest(fields):
                post = make_post(**fields)
                self.assertEqual(self.client.get(post.get_absolute_url()).status_code, 404)

    def test_scheduled_post_appears_at_its_time_without_a_worker(self):
        post = make_post(published_at=timezone.now() + timedelta(hours=1))
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
        self.assertEqual(self.client.get(post.get_absolute_url()).status_code, 200)

    def test_first_visit_sets_no_cookie_and_carries_no_token(self):
        response = self.client.get(self.url)
        self.assertFalse(response.cookies)
        self.assertNotContains(response, "csrfmiddlewaretoken")
        self.assertNotContains(response, "nonce")

    def test_former_slugs_lead_to_the_present_one(self):
        self.post.slug = "besser"
        self.post.save()
        new = self.post.get_absolute_url()
        self.assertRedirects(self.client.get(self.url), new, 301)
        self.assertRedirects(self.client.get(f"/en{self.url}"), f"/en{new}", 301)

    def test_former_slug_cannot_be_chosen_for_another_post(self):
        former = self.post.slug
        self.post.slug = "besser"
        self.post.save()
        with self.assertRaisesMessage(ValidationError, "Adresse"):
            Post(title="Anderer", slug=former).clean()

    def test_imported_addresses_redirect(self):
        OldAddress.objects.create(path="/2013/08/02/größe", post=self.post)
        response = self.client.get("/2013/08/02/gr%C3%B6%C3%9Fe/")
        self.assertRedirects(response, self.url, 301)

    def test_old_address_of_a_draft_stays_hidden(self):
        draft = make_post(status=Post.Status.DRAFT)
        OldAddress.objects.create(path="/alt", post=draft)
        self.assertEqual(self.client.get("/alt/").status_code, 404)

    def test_slug_once_public_is_not_given_to_another_post(self):
        self.post.slug = "besser"
        self.post.save()
        self.assertEqual(make_post("Größe zeigen").slug, "groesse-zeigen-2")

    def test_video_page_lets_the_frame_in_and_others_do_not(self):
        video = make_post("Film", body="<p>https://youtu.be/dQw4w9WgXcQ</p>")
        headers = self.client.get(video.get_absolute_url()).headers
        self.assertEqual(headers["Cross-Origin-Embedder-Policy"], "unsafe-none")
        headers = self.client.get(self.url).headers
        self.assertEqual(headers["Cross-Origin-Embedder-Policy"], "require-corp")

    def test_query_count_is_constant(self):
        for number in range(2):
            make_comment(self.post, name=f"N{number}")
        with self.assertNumQueries(8):
            self.client.get(self.url)
        for number in range(198):
            make_comment(self.post, name=f"N{number}")
        with self.assertNumQueries(8):
            self.client.get(self.url)


class AuthorDetailTests(TestCase):
    def test_page_shows_posts_and_verified_answers(self):
        author = make_author(email="a@example.org")
        post = make_post("Mein Beitrag", authors=[author])
        make_comment(post, author=author, is_verified=True, body="Das war ich.")
        make_comment(post, author=author, body="Das behauptet wer.")

        response = self.client.get(author.get_absolute_url())

        self.assertContains(response, "Mein Beitrag")
        self.assertContains(response, "Das war ich.")
        self.assertNotContains(response, "Das behauptet wer.")

    def test_typing_a_name_gives_nobody_a_page(self):
        author = make_author(email="x@example.org", email_verified_at=timezone.now())
        make_comment(make_post(), author=author)
        url = reverse("blog:author_detail", args=[author.slug])
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_an_answer_by_proof_gives_a_page(self):
        author = make_author(email="x@example.org")
        comment = make_comment(make_post(), author=author, is_verified=True)
        self.assertContains(self.client.get(author.get_absolute_url()), "Gut gesagt.")
        Comment.objects.filter(pk=comment.pk).update(status=Comment.Status.SPAM)
        self.assertEqual(self.client.get(author.get_absolute_url()).status_code, 404)

    def test_address_is_never_shown(self):
        author = make_author(email="geheim@example.org")
        make_post(authors=[author])
        self.assertNotContains(self.client.get(author.get_absolute_url()), "geheim@")

    def test_answers_under_hidden_posts_are_hidden(self):
        author = make_author(email="a@example.org", email_verified_at=timezone.now())
        make_post(authors=[author])
        post = make_post(status=Post.Status.PUBLISHED, published_at=timezone.now() + timedelta(1))
        make_comment(post, author=author, is_verified=True, body="Zu früh.")
        self.assertNotContains(self.client.get(author.get_absolute_url()), "Zu früh.")


class AroundTests(TestCase):
    @skipUnless(connection.vendor == "sqlite", "the words of SQLite's planner")
    def test_no_part_of_the_query_sorts_or_reads_all_posts(self):
        post = make_post(category=make_category())
        with CaptureQueriesContext(connection) as captured:
            around(post)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
        self.assertEqual([step for step in plan if "TEMP B-TREE" in step or "SCAN" in step], [])


class FeedTests(TestCase):
    def test_full_text_with_absolute_addresses(self):
        make_post("TALER & TALAR", body='<p>Ganz. <a href="/posts/x/">da</a></p>')
        response = self.client.get(reverse("blog:feed"))
        self.assertEqual(response.headers["Content-Type"], "application/xml; charset=utf-8")
        self.assertContains(response, "TALER &amp; TALAR")
        self.assertContains(response, '&lt;a href="http://localhost:8000/posts/x/"')
        self.assertContains(response, "<dc:creator>Ada Beispiel</dc:creator>")

    def test_id_outlives_a_better_slug(self):
        post = make_post()
        before = self.client.get(reverse("blog:feed")).content.partition(b"<guid")[2][:60]
        post.slug = "anders"
        post.save()
        after = self.client.get(reverse("blog:feed")).content.partition(b"<guid")[2][:60]
        self.assertEqual(before, after)
