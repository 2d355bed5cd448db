import gzip
import ssl
from unittest import mock

from django.test import SimpleTestCase

from blog import deadline
from blog import fetch as fetching
from blog.fetch import (
    FetchError,
    NoSuchHost,
    NotAllowed,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    fetch,
)
from blog.publichosts import NoSuchHost as NotFound
from tests.web import PUBLIC, web_of_others


class Ticking:
    """A clock on which every look takes half a second."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        self.now += 0.5
        return self.now


class FetchTestCase(SimpleTestCase):
    def setUp(self):
        self.web = self.enterContext(web_of_others(any_name=False))

    def refused(self, kind, address="http://example.org/", **options):
        with self.assertRaises(kind) as caught:
            fetch(address, **options)
        return caught.exception


class AnswerTests(FetchTestCase):
    def test_what_came_is_told(self):
        self.web.says("https://example.org/a?b=c", "Hällo", Content_Type="text/HTML; charset=utf-8")
        answer = fetch("https://example.org/a?b=c#d")
        self.assertEqual((answer.status, answer.body), (200, "Hällo".encode()))
        self.assertEqual(
            (answer.url, answer.content_type), ("https://example.org/a?b=c", "text/html")
        )
        self.assertTrue(answer.is_success)

    def test_errors_of_the_other_side_are_answers(self):
        self.web.says("http://example.org/", "weg", status=410)
        answer = fetch("http://example.org/")
        self.assertEqual((answer.status, answer.is_success), (410, False))

    def test_nothing_is_sent_but_who_asks(self):
        with mock.patch.dict(
            "os.environ", HTTP_PROXY="http://10.0.0.1", HTTPS_PROXY="http://10.0.0.1"
        ):
            self.web.says("http://example.org/", Set_Cookie="a=b; Path=/")
            self.web.leads("http://example.org/from", "http://example.org/")
            fetch("http://example.org/")
            fetch("http://example.org/from")
        for request in self.web.requests:
            names = {name.lower() for name in request["headers"]}
            self.assertEqual(names, {"host", "user-agent", "accept", "accept-encoding"})
        self.assertEqual(request["headers"]["User-Agent"], "Resonanz (+http://localhost:8000)")

    def test_a_body_is_sent_and_no_redirect_takes_it_elsewhere(self):
        self.web.leads("https://hub.example.org/", "https://example.com/", status=307)
        answer = fetch(
            "https://hub.example.org/", method="POST", body=b"a=b", headers={"Content-Type": "x/y"}
        )
        self.assertEqual(answer.status, 307)
        (request,) = self.web.requests
        self.assertEqual((request["body"], request["headers"]["Content-Type"]), (b"a=b", "x/y"))

    def test_packed_answers_are_unpacked(self):
        self.web.says("http://example.org/", gzip.compress(b"x" * 5000), Content_Encoding="gzip")
        self.assertEqual(fetch("http://example.org/").body, b"x" * 5000)

    def test_head_reads_no_body(self):
        self.web.says("http://example.org/", gzip.compress(b"x"), Content_Encoding="gzip")
        self.assertEqual(fetch("http://example.org/", method="HEAD").body, b"")


class AddressTests(FetchTestCase):
    def test_only_the_web_is_asked(self):
        for address in (
            "", "example.org", "/etc/passwd", "//example.org/", "file:///etc/passwd", "http://",
            "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "http:///x",
            "http://user@example.org/", "http://user:word@example.org/", "http://example.org:22/",
            "http://example.org:443/", "https://example.org:80/", "http://example.org:99999/",
            "http://exa\nmple.org/", "http://[::1/",
        ):  # fmt: skip
            with self.subTest(address):
                self.refused(NotAllowed, address)
        self.assertEqual(self.web.dialled, [])

    def test_nothing_behind_our_doors_is_asked(self):
        for found in (
            ["127.0.0.1"], ["::1"], ["169.254.169.254"], ["10.0.0.1"], ["fd00:ec2::254"],
            ["64:ff9b::7f00:1"], ["::ffff:127.0.0.1"], ["2002:7f00:1::"], ["0.0.0.0"],
            ["224.0.0.1"],
            [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC],
        ):  # fmt: skip
            with self.subTest(found):
                self.web.addresses["example.org"] = found
                self.refused(NotAllowed)
        self.assertEqual(self.web.dialled, [])

    def test_the_address_that_was_checked_is_the_one_that_is_asked(self):
        """DNS rebinding: whoever asks a second time gets another answer."""
        self.web.says("http://example.org/", "gut")
        self.web.addresses["example.org"] = [[PUBLIC], ["127.0.0.1"]]
        self.assertEqual(fetch("http://example.org/").body, b"gut")
        self.assertEqual(self.web.dialled, [(PUBLIC, 80)])
        self.refused(NotAllowed)
        self.assertEqual(self.web.dialled, [(PUBLIC, 80)])

    def test_a_second_address_is_tried_when_the_first_does_not_answer(self):
        self.web.says("http://example.org/", "gut")
        self.web.addresses["example.org"] = ["93.184.215.13", PUBLIC]
        dial = fetching._dial.connect_tcp
        refusing = [fetching.httpcore.ConnectError("refused"), dial(PUBLIC, 80, 5)]
        with mock.patch.object(fetching._dial, "connect_tcp", side_effect=refusing):
            self.assertEqual(fetch("http://example.org/").body, b"gut")

    def test_a_name_that_leads_nowhere_is_told_from_one_nobody_knows_of_today(self):
        self.web.addresses["example.org"] = NotFound("no such name", is_sure=True)
        self.refused(NoSuchHost)
        self.web.addresses["example.org"] = NotFound("try again", is_sure=False)
        self.refused(Unreachable)


class RedirectTests(FetchTestCase):
    def test_five_are_followed(self):
        for step in range(5):
            self.web.leads(f"http://example.org/{step}", f"/{step + 1}")
        self.web.says("http://example.org/5", "da")
        answer = fetch("http://example.org/0")
        self.assertEqual((answer.body, answer.url), (b"da", "http://example.org/5"))

    def test_the_sixth_and_a_circle_are_given_up(self):
        self.web.leads("http://example.org/", "https://example.com/")
        self.web.leads("https://example.com/", "http://example.org/")
        self.refused(TooManyRedirects)
        self.assertEqual(len(self.web.requests), 6)

    def test_each_is_checked_as_the_first(self):
        self.web.addresses["inside.example.com"] = ["192.168.0.1"]
        for target in (
            "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/",
            "http://2130706433/", "https://inside.example.com/", "file:///etc/passwd",
            "http://example.com:6379/", "//user:word@example.com/",
        ):  # fmt: skip
            with self.subTest(target):
                self.web.addresses |= {
                    host: [host] for host in ("127.0.0.1", "::1", "169.254.169.254")
                }
                self.web.addresses["2130706433"] = ["127.0.0.1"]
                self.web.leads("http://example.org/", target)
                self.refused(NotAllowed)
        self.assertEqual({address for address, _port in self.web.dialled}, {PUBLIC})


class LimitTests(FetchTestCase):
    def test_ten_megabytes_are_not_read(self):
        def endless(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "10000000")
            handler.end_headers()
            for _chunk in range(100):
                handler.wfile.write(b"x" * 100_000)

        self.web.answers["http://example.org/"] = endless
        self.refused(TooLarge)

    def test_a_little_that_unpacks_to_a_lot_is_not_unpacked(self):
        bomb = gzip.compress(bytes(20_000_000))
        self.assertLess(len(bomb), fetching.MAX_BYTES)
        self.web.says("http://example.org/", bomb, Content_Encoding="gzip")
        unpacked = []
        real = fetching._unpacker

        def watched(headers):
            unpack = real(headers)

            def counted(chunk, most):
                unpacked.append(unpack(chunk, most))
                return unpacked[-1]

            return counted

        with mock.patch.object(fetching, "_unpacker", watched):
            self.refused(TooLarge)
        self.assertEqual(sum(map(len, unpacked)), fetching.MAX_BYTES + 1)

    def test_other_packings_and_broken_ones_are_no_answer(self):
        self.web.says("http://example.org/", b"xx", Content_Encoding="br")
        self.refused(Unreachable)
        self.web.says("http://example.org/", b"not packed", Content_Encoding="gzip")
        self.refused(Unreachable)

    def test_a_body_and_a_head_that_drip_are_given_up(self):
        def dripping(handler):
            handler.send_response(200)
            handler.end_headers()
            drip(handler)

        def drip(handler):
            for _byte in range(100_000):
                handler.wfile.write(b"x")
                handler.wfile.flush()

        for answer in (dripping, drip):
            self.web.answers["http://example.org/"] = answer
            with mock.patch.object(deadline, "time", Ticking()):
                self.refused(TooSlow)

    def test_a_name_that_nobody_answers_for_is_given_up(self):
        self.web.addresses["example.org"] = TimeoutError()
        self.refused(TooSlow)

    def test_a_host_that_says_nothing_is_given_up(self):
        self.web.answers["http://example.org/"] = lambda handler: handler.rfile.read(1)
        self.refused(TooSlow, seconds=0.2)

    def test_all_redirects_together_have_one_end(self):
        for step in range(5):
            self.web.leads(f"http://example.org/{step}", f"/{step + 1}")
        self.web.says("http://example.org/5", "da")
        with mock.patch.object(deadline, "time", Ticking()):
            self.refused(TooSlow, "http://example.org/0")

    def test_what_is_not_http_is_no_answer(self):
        self.web.answers["http://example.org/"] = lambda handler: handler.wfile.write(
            b"SSH-2.0\r\n\r\n"
        )
        self.refused(Unreachable)


class CertificateTests(FetchTestCase):
    def test_the_name_is_shown_and_checked_though_the_address_is_dialled(self):
        self.web.says("https://www.example.org/", "da")
        self.assertEqual(fetch("https://www.example.org/").body, b"da")
        self.assertEqual(self.web.dialled, [(PUBLIC, 443)])

    def test_a_certificate_for_another_name_is_refused(self):
        error = self.refused(Unreachable, "https://other.example.net/")
        self.assertIn("certificate", str(error))

    def test_one_that_nobody_trusts_is_refused(self):
        with mock.patch.object(fetching, "_ssl_context", ssl.create_default_context):
            error = self.refused(Unreachable, "https://example.org/")
        self.assertIn("certificate", str(error))
        self.assertEqual(self.web.requests, [])

    def test_every_failure_is_one_kind(self):
        kinds = {NotAllowed, NoSuchHost, Unreachable, TooSlow, TooLarge, TooManyRedirects}
        self.assertTrue(all(issubclass(kind, FetchError) for kind in kinds))
