from django.test import TestCase

from blog.models import Author, Post
from comments import tree
from comments.models import Comment, Tally, Thread
from tests.factories import make_comment
from tests.wxr import comment_xml, import_comments, import_wxr, item_xml, write_wxr


def shape():
    """The comments as (level, name) in the order of the conversation."""
    return list(Comment.objects.order_by("tree_id", "lft").values_list("level", "name"))


class FewerThan(int):
    """A number for assertNumQueries that is equal to every smaller one."""

    __hash__ = int.__hash__

    def __eq__(self, other):
        return other < int(self)


class TreeTests(TestCase):
    def test_parents_are_found_whatever_the_order_of_numbers(self):
        import_comments(
            comment_xml(1, comment_parent=3, comment_author="Zweite"),
            comment_xml(2, comment_parent=1, comment_author="Dritte"),
            comment_xml(3, comment_author="Erste"),
        )

        self.assertEqual(shape(), [(0, "Erste"), (1, "Zweite"), (2, "Dritte")])
        self.assertEqual(list(tree.check()), [])

    def test_threads_and_siblings_stand_in_order_of_time(self):
        import_comments(
            comment_xml(1, comment_author="B", comment_date_gmt="2013-08-03 10:00:00"),
            comment_xml(2, comment_author="A", comment_date_gmt="2013-08-02 10:00:00"),
            comment_xml(3, comment_author="A2", comment_parent=2),
            comment_xml(
                4, comment_author="A1", comment_parent=2, comment_date_gmt="2013-08-02 10:01:00"
            ),
        )

        self.assertEqual(shape(), [(0, "A"), (1, "A1"), (1, "A2"), (0, "B")])
        roots = Thread.objects.order_by("pk").values_list("created_at", flat=True)
        self.assertEqual(list(roots), sorted(roots))

    def test_answer_to_what_does_not_exist_begins_a_thread(self):
        receipt = import_comments(comment_xml(5, comment_parent=99))

        self.assertEqual(shape(), [(0, "Berta Leserin")])
        self.assertIn("number 5 (line", receipt)
        self.assertIn("answers number 99", receipt)

    def test_circle_of_answers_is_opened_and_reported(self):
        receipt = import_comments(
            comment_xml(1, comment_parent=2, comment_author="Eins"),
            comment_xml(2, comment_parent=1, comment_author="Zwei"),
            comment_xml(3, comment_parent=3, comment_author="Drei"),
            comment_xml(4, comment_parent=2, comment_author="Vier"),
        )

        self.assertEqual(shape(), [(0, "Eins"), (1, "Zwei"), (2, "Vier"), (0, "Drei")])
        self.assertIn("2 × answers in a circle", receipt)

    def test_removed_and_spam_stay_hidden_in_place(self):
        trash = "<wp:commentmeta><wp:meta_key>_wp_trash_meta_status</wp:meta_key>"
        trash += "<wp:meta_value>1</wp:meta_value></wp:commentmeta>"
        import_comments(
            comment_xml(1, comment_approved="trash", comment_author="Weg", meta=trash),
            comment_xml(2, comment_parent=1, comment_author="Bleibt"),
            comment_xml(3, comment_approved="spam", comment_parent=2, comment_author="Spam"),
            comment_xml(4, comment_parent=3, comment_approved="0", comment_author="Wartet"),
        )

        self.assertEqual(shape(), [(0, "Weg"), (1, "Bleibt"), (2, "Spam"), (3, "Wartet")])
        statuses = Comment.objects.order_by("lft").values_list("status", flat=True)
        self.assertEqual(list(statuses), ["removed", "approved", "spam", "pending"])
        self.assertEqual(Comment.objects.get(level=0).status_before_removal, "approved")
        self.assertEqual(Tally.objects.get().answer_count, 1)

    def test_longer_export_adds_replies_to_threads_that_are_here(self):
        first = comment_xml(1, comment_author="Erste")
        import_comments(first)
        receipt = import_comments(
            first,
            comment_xml(2, comment_author="Zweite", comment_parent=1),
            comment_xml(3, comment_author="Dritte", comment_parent=2),
            comment_xml(4, comment_author="Neue"),
        )

        self.assertEqual(shape(), [(0, "Erste"), (1, "Zweite"), (2, "Dritte"), (0, "Neue")])
        self.assertEqual(list(tree.check()), [])
        self.assertIn("1 answers and mentions", receipt)
        self.assertIn("has 3 turns", receipt)

    def test_answers_given_here_stay_among_imported_ones(self):
        first, second = comment_xml(1), comment_xml(2, comment_parent=1)
        import_comments(first)
        make_comment(Post.objects.get(), parent=Comment.objects.get(), name="Hier")
        import_comments(first, second)

        self.assertEqual(shape(), [(0, "Berta Leserin"), (1, "Hier"), (1, "Berta Leserin")])
        self.assertEqual(list(tree.check()), [])

    def test_chain_of_any_depth_comes_in(self):
        import_comments(*(comment_xml(n, comment_parent=n - 1) for n in range(1, 301)))

        self.assertEqual(Comment.objects.order_by("-level").first().level, 299)
        self.assertEqual(list(tree.check()), [])

    def test_ten_thousand_comments_take_few_queries(self):
        items = [
            item_xml(
                post,
                "Text",
                *(
                    comment_xml(
                        post * 1000 + n,
                        comment_parent=post * 1000 + n - 1 if n % 5 else 0,
                        comment_author_email=f"leser{n}@example.org",
                    )
                    for n in range(1000)
                ),
            )
            for post in range(1, 11)
        ]
        path = write_wxr(*items)

        with self.assertNumQueries(FewerThan(420)):
            import_wxr(path)
        self.assertEqual(Comment.objects.count(), 10_000)
        self.assertEqual(Author.objects.count(), 1001)
        self.assertEqual(list(tree.check()), [])
