"""A stand-in for Akismet on this machine, so that tests see the very bytes that would go out."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl

from django.test import TestCase, override_settings

from blog.models import SiteSettings
from comments import spam

KEY = "secret-key-0123"
THANKS = "Thanks for making the web a better place."


class StandIn(ThreadingHTTPServer):
    """Gives `answers` one after the other, then "false"; keeps (path, host, body) of requests."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = []
        self.requests = []
        self.may_answer = Event()
        self.may_answer.set()

    def handle_error(self, request, client_address):
        """Say nothing: a client that gave up waiting is what one test is about."""

    def will_answer(self, body, status=200, **headers):
        self.answers.append((body, status, headers))

    def sent(self, number=-1):
        """Return one request's fields as pairs."""
        return parse_qsl(self.requests[number][2].decode(), keep_blank_values=True)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers["Host"], body))
        self.server.may_answer.wait(10)
        text, status, headers = self.server.answers.pop(0) if self.server.answers else self._usual()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def _usual(self):
        return (THANKS if "submit" in self.path else "false", 200, {})

    def log_message(self, *args):
        pass


class AkismetTestCase(TestCase):
    """With a key, no question for consent, and an Akismet that answers as each test says."""

    def setUp(self):
        super().setUp()
        SiteSettings(akismet_consent="notice").save()
        self.akismet = StandIn()
        Thread(target=self.akismet.serve_forever, args=[0.01], daemon=True).start()
        self.addCleanup(self.akismet.server_close)
        self.addCleanup(self.akismet.shutdown)
        self.addCleanup(self.akismet.may_answer.set)
        address = f"http://127.0.0.1:{self.akismet.server_port}"
        self.enterContext(override_settings(AKISMET_API_KEY=KEY, AKISMET_API_URL=address))
        spam._http_client.cache_clear()
        self.addCleanup(lambda: (spam._http_client().close(), spam._http_client.cache_clear()))
