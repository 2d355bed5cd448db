from unittest import mock

import httpx
from django.test import SimpleTestCase

from blog import deadline
from blog.deadline import Deadline


class Dripping(httpx.SyncByteStream):
    def __init__(self, *chunks):
        self.chunks, self.is_closed = chunks, False

    def __iter__(self):
        yield from self.chunks

    def close(self):
        self.is_closed = True


class DeadlineTests(SimpleTestCase):
    def get(self, stream, *, times=(0,) * 20):
        inner = httpx.MockTransport(lambda request: httpx.Response(200, stream=stream))
        client = httpx.Client(transport=Deadline(inner, seconds=2, max_bytes=10))
        with mock.patch.object(deadline.time, "monotonic", side_effect=list(times)), client:
            return client.get("https://example.org/")

    def test_an_answer_in_time_comes_through(self):
        self.assertEqual(self.get(Dripping(b"tr", b"ue"), times=[0, 1, 2]).text, "true")

    def test_an_answer_that_drips_is_given_up(self):
        stream = Dripping(b"t", b"r", b"u", b"e")
        with self.assertRaises(httpx.ReadTimeout):
            self.get(stream, times=[0, 1, 2, 3])
        self.assertTrue(stream.is_closed)

    def test_an_answer_without_end_is_given_up(self):
        stream = Dripping(*[b"xxxx"] * 3)
        with self.assertRaises(httpx.ReadError):
            self.get(stream)
        self.assertTrue(stream.is_closed)
