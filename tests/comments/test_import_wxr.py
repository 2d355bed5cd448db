from datetime import UTC, datetime
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from django.core.management import CommandError
from django.test import TestCase

from blog.models import Author, OldAddress, Post
from comments import tree
from comments.models import Comment, Tally, Thread
from config.settings import BASE_DIR
from tests.comments.test_import_tree import shape
from tests.wxr import comment_xml, import_comments, import_wxr, item_xml, write_file, write_wxr, wxr

SEEDS = BASE_DIR.parent / "shared" / "seeds"


@skipUnless(SEEDS.is_dir(), "the seed pages are not on this machine")
class SeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.files = sorted(SEEDS.glob("*.wxr.xml"))
        cls.receipt = import_wxr(*cls.files)

    def test_ten_entries_stand_where_they_stood(self):
        self.assertEqual(
            shape(),
            [
                (0, "greich"),
                (0, "greich"),
                (0, "Lutz Breunig"),
                (0, "Michael"),
                (0, "Carlo Düllings"),
                (1, "Bernhard Steimel"),
                (2, "Carlo Düllings"),
                (3, "Bernhard Steimel"),
                (4, "Carlo Düllings"),
                (0, "Neuland, Arroganz und Empathie: Das Jahr in Blogposts. | Smarter Service"),
            ],
        )
        self.assertEqual(list(tree.check()), [])

    def test_the_count_is_what_is_true(self):
        tally = Tally.objects.get()
        self.assertEqual((tally.answer_count, tally.people_count), (8, 5))
        self.assertEqual((tally.reblog_count, tally.mention_count), (1, 1))
        self.assertEqual(Thread.objects.filter(is_linkback=True).count(), 2)

    def test_only_the_author_who_was_logged_in_is_verified(self):
        verified = Comment.objects.filter(is_verified=True).order_by("created_at")
        author = Post.objects.get(import_key="smarter-service.example#1").authors.get()
        self.assertEqual({comment.author for comment in verified}, {author})
        self.assertEqual(len(verified), 2)
        self.assertFalse(Author.objects.exclude(email_verified_at=None).exists())

    def test_times_are_those_that_readers_saw(self):
        turn = Comment.objects.get(import_key="smarter-service.example#6")
        self.assertEqual(turn.created_at, datetime(2013, 9, 3, 6, 42, tzinfo=UTC))

    def test_old_addresses_redirect(self):
        post = Post.objects.get(title__startswith="Empathy matters")
        response = self.client.get(
            "/2022/03/01/empathy-matters-warum-es-bei-marken-immer-um-beziehungen-geht/"
        )
        self.assertRedirects(response, post.get_absolute_url(), 301, fetch_redirect_response=False)

    def test_receipt_says_what_came_in(self):
        for line in ("2 posts", "8 answers", "1 passed on", "1 mentions", "has 5 turns"):
            self.assertIn(line, self.receipt)

    def test_second_run_adds_nothing(self):
        self.assertIn("Nothing new", import_wxr(*self.files))
        self.assertEqual((Comment.objects.count(), Author.objects.count()), (10, 6))


class SafetyTests(TestCase):
    def assertNothing(self):
        for model in (Post, Comment, Thread, Author, OldAddress):
            self.assertFalse(model.objects.exists(), model)

    def test_malformed_file_changes_nothing_and_is_named(self):
        good = write_wxr(item_xml(1, "", comment_xml()))
        bad = write_file(wxr(item_xml(1, "", comment_xml(comment_id="eins"))))

        with self.assertRaisesMessage(CommandError, f"{bad}: line 14, <wp:comment_id>: “eins”"):
            import_wxr(good, bad)
        self.assertNothing()

    def test_abort_in_the_middle_changes_nothing(self):
        path = write_wxr(item_xml(1, "", comment_xml()), item_xml(2, "", comment_xml(2)))

        with (
            patch("comments.tree.count", side_effect=[None, KeyboardInterrupt]),
            self.assertRaises(KeyboardInterrupt),
        ):
            import_wxr(path)
        self.assertNothing()

    def test_dry_run_shows_the_receipt_and_keeps_nothing(self):
        receipt = import_comments(comment_xml(), dry_run=True)
        self.assertIn("1 answers", receipt)
        self.assertIn("dry run", receipt)
        self.assertNothing()

    def test_second_run_adds_nothing_even_after_a_move_to_https(self):
        parts = [item_xml(1, "", comment_xml())]
        import_wxr(write_wxr(*parts, site="http://werkstatt.example"))
        self.assertIn(
            "Nothing new", import_wxr(write_wxr(*parts, site="https://werkstatt.example/"))
        )

    def test_two_sites_may_use_the_same_numbers(self):
        item = item_xml(1, "", comment_xml())
        import_wxr(write_wxr(item), write_wxr(item, site="https://anders.example"))
        self.assertEqual((Post.objects.count(), Comment.objects.count()), (2, 2))

    def test_missing_file_and_folder_are_named(self):
        with self.assertRaisesMessage(CommandError, "fehlt.xml is not a file."):
            import_wxr("fehlt.xml")
        with self.assertRaisesMessage(CommandError, "fehlt is not a folder."):
            import_wxr(write_wxr(), media=Path("fehlt"))
