from django.test import Client, TestCase
from django.urls import reverse

from blog.models import Author
from newsletter.models import Subscription
from tests.factories import make_newsletter

HTMX = {"HX-Request": "true"}


class NewsletterDetailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()
        cls.url = cls.newsletter.get_absolute_url()

    def test_page_shows_the_newsletters_own_words_escaped_once(self):
        response = self.client.get(self.url)
        self.assertContains(response, "TALER &amp; TALAR &lt;x&gt;</h2>")
        self.assertContains(response, "<p>Gedanken über Geld &amp; Kleider.</p>")
        self.assertNotContains(response, "&amp;amp;")

    def test_form_says_who_sends_what_how_often_and_links_to_privacy(self):
        response = self.client.get(f"/en{self.url}")
        self.assertContains(response, "from Resonanz by e-mail")
        self.assertContains(response, "How often: alle zwei Wochen.")
        self.assertContains(response, "is not measured")
        self.assertContains(response, 'href="/en/privacy/"')

    def test_page_needs_one_query(self):
        with self.assertNumQueries(1):
            self.client.get(self.url)

    def test_page_sets_the_csrf_cookie_alone_and_is_not_cached(self):
        response = self.client.get(self.url)
        self.assertEqual(list(response.cookies), ["csrf"])
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_htmx_gets_the_form_alone(self):
        response = self.client.get(self.url, headers=HTMX)
        self.assertTemplateUsed("newsletter/newsletter_detail.html#signup")
        self.assertContains(response, f'data-hx-post="{self.url}"')
        self.assertContains(response, "csrfmiddlewaretoken")
        self.assertNotContains(response, "<html")
        self.assertIn("HX-Request", response.headers["Vary"])

    def test_fetched_form_takes_the_focus_to_what_is_to_be_typed(self):
        self.assertNotContains(self.client.get(self.url), "autofocus")
        fetched = self.client.get(self.url, headers=HTMX)
        self.assertRegex(fetched.text, r'<input type="email"[^>]* autofocus')
        data = {"email": "leser@example.org", "name": "x" * 121}
        wrong = self.client.post(self.url, data, headers=HTMX)
        self.assertRegex(wrong.text, r'<input type="text" name="name"[^>]* autofocus')

    def test_newsletter_that_is_not_public_is_not_found(self):
        self.newsletter.is_public = False
        self.newsletter.save()
        self.assertEqual(self.client.get(self.url).status_code, 404)
        response = self.client.post(self.url, {"email": "leser@example.org"})
        self.assertEqual(response.status_code, 404)

    def test_other_methods_are_refused(self):
        self.assertEqual(self.client.put(self.url).status_code, 405)

    def test_post_without_csrf_token_is_refused(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post(self.url, {"email": "leser@example.org"})
        self.assertEqual(response.status_code, 403)
        self.assertEqual(Subscription.objects.count(), 0)


class BadInputTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.url = make_newsletter().get_absolute_url()

    def assertRefused(self, field, **data):
        data = {"email": "leser@example.org", "name": "Berta Leserin"} | data
        response = self.client.post(self.url, data)
        self.assertEqual(response.status_code, 422)
        form = response.context["form"]
        self.assertEqual(list(form.errors), [field])
        self.assertEqual(form["email"].value(), data["email"])
        self.assertEqual(form["name"].value(), data["name"])
        self.assertEqual(Author.objects.count(), 0)

    def test_address_is_needed(self):
        self.assertRefused("email", email="")

    def test_nothing_at_all_is_an_error_at_the_field(self):
        response = self.client.post(self.url, {})
        self.assertContains(response, 'aria-invalid="true"', status_code=422)

    def test_address_must_be_one(self):
        for email in ["leser", "leser@", "a@b@c.org", "leser@example.org, x@example.org"]:
            with self.subTest(email=email):
                self.assertRefused("email", email=email)

    def test_address_that_folds_into_something_else_is_refused(self):
        self.assertRefused("email", email="leser@exam℀ple.org")

    def test_address_too_long(self):
        self.assertRefused("email", email="a" * 60 + "@" + "b" * 200 + ".org")

    def test_address_with_control_characters(self):
        for email in ["leser\0@example.org", "leser@example.org\nBcc: x@example.org"]:
            with self.subTest(email=email):
                self.assertRefused("email", email=email)

    def test_name_too_long(self):
        self.assertRefused("name", name="x" * 121)

    def test_name_with_nul_or_two_lines(self):
        for name in ["Berta\0Leserin", "Berta\nLeserin", "Berta\u2028Leserin", "Berta\x07"]:
            with self.subTest(name=name):
                self.assertRefused("name", name=name)

    def test_errors_are_in_the_language_of_the_page(self):
        response = self.client.post(f"/en{self.url}", {"email": "leser"})
        self.assertContains(response, "This is not an e-mail address.", status_code=422)


class SignupDoneTests(TestCase):
    def test_page_sets_no_cookie(self):
        newsletter = make_newsletter()
        response = self.client.get(reverse("newsletter:signup_done", args=[newsletter.slug]))
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.cookies)
