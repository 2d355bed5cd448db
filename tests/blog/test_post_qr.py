import re
from xml.etree import ElementTree

import segno
from django.test import TestCase
from django.urls import reverse

from blog.models import Post
from config.http import PAGE_TAGS
from tests.factories import make_post


def dark_modules(svg):
    """Return (column, row) of each dark module of a code drawn by strokes one module high."""
    drawn = ElementTree.fromstring(svg)
    strokes = drawn.find("{*}path[@stroke]").attrib["d"]
    x, y, found = 0, 0, set()
    for command, numbers in re.findall(r"([MmhH])([-0-9. ]+)", strokes):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            found |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return found


class PostQrTests(TestCase):
    def get(self, post, prefix=""):
        return self.client.get(prefix + reverse("blog:post_qr", args=[post.slug]))

    def test_code_holds_the_canonical_address(self):
        post = make_post()
        response = self.get(post)
        self.assertEqual(response.headers["Content-Type"], "image/svg+xml")
        code = segno.make_qr(post.get_canonical_url(), error="m")
        self.assertEqual(dark_modules(response.content), {
            (column + 4, row + 4)
            for row, modules in enumerate(code.matrix)
            for column, is_dark in enumerate(modules) if is_dark
        })  # fmt: skip

    def test_it_is_the_same_in_every_language(self):
        post = make_post(language="en")
        self.assertEqual(self.get(post).content, self.get(post, "/en").content)

    def test_it_is_kept_until_the_post_changes(self):
        post = make_post()
        response = self.get(post)
        self.assertIn("public", response.headers["Cache-Control"])
        self.assertEqual(response.headers[PAGE_TAGS], f"post:{post.pk}")

    def test_what_is_not_public_has_none(self):
        self.assertEqual(self.get(make_post(status=Post.Status.DRAFT)).status_code, 404)

    def test_it_answers_reading_alone_and_in_one_query(self):
        post = make_post()
        url = reverse("blog:post_qr", args=[post.slug])
        self.assertEqual(self.client.post(url).status_code, 405)
        with self.assertNumQueries(1):
            self.client.get(url)
