from django.test import TestCase

from comments import tree
from comments.models import Comment
from tests.factories import make_comment, make_post


class TreeTests(TestCase):
    def test_replies_stand_under_what_they_answer(self):
        post = make_post()
        root = make_comment(post)
        first = make_comment(post, parent=root)
        make_comment(post, parent=root)
        make_comment(post, parent=first)

        rows = list(Comment.objects.order_by("tree_id", "lft").values_list("lft", "rght", "level"))
        self.assertEqual(rows, [(1, 8, 0), (2, 5, 1), (3, 4, 2), (6, 7, 1)])
        self.assertEqual(list(tree.check()), [])
