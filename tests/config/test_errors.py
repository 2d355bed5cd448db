from django.test import Client, TestCase, override_settings

from tests.config.test_headers import HeadersMixin

PAGES = {
    "/fail/400/": (400, "We could not read this request"),
    "/fail/403/": (403, "This page is not open to you"),
    "/no-such-page/": (404, "This page does not exist"),
    "/fail/429/": (429, "That was a little too often"),
    "/fail/500/": (500, "Something went wrong here"),
}


@override_settings(ROOT_URLCONF="tests.config.urls")
class ErrorPageTests(HeadersMixin, TestCase):
    def setUp(self):
        self.client = Client(raise_request_exception=False)

    def get(self, address):
        """Fetch a page that fails, without the log line that tells the operator of it."""
        with self.assertLogs("django", "WARNING"):
            return self.client.get(address)

    def test_each_page_is_english_under_en(self):
        for address, (status, title) in PAGES.items():
            with self.subTest(address):
                response = self.get(f"/en{address}")
                self.assertContains(response, f"<h1>{title}</h1>", status_code=status)
                self.assertContains(response, '<html lang="en">', status_code=status)

    def test_each_page_is_german_without_prefix(self):
        for address, (status, title) in PAGES.items():
            with self.subTest(address):
                response = self.get(address)
                self.assertContains(response, '<html lang="de">', status_code=status)
                self.assertNotContains(response, title, status_code=status)

    def test_each_page_has_the_security_headers(self):
        for address in PAGES:
            with self.subTest(address):
                self.assertSecured(self.get(address))

    def test_no_page_is_kept_or_sets_a_cookie(self):
        for address in PAGES:
            with self.subTest(address):
                response = self.get(address)
                self.assertEqual(response.headers["Cache-Control"], "no-store")
                self.assertFalse(response.cookies)

    def test_each_page_leads_back_to_the_front_page(self):
        for address, (status, _title) in PAGES.items():
            with self.subTest(address):
                response = self.get(f"/en{address}")
                self.assertContains(response, "To the front page", status_code=status)

    def test_form_without_token_says_what_to_do(self):
        client = Client(enforce_csrf_checks=True)
        with self.assertLogs("django.security.csrf", "WARNING"):
            response = client.post("/en/fail/403_csrf/", {"body": "Ein langer Text"})
        self.assertContains(response, "Please send that again", status_code=403)
        self.assertSecured(response)

    def test_foreign_host_is_refused_with_the_headers(self):
        with self.assertLogs("django.security", "ERROR"):
            response = self.client.get("/", headers={"host": "evil.example"})
        self.assertEqual(response.status_code, 400)
        self.assertSecured(response)

    def test_limit_says_when_to_come_back(self):
        self.assertEqual(self.get("/fail/429/").headers["Retry-After"], "90")

    def test_page_of_a_fault_needs_no_database(self):
        with self.assertNumQueries(0):
            response = self.get("/fail/500/")
        self.assertContains(response, "Resonanz", status_code=500)
