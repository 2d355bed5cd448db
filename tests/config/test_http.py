from ipaddress import ip_network

from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings
from django.utils import translation

from config.http import client_ip, language_from_path, trusted_proxies


@override_settings(TRUSTED_PROXIES=[ip_network("10.0.0.0/8"), ip_network("::1")])
class TrustedProxiesTests(SimpleTestCase):
    def seen(self, peer, **headers):
        """Return the request as a view sees it when `peer` connects with `headers`."""
        request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
        trusted_proxies(lambda request: HttpResponse())(request)
        return request

    def test_stranger_cannot_choose_an_address(self):
        request = self.seen("203.0.113.9", x_forwarded_for="198.51.100.1")
        self.assertEqual(client_ip(request), "203.0.113.9")

    def test_stranger_cannot_claim_https_or_another_host(self):
        request = self.seen(
            "203.0.113.9", x_forwarded_proto="https", x_forwarded_host="evil.example"
        )
        self.assertNotIn("HTTP_X_FORWARDED_PROTO", request.META)
        self.assertNotIn("HTTP_X_FORWARDED_HOST", request.META)

    def test_proxy_names_the_client(self):
        request = self.seen("10.0.0.1", x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
        self.assertEqual(client_ip(request), "198.51.100.1")
        self.assertEqual(request.META["HTTP_X_FORWARDED_PROTO"], "https")

    def test_proxies_in_a_row_are_passed_over(self):
        request = self.seen("10.0.0.1", x_forwarded_for="198.51.100.1, 10.2.2.2, 10.3.3.3")
        self.assertEqual(client_ip(request), "198.51.100.1")

    def test_what_a_client_sent_itself_does_not_count(self):
        request = self.seen("10.0.0.1", x_forwarded_for="1.2.3.4, 10.9.9.9, 198.51.100.1")
        self.assertEqual(client_ip(request), "198.51.100.1")

    def test_nonsense_ends_the_search(self):
        request = self.seen("10.0.0.1", x_forwarded_for="198.51.100.1, <script>, 10.2.2.2")
        self.assertEqual(client_ip(request), "10.2.2.2")

    def test_ipv6_proxy_is_known_too(self):
        request = self.seen("::1", x_forwarded_for="2001:db8::7")
        self.assertEqual(client_ip(request), "2001:db8::7")

    def test_server_without_peer_address_is_no_proxy(self):
        request = self.seen("", x_forwarded_for="198.51.100.1")
        self.assertEqual(client_ip(request), "")


class LanguageFromPathTests(SimpleTestCase):
    def answer(self, path, **headers):
        """Return the language active in the view and the answer."""
        active = []

        def view(request):
            active.append((translation.get_language(), request.LANGUAGE_CODE))
            return HttpResponse()

        response = language_from_path(view)(RequestFactory().get(path, headers=headers))
        return active[0], response

    def test_path_decides(self):
        active, response = self.answer("/en/posts/x/")
        self.assertEqual(active, ("en", "en"))
        self.assertEqual(response.headers["Content-Language"], "en")

    def test_without_prefix_it_is_german(self):
        self.assertEqual(self.answer("/posts/x/")[0], ("de", "de"))

    def test_browser_and_cookie_decide_nothing(self):
        active, response = self.answer("/", accept_language="en", cookie="django_language=en")
        self.assertEqual(active, ("de", "de"))
        self.assertNotIn("Vary", response.headers)

    def test_language_does_not_outlive_the_request(self):
        with translation.override("de"):
            self.answer("/en/")
            self.assertEqual(translation.get_language(), "de")
