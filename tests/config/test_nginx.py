import shutil
import tempfile
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.pages_ready import nginx
from config.http import SHARED


class Application(BaseHTTPRequestHandler):
    """Answer each request with a body of its own, which all may share."""

    protocol_version = "HTTP/1.1"
    heard: list[dict[str, str]] = []

    def do_GET(self):
        self.heard.append({name.lower(): value for name, value in self.headers.items()})
        body = str(len(self.heard)).encode()
        self.send_response(200)
        # As pages are, only longer: a test may take its time.
        self.send_header("Cache-Control", SHARED.replace("s-maxage=1,", "s-maxage=600,"))
        self.send_header("Vary", "Accept-Encoding, HX-Request")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="class")
def front(request):
    Application.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            nginx(folder, server.server_port, []) as (port, _cpu),
        ):
            request.cls.port = port
            yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@unittest.skipUnless(shutil.which("nginx"), "nginx is not installed")
@pytest.mark.usefixtures("front")
class MicroCacheTests(unittest.TestCase):
    """deploy/nginx.conf. A page that may be kept is that of before; each that is made differs."""

    port: int

    def ask(self, path, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def test_encodings_share_a_page_by_whether_they_hold_gzip(self):
        packed = self.ask("/a", Accept_Encoding="gzip")
        for encoding in ["gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5", "*"]:
            self.assertEqual(self.ask("/a", Accept_Encoding=encoding), packed, encoding)
        plain = self.ask("/a", Accept_Encoding="identity")
        self.assertNotEqual(plain, packed)
        for encoding in ["br", "gzip;q=0", "gzip; q=0.0, br"]:
            self.assertEqual(self.ask("/a", Accept_Encoding=encoding), plain, encoding)

    def test_application_hears_one_of_two_encodings(self):
        self.ask("/b", Accept_Encoding="deflate, gzip")
        self.assertEqual(Application.heard[-1]["accept-encoding"], "gzip")
        self.ask("/b", Accept_Encoding="br")
        self.assertNotIn("accept-encoding", Application.heard[-1])

    def test_who_has_a_page_of_their_own_neither_gets_nor_fills_it(self):
        personal = [
            {"Cookie": "session=1"},
            {"Cookie": "theme=dark; __Host-session=1"},
            {"Cookie": "own=1"},
            {"Cookie": "__Host-own=1"},
            {"Cookie": "messages=1"},
            {"Authorization": "Basic eDp5"},
        ]
        for number, headers in enumerate(personal):
            first = self.ask(f"/c{number}", **headers)
            kept = self.ask(f"/c{number}")
            self.assertNotEqual(kept, first, headers)
            self.assertNotIn(self.ask(f"/c{number}", **headers), [first, kept], headers)
            self.assertEqual(self.ask(f"/c{number}"), kept, headers)

    def test_other_cookies_share_a_page(self):
        self.assertEqual(self.ask("/d", Cookie="theme=dark; mysession=1"), self.ask("/d"))

    def test_a_part_is_another_page(self):
        page, part = self.ask("/e"), self.ask("/e", HX_Request="true")
        self.assertNotEqual(part, page)
        self.assertEqual(self.ask("/e", HX_Request="true"), part)
        self.assertEqual(self.ask("/e", HX_Request="1"), page)

    def test_scheme_is_another_page(self):
        page = self.ask("/f")
        self.assertNotEqual(self.ask("/f", X_Forwarded_Proto="https"), page)
        self.assertEqual(self.ask("/f", X_Forwarded_Proto="gopher"), page)

    def test_what_readers_say_of_themselves_is_not_heard(self):
        self.ask(
            "/g",
            X_Forwarded_For="192.0.2.1",
            X_Forwarded_Host="evil.example",
            X_Forwarded_Proto="gopher",
        )
        heard = Application.heard[-1]
        self.assertEqual(heard["x-forwarded-for"], "127.0.0.1")
        self.assertEqual(heard["x-forwarded-proto"], "http")
        self.assertNotIn("x-forwarded-host", heard)


def test_page_of_before_is_gone_ten_seconds_after_a_change():
    """A process looks for changes each second; nginx keeps a page to the end of the second that
    follows its last."""
    told = dict(part.partition("=")[::2] for part in SHARED.split(", "))
    kept = int(told["s-maxage"]) + int(told["stale-while-revalidate"])
    assert 1 + kept + 1 <= 10
