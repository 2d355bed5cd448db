from django.contrib.auth import get_user_model
from django.test import TestCase
from django.urls import reverse

from blog.providers import frame_sources
from tests.factories import make_author, make_category, make_post

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; "
    f"frame-src {' '.join(frame_sources([]))}; media-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class HeadersMixin:
    def assertSecured(self, response):
        self.assertEqual(response.headers["Content-Security-Policy"], CSP)
        self.assertIsolated(response)

    def assertIsolated(self, response, embedder="require-corp"):
        expected = {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": embedder,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        self.assertEqual({name: response.headers[name] for name in expected}, expected)
        self.assertIn("camera=()", response.headers["Permissions-Policy"])


class PublicPageTests(HeadersMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        author = make_author()
        post = make_post(authors=[author], category=make_category())
        cls.addresses = [
            reverse("blog:post_list"),
            post.get_absolute_url(),
            f"/en{post.get_absolute_url()}",
            author.get_absolute_url(),
            post.category.get_absolute_url(),
            reverse("blog:archive_list"),
            reverse("blog:feed"),
            reverse("blog:imprint"),
            reverse("blog:privacy"),
            reverse("healthz"),
        ]

    def test_public_pages_are_secured(self):
        for address in self.addresses:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, 200)
                self.assertSecured(response)

    def test_first_visit_sets_no_cookie(self):
        for address in self.addresses:
            with self.subTest(address):
                self.assertFalse(self.client.get(address).cookies)

    def test_public_pages_hold_nothing_personal(self):
        for address in self.addresses:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertNotContains(response, "csrfmiddlewaretoken")
                self.assertNotContains(response, "nonce")

    def test_policy_has_no_weak_word(self):
        for word in ["unsafe", "data:", "blob:", "*", "nonce"]:
            self.assertNotIn(word, CSP)


class AdminTests(HeadersMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.admin = get_user_model().objects.create_superuser("admin", "", "unused")

    def test_admin_has_the_same_policy_with_a_nonce_at_most(self):
        self.client.force_login(self.admin)
        for name in ["admin:index", "admin:blog_post_add"]:
            with self.subTest(name):
                response = self.client.get(reverse(name))
                policy = response.headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertNotIn("data:", policy)
                # A post's form frames a preview in which videos play, and windows that it opens
                # have to say the same.
                self.assertIsolated(response, embedder="unsafe-none")

    def test_editor_page_has_no_script_or_style_without_nonce(self):
        self.client.force_login(self.admin)
        page = self.client.get(reverse("admin:blog_post_add")).content.decode()
        self.assertNotRegex(page, r"<script(?![^>]*(?:src|nonce)=)[^>]*>")
        self.assertNotRegex(page, r"<style(?![^>]*nonce=)[^>]*>")
        self.assertNotRegex(page, r"<[^>]+\s(?:style|on\w+)=")
