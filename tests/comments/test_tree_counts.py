"""The number of visible comments that the root of each thread keeps."""

from io import StringIO

from django.core.management import call_command
from django.test import TestCase

from blog.models import Author
from comments import actions, tree
from comments.models import Comment, Tally
from tests.factories import LOCKING_QUERIES, make_author, make_comment, make_post, make_user

Status = Comment.Status


class VisibleCountTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.root = make_comment(cls.post)
        cls.reply = make_comment(cls.post, parent=cls.root)
        cls.moderator = make_user(is_staff=True)

    def assert_counted(self, number):
        self.root.refresh_from_db(fields=["visible_count"])
        self.assertEqual(self.root.visible_count, number)
        self.assertEqual(list(tree.check()), [])

    def test_the_root_counts_itself_and_what_is_below(self):
        make_comment(self.post, parent=self.reply)
        self.assert_counted(3)

    def test_what_waits_is_not_counted_until_it_is_approved(self):
        waiting = make_comment(self.post, parent=self.reply, status=Status.PENDING)
        self.assert_counted(2)
        actions.approve(waiting.pk, self.moderator)
        self.assert_counted(3)
        actions.approve(waiting.pk, self.moderator)
        self.assert_counted(3)

    def test_a_hidden_root_still_counts_its_answers(self):
        actions.mark_spam(self.root.pk, self.moderator)
        self.assert_counted(1)

    def test_deleting_counts_down_once(self):
        tree.delete(self.root.pk)  # leaves a tombstone
        self.assert_counted(1)
        tree.delete(self.root.pk)
        self.assert_counted(1)

    def test_deleting_what_was_never_visible_changes_nothing(self):
        tree.delete(make_comment(self.post, parent=self.root, status=Status.SPAM).pk)
        self.assert_counted(2)

    def test_spam_does_not_write_the_root(self):
        with self.assertNumQueries(3 + LOCKING_QUERIES):
            make_comment(self.post, parent=self.root, status=Status.SPAM)
        with self.assertNumQueries(
            10 + LOCKING_QUERIES
        ):  # root, tally, what pages show, search and its post
            make_comment(self.post, parent=self.root)

    def test_check_finds_a_wrong_count_and_repair_mends_it(self):
        Comment.objects.filter(pk=self.root.pk).update(visible_count=7)
        Comment.objects.filter(pk=self.reply.pk).update(visible_count=1)
        found = [(fault.comment_id, fault.what) for fault in tree.check()]
        self.assertIn((self.root.pk, "counts 7 visible, should be 2"), found)
        self.assertIn((self.reply.pk, "counts 1 visible, should be 0"), found)

        call_command("check_comments", "--repair", stdout=StringIO())

        self.assert_counted(2)


class MoreAnswersTests(TestCase):
    def test_the_page_says_how_many_visible_answers_it_does_not_show(self):
        post = make_post()
        root = make_comment(post)
        for number in range(53):
            status = Status.SPAM if number in {5, 51} else Status.APPROVED
            make_comment(post, parent=root, status=status, minutes=number)

        response = self.client.get(post.get_absolute_url(), headers={"Accept-Language": "en"})

        rows = {row.comment.pk: row.more_count for row in response.context["talk"].rows}
        self.assertEqual([number for number in rows.values() if number], [3])
        self.assertContains(response, f"threads/{root.tree_id}/")

    def test_nothing_more_to_read_is_no_link(self):
        post = make_post()
        root = make_comment(post)
        for number in range(60):
            status = Status.APPROVED if number < 49 else Status.SPAM
            make_comment(post, parent=root, status=status, minutes=number)

        response = self.client.get(post.get_absolute_url())

        self.assertNotContains(response, f"threads/{root.tree_id}/")


class PeopleTests(TestCase):
    """How many people talk follows when the row of one of them goes."""

    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Carla", email="carla@example.org")
        cls.posts = [make_post("Eins"), make_post("Zwei")]
        for post in cls.posts:
            make_comment(post, name="Carla", author=cls.author)
            make_comment(post, name="Carla C.", author=cls.author)
        make_comment(cls.posts[0], name="carla", email="")

    def people(self):
        tallies = Tally.objects.filter(post__in=self.posts).order_by("post_id")
        return list(tallies.values_list("people_count", flat=True))

    def test_the_answers_of_who_is_deleted_go_by_their_names(self):
        self.assertEqual(self.people(), [2, 1])
        self.author.delete()
        self.assertEqual(self.people(), [2, 2])
        self.assertEqual(list(tree.check()), [])

    def test_deleting_many_at_once_is_followed_too(self):
        Author.objects.filter(pk=self.author.pk).delete()
        self.assertEqual(self.people(), [2, 2])
        self.assertEqual(list(tree.check()), [])
