"""Failure 3: an import of many answers while visitors write, broken off, and run once more."""

from unittest import mock

from django.test import TransactionTestCase

from blog.models import Post
from comments import tallies, tree
from comments.importing import threads as importing
from comments.models import Comment
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_comment, make_post
from tests.wxr import comment_xml, import_comments

IMPORTED = 600


def rows():
    """Chains of six, in an order in which answers come before what they answer."""
    return [
        comment_xml(number, f"Nr. {number}", comment_parent=number - 1 if number % 6 != 1 else 0)
        for number in range(IMPORTED, 0, -1)
    ]


class ImportTests(TransactionTestCase):
    def setUp(self):
        self.post = make_post("Von hier")
        self.root = make_comment(self.post)

    def assert_whole(self):
        self.assertEqual(list(tree.check()), [])
        self.assertEqual(list(tallies.wrong_tallies()), [])

    def visitor(self, number):
        def write():
            below = make_comment(self.post, parent=self.root, name=f"V{number}")
            make_comment(self.post, parent=below, name=f"V{number}")
            make_comment(self.post, name=f"V{number}")

        return write

    def test_visitors_who_write_meanwhile_lose_nothing(self):
        visitors = [self.visitor(number) for number in range(8)]
        at_once([lambda: import_comments(*rows()), *visitors])

        self.assertEqual(Comment.objects.count(), IMPORTED + 1 + 3 * len(visitors))
        self.assert_whole()

    def test_broken_off_it_leaves_nothing_and_run_again_it_adds_all_of_it_once(self):
        broken = mock.patch.object(importing.tree, "add_threads", side_effect=RuntimeError)
        with broken, self.assertRaises(RuntimeError):
            import_comments(*rows())
        self.assertEqual(Comment.objects.count(), 1)
        for _run in range(2):
            import_comments(*rows())
            self.assertEqual(Comment.objects.count(), IMPORTED + 1)
            self.assertEqual(Comment.objects.filter(level=5).count(), IMPORTED // 6)
        self.assert_whole()

    def test_visitors_answer_what_is_imported_between_two_runs(self):
        import_comments(*rows())
        imported = Post.objects.exclude(pk=self.post.pk).get()
        below = Comment.objects.filter(post=imported, level=3).first()
        mine = make_comment(imported, parent=below, name="Berta")
        import_comments(*rows())
        mine.refresh_from_db()
        self.assertEqual((mine.parent, mine.level), (below, 4))
        self.assert_whole()
