from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from blog.models import Post
from comments import tree
from comments.models import Comment, Tally


class SeedLoadTests(TestCase):
    def seed(self, **options):
        call_command("seed_load", stdout=StringIO(), **options)

    def rows(self):
        columns = ["post__title", "lft", "rght", "level", "status", "body", "created_at"]
        return list(Comment.objects.order_by("tree_id", "lft").values_list(*columns))

    def test_it_makes_exactly_as_many_as_wanted(self):
        self.seed(posts=3, comments=100)
        self.assertEqual((Post.objects.published().count(), Comment.objects.count()), (3, 100))
        self.assertEqual(list(tree.check()), [])

    def test_more_posts_than_comments_will_do(self):
        self.seed(posts=5, comments=2)
        self.assertEqual(sorted(Tally.objects.values_list("answer_count", flat=True))[-2:], [1, 1])

    def test_it_makes_the_same_every_time(self):
        self.seed(posts=2, comments=60)
        first = self.rows()
        Post.objects.all().delete()
        self.seed(posts=2, comments=60)
        self.assertEqual(self.rows(), first)

    def test_some_of_it_is_spam(self):
        self.seed(posts=1, comments=40)
        self.assertEqual(Comment.objects.filter(status=Comment.Status.SPAM).count(), 2)

    def test_less_than_one_is_refused(self):
        with self.assertRaises(CommandError):
            call_command("seed_load", "--posts", "0")
