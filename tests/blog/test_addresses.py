"""Addresses that are filled in are those that Django finds."""

from django.test import SimpleTestCase
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils.translation import override

from blog.addresses import address, numbered

PAGES = [
    ("blog:post_list",),
    ("blog:post_detail", "groesse-20"),
    ("blog:language_feed_atom", "en"),
    ("blog:month_detail", 2026, 5),
    ("comments:comment_detail", 7),
    ("comments:comment_reply", "groesse-20", 7),
    ("blog:review_detail", "token:with%signs"),
]


class AddressTests(SimpleTestCase):
    def test_address_is_that_of_reverse_in_every_language(self):
        for language in ("de", "en"):
            for name, *args in PAGES:
                with self.subTest(name=name, language=language), override(language):
                    self.assertEqual(address(name, *args), reverse(name, args=args))
                    self.assertEqual(address(name, *args), reverse(name, args=args))

    def test_language_may_be_another_than_the_active_one(self):
        with override("de"):
            self.assertEqual(address("blog:post_detail", "eins", language="en"), "/en/posts/eins/")
            self.assertEqual(address("blog:post_detail", "eins"), "/posts/eins/")

    def test_address_that_does_not_exist_is_an_error(self):
        for name, *args in [
            ("blog:post_detail", "größe"), ("blog:post_detail", "a/b"), ("blog:post_detail",),
            ("comments:comment_detail", -7), ("blog:nothing",),
        ]:  # fmt: skip
            with self.subTest(name=name, args=args), self.assertRaises(NoReverseMatch):
                address(name, *args)

    def test_site_below_a_path_is_found_there(self):
        self.addCleanup(set_script_prefix, "/")
        set_script_prefix("/blog/")
        self.assertEqual(address("blog:post_detail", "eins"), "/blog/posts/eins/")

    def test_number_is_filled_in_later(self):
        with override("en"):
            form = numbered("comments:comment_reply", "eins")
        self.assertEqual(form % 12, "/en/posts/eins/reply/12/")
