"""The cache of pages in front of Django: what it keeps, for whom, and until when."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from django.conf import settings
from django.db import OperationalError, connection
from django.test import SimpleTestCase, TransactionTestCase

from blog import changes
from blog.models import Change
from comments.own import COOKIE as OWN_COOKIE
from config.http import PAGE_TAGS, SHARED
from config.pagecache import KEPT_SECONDS, PageCache, key_of, may_be_kept
from config.pagechanges import LOOK_EVERY_SECONDS
from tests.config.wsgi import Answered, Clock, Counted, environ


def page_app(environ, start_response):
    body = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
    headers = [("Cache-Control", "public"), (PAGE_TAGS, "posts"), ("Content-Type", "text/html")]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


class KeyTests(SimpleTestCase):
    def test_only_reading_without_a_name_is_kept(self):
        for name, value in [
            ("cookie", f"{settings.SESSION_COOKIE_NAME}=x"), ("cookie", f"a=b; {OWN_COOKIE}=1"),
            ("cookie", "messages=x"), ("authorization", "Basic x"), ("hx_request", "true"),
        ]:  # fmt: skip
            with self.subTest(value):
                self.assertIsNone(key_of(environ(**{name: value})))
        self.assertIsNone(key_of(environ() | {"REQUEST_METHOD": "POST"}))
        self.assertIsNotNone(key_of(environ(cookie="csrftoken=x; likes=y")))

    def test_what_only_counts_visitors_is_cut_off(self):
        request = environ(query="utm_source=a&page=2&fbclid=b")
        self.assertEqual(key_of(request), key_of(environ(query="page=2")))
        self.assertEqual(request["QUERY_STRING"], "page=2")

    def test_unknown_parameters_pass_by(self):
        self.assertIsNone(key_of(environ(query="x=%3Cscript%3E")))
        self.assertIsNone(key_of(environ(query="page=" + "9" * 300)))
        self.assertIsNone(key_of(environ(query="p=123")))  # an old address, or the front page

    def test_host_and_scheme_part_pages(self):
        keys = [
            key_of(environ()), key_of(environ(host="other.example")),
            key_of(environ(x_forwarded_proto="https")),
            key_of(environ() | {"wsgi.url_scheme": "https"}),
        ]  # fmt: skip
        self.assertEqual(len(set(keys)), 4)

    def test_what_differs_between_readers_is_not_kept(self):
        good = {PAGE_TAGS.lower(): "posts", "cache-control": SHARED}
        self.assertTrue(may_be_kept(good))
        self.assertTrue(may_be_kept(good | {"vary": "Accept-Encoding"}))
        for more in [
            {"vary": "Cookie"}, {"set-cookie": "a=b"}, {"cache-control": "private, no-store"},
            {"vary": "Accept-Encoding, Accept-Language"},
        ]:  # fmt: skip
            with self.subTest(more):
                self.assertFalse(may_be_kept(good | more))
        self.assertFalse(may_be_kept({"cache-control": "public"}))


class KeptPagesTests(TransactionTestCase):
    """With an application that only says what it was asked."""

    def setUp(self):
        self.clock = Clock()
        self.counted = Counted(page_app)
        self.cache = PageCache(self.counted, clock=self.clock)

    def get(self, *args, **kwargs):
        return Answered(self.cache, environ(*args, **kwargs))

    def test_second_reader_costs_the_application_nothing(self):
        first, second = self.get("/a/"), self.get("/a/")
        self.assertEqual(first.body, second.body)
        self.assertEqual(first.headers, second.headers)
        self.assertEqual(self.counted.asked, ["/a/"])
        self.assertNotIn(PAGE_TAGS, second.headers)

    def test_packed_bytes_are_stored_and_unpack_to_the_page(self):
        packed = self.get("/a/", accept_encoding="br;q=1, gzip;q=0.5")
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), self.get("/a/").body)
        self.assertEqual(packed.headers["Content-Length"], str(len(packed.body)))
        self.assertEqual(packed.headers["Vary"], "Accept-Encoding")

    def test_who_refuses_gzip_gets_plain_bytes(self):
        for value in ["", "identity", "gzip;q=0", "gzip; q=0.0, br", "br"]:
            with self.subTest(value):
                answer = self.get("/a/", accept_encoding=value)
                self.assertNotIn("Content-Encoding", answer.headers)

    def test_known_page_is_not_sent_again(self):
        etag = self.get("/a/").headers["ETag"]
        answer = self.get("/a/", if_none_match=f'"x", {etag}')
        self.assertEqual((answer.status, answer.body), (304, b""))
        self.assertEqual(answer.headers["Cache-Control"], "public")

    def test_who_has_no_etag_may_ask_by_date(self):
        told = "Mon, 04 May 2026 12:00:00 GMT"

        def dated(environ, start_response):
            headers = [("Cache-Control", "public"), (PAGE_TAGS, ""), ("Last-Modified", told)]
            start_response("200 OK", headers)
            return [b"page"]

        cache = PageCache(dated, clock=self.clock)
        for asked, status in [
            ({"if_modified_since": told}, 304),
            ({"if_modified_since": "Mon, 04 May 2026 11:00:00 GMT"}, 200),
            ({"if_modified_since": told, "if_none_match": '"x"'}, 200),
        ]:
            with self.subTest(asked):
                self.assertEqual(Answered(cache, environ(**asked)).status, status)
        self.assertEqual(Answered(self.cache, environ(if_modified_since=told)).status, 200)

    def test_head_gets_the_headers_alone(self):
        length = self.get("/a/").headers["Content-Length"]
        answer = Answered(self.cache, environ("/a/") | {"REQUEST_METHOD": "HEAD"})
        self.assertEqual((answer.headers["Content-Length"], answer.body), (length, b""))

    def test_change_takes_its_pages_and_no_others(self):
        self.get("/a/")
        changes.note("post:7")
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 1)
        changes.note("posts")
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 2)

    def test_every_page_hangs_on_the_site(self):
        self.get("/a/")
        changes.note(changes.SITE)
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 2)

    def test_number_that_is_committed_late_is_seen(self):
        changes.note("a", "b", "c")
        late = Change.objects.order_by("pk")[1]
        late.delete()
        self.get("/a/")
        changes.note("d")
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        Change.objects.bulk_create([Change(pk=Change.objects.latest("pk").pk + 2, tag="e")])
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        Change.objects.bulk_create([Change(pk=Change.objects.latest("pk").pk - 1, tag="posts")])
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 2)

    def test_database_that_is_gone_is_asked_once_a_second_and_pages_stay(self):
        self.get("/a/")
        self.clock.now += LOOK_EVERY_SECONDS
        failing = patch("config.pagechanges.Changes._read", side_effect=OperationalError("gone"))
        with failing as read, self.assertLogs("config.pagechanges", "ERROR"):
            for _ in range(5):
                self.assertEqual(self.get("/a/").status, 200)
        self.assertEqual((read.call_count, len(self.counted.asked)), (1, 1))

    def test_nobody_sees_the_tags(self):
        cookie = f"{settings.SESSION_COOKIE_NAME}=x"
        for request in [
            environ("/a/"), environ("/a/", cookie=cookie), environ("/a/", query="x=1"),
            environ("/new/") | {"REQUEST_METHOD": "HEAD"},
        ]:  # fmt: skip
            with self.subTest(request["PATH_INFO"]):
                self.assertNotIn(PAGE_TAGS, Answered(self.cache, request).headers)

    def test_no_look_more_often_than_once_a_second(self):
        self.get("/a/")
        with self.assertNumQueries(0):
            for _ in range(20):
                self.get("/a/")
        self.clock.now += LOOK_EVERY_SECONDS
        with self.assertNumQueries(2):
            self.get("/a/")

    def test_two_processes_hear_of_the_same_change(self):
        other = PageCache(Counted(page_app), clock=self.clock)
        self.get("/a/")
        Answered(other, environ("/a/"))
        changes.note("posts")
        self.clock.now += LOOK_EVERY_SECONDS
        self.get("/a/")
        Answered(other, environ("/a/"))
        self.assertEqual([len(self.counted.asked), len(other.application.asked)], [2, 2])

    def test_old_pages_are_made_anew(self):
        self.get("/a/")
        self.clock.now += KEPT_SECONDS + 1
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 2)

    def test_process_that_slept_too_long_begins_anew(self):
        self.get("/a/")
        self.clock.now += 10_000
        self.cache.pages[next(iter(self.cache.pages))].made_at = self.clock.now
        self.get("/a/")
        self.assertEqual(len(self.counted.asked), 2)

    def test_memory_has_an_end_and_the_least_read_page_goes_first(self):
        self.cache.max_bytes = 2500
        for path in ["/a/", "/b/", "/a/", "/c/", "/a/", "/b/"]:
            self.get(path)
        self.assertEqual(self.counted.asked, ["/a/", "/b/", "/c/", "/b/"])
        self.assertLessEqual(self.cache.bytes_kept, 2500)
        self.assertEqual(self.cache.bytes_kept, sum(p.size for p in self.cache.pages.values()))

    def test_a_crowd_has_a_page_made_once(self):
        everybody_is_here, crowd = threading.Event(), 16

        def slow(environ, start_response):
            everybody_is_here.wait(10)
            return page_app(environ, start_response)

        def get(path):
            try:
                return self.get(path)
            finally:
                connection.close()  # one of these threads has looked for changes

        self.cache.changes.look(self.clock())  # the first look begins with an empty cache
        self.counted.application = slow
        with ThreadPoolExecutor(crowd) as pool:
            answers = [pool.submit(get, "/a/") for _ in range(crowd)]
            everybody_is_here.set()
            bodies = {answer.result().body for answer in answers}
        self.assertEqual((len(bodies), len(self.counted.asked)), (1, 1))

    def test_failing_page_holds_up_nobody(self):
        def broken(environ, start_response):
            raise ValueError("broken")

        self.counted.application = broken
        for _ in range(2):
            with self.assertRaises(ValueError):
                self.get("/a/")
        self.assertEqual(self.cache.making, {})
        self.counted.application = page_app
        self.assertEqual(self.get("/a/").status, 200)

    def test_other_answers_pass_as_they_are(self):
        def missing(environ, start_response):
            start_response("404 Not Found", [("X-Other", "1"), (PAGE_TAGS, "posts")])
            return [b"no"]

        self.counted.application = missing
        for _ in range(2):
            answer = self.get("/a/")
            self.assertEqual((answer.status, answer.body), (404, b"no"))
        self.assertEqual(answer.headers, {"X-Other": "1"})
        self.assertEqual(len(self.counted.asked), 2)
