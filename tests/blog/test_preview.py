"""The preview of a post in the admin: the page of readers, framed by nobody but us."""

from django.test import TestCase
from django.urls import reverse

from blog.models import Post
from config.http import ADMIN_CSP
from tests.blog.test_admin import byline_data, post_data
from tests.factories import make_author, make_category, make_post, make_user

VIDEO = "<p>https://youtu.be/dQw4w9WgXcQ</p>"


class PreviewTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.editor = make_user("redaktion", is_staff=True, is_superuser=True)
        cls.author = make_author("Ada Beispiel")
        cls.post = make_post(
            "Noch nicht",
            status=Post.Status.DRAFT,
            published_at=None,
            authors=[cls.author],
            category=make_category("Rubrik"),
        )
        cls.url = reverse("admin:blog_post_preview", args=[cls.post.pk])

    def setUp(self):
        self.client.force_login(self.editor)

    def main_of(self, response):
        """What stands between the head of the page and the conversation."""
        html = response.content.decode()
        return html[html.index('<nav class="breadcrumbs"') : html.index("</article>")]

    def test_draft_is_shown_by_the_template_of_readers(self):
        response = self.client.get(self.url)
        self.assertTemplateUsed(response, "blog/post_detail.html")
        self.assertContains(response, "<h1")
        self.assertContains(response, "Ada Beispiel")
        self.assertContains(response, "Rubrik")
        self.assertNotContains(response, 'id="answers"')
        self.assertNotContains(response, "csrfmiddlewaretoken")

    def test_is_the_page_that_readers_get(self):
        Post.objects.update(status=Post.Status.PUBLISHED, published_at="2026-05-04 12:00Z")
        public = self.client.get(self.post.get_absolute_url())
        self.assertEqual(self.main_of(self.client.get(self.url)), self.main_of(public))

    def test_nothing_keeps_or_finds_it(self):
        response = self.client.get(self.url)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertContains(response, '<meta name="robots" content="noindex, nofollow">')
        self.assertNotContains(response, 'rel="canonical"')

    def test_only_our_own_pages_can_frame_it(self):
        for response in [self.client.get(self.url), self.client.post(self.url, post_data())]:
            self.assertEqual(response.headers["X-Frame-Options"], "SAMEORIGIN")
            self.assertIn("frame-ancestors 'self'", response.headers["Content-Security-Policy"])
            self.assertNotIn("nonce", response.headers["Content-Security-Policy"])

    def test_everything_else_lets_nobody_frame_it(self):
        Post.objects.update(status=Post.Status.PUBLISHED, published_at="2026-05-04 12:00Z")
        for url in [
            reverse("admin:blog_post_change", args=[self.post.pk]),
            reverse("admin:blog_post_review", args=[self.post.pk]),
            reverse("admin:index"),
            self.post.get_absolute_url(),
        ]:
            with self.subTest(url):
                response = self.client.get(url)
                self.assertEqual(response.headers["X-Frame-Options"], "DENY")
                self.assertIn("frame-ancestors 'none'", response.headers["Content-Security-Policy"])

    def test_admin_frames_nothing_but_our_own(self):
        self.assertEqual(ADMIN_CSP["frame-src"], ["'self'"])
        response = self.client.get(reverse("admin:blog_post_change", args=[self.post.pk]))
        self.assertIn("frame-src 'self';", response.headers["Content-Security-Policy"])

    def test_form_can_hold_a_preview_with_a_video(self):
        self.post.body = VIDEO
        self.post.save()
        for url in [self.url, reverse("admin:blog_post_change", args=[self.post.pk])]:
            header = self.client.get(url).headers["Cross-Origin-Embedder-Policy"]
            self.assertEqual(header, "unsafe-none")

    def test_what_is_typed_is_shown_and_not_stored(self):
        before = Post.objects.values().get()
        category = make_category("Andere")
        other = make_author("Bernd Zweitname")
        data = post_data(
            title="Neu getippt",
            body="<p>Frisch</p><script>alert(1)</script>",
            category=category.pk,
            **byline_data(other),
        )
        response = self.client.post(self.url, data)
        for words in ["Neu getippt", "<p>Frisch</p>", "Andere", "Bernd Zweitname"]:
            self.assertContains(response, words)
        self.assertNotContains(response, "<script>alert")
        self.assertNotContains(response, "Ada Beispiel")
        self.assertEqual(Post.objects.values().get(), before)

    def test_what_is_wrong_in_the_form_stays_as_it_is_stored(self):
        data = post_data(title="", body="<p>Frisch</p>", comment_days="0")
        response = self.client.post(self.url, data)
        self.assertContains(response, "Noch nicht")
        self.assertContains(response, "Frisch")

    def test_form_without_anything_is_shown_too(self):
        self.assertContains(self.client.post(self.url, {}), "Noch nicht")

    def test_new_post_is_shown_before_it_is_saved(self):
        make_author("Chefin", user=self.editor)
        url = reverse("admin:blog_post_preview_new")
        response = self.client.post(url, post_data(title="", body="<p>Erster Satz</p>"))
        self.assertContains(response, "Erster Satz")
        self.assertContains(response, "Chefin")
        self.assertEqual(Post.objects.count(), 1)
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_speaks_the_language_of_the_post(self):
        Post.objects.update(language="en")
        response = self.client.get(self.url)
        self.assertContains(response, '<html lang="en">')
        self.assertEqual(response.headers["Content-Language"], "en")

    def test_without_the_right_to_it_there_is_none(self):
        self.client.force_login(make_user("niemand", is_staff=True))
        self.assertEqual(self.client.get(self.url).status_code, 404)
        self.assertEqual(self.client.post(self.url, post_data()).status_code, 404)
        new = reverse("admin:blog_post_preview_new")
        self.assertEqual(self.client.post(new, post_data()).status_code, 404)

    def test_strangers_are_asked_to_log_in(self):
        self.client.logout()
        self.assertEqual(self.client.get(self.url).status_code, 302)

    def test_form_needs_its_token(self):
        client = self.client_class(enforce_csrf_checks=True)
        client.force_login(self.editor)
        self.assertEqual(client.post(self.url, post_data()).status_code, 403)

    def test_form_offers_it(self):
        form = self.client.get(reverse("admin:blog_post_change", args=[self.post.pk]))
        self.assertContains(form, f'formaction="{self.url}"')
        form = self.client.get(reverse("admin:blog_post_add"))
        self.assertContains(form, f'formaction="{reverse("admin:blog_post_preview_new")}"')
