"""The tree alone, one writer at a time; several at once are in test_tree_concurrency.py."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.test import TestCase

from blog.models import Post
from comments import tree
from comments.models import Comment, Tally, Thread
from tests.factories import LOCKING_QUERIES, make_author, make_chain, make_comment, make_post

Status = Comment.Status


def places():
    """Return (lft, rght, level) of all comments in the order of the conversation."""
    return list(Comment.objects.order_by("tree_id", "lft").values_list("lft", "rght", "level"))


class AddTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def test_replies_stand_under_what_they_answer(self):
        root = make_comment(self.post)
        first = make_comment(self.post, parent=root)
        make_comment(self.post, parent=root)
        make_comment(self.post, parent=first)

        self.assertEqual(places(), [(1, 8, 0), (2, 5, 1), (3, 4, 2), (6, 7, 1)])
        self.assertEqual(list(tree.check()), [])

    def test_every_root_gets_the_number_of_its_own_thread(self):
        roots = [make_comment(self.post) for _ in range(3)]

        numbers = [root.tree_id for root in roots]
        self.assertEqual(numbers, list(Thread.objects.order_by("pk").values_list("pk", flat=True)))

    def test_a_stale_parent_is_read_again(self):
        root = make_comment(self.post)
        stale = Comment.objects.get(pk=root.pk)
        for _ in range(3):
            make_comment(self.post, parent=root)

        make_comment(self.post, parent=stale)

        self.assertEqual(list(tree.check()), [])
        self.assertEqual(Comment.objects.get(pk=root.pk).rght, 10)

    def test_the_post_is_that_of_the_parent(self):
        other = make_post("Anderer Beitrag", authors=[])
        reply = make_comment(other, parent=make_comment(self.post))

        self.assertEqual(reply.post, self.post)
        self.assertEqual(list(tree.check()), [])

    def test_an_answer_to_a_deleted_comment_says_that_it_is_gone(self):
        root = make_comment(self.post)
        tree.delete(root.pk)

        with self.assertRaises(Comment.DoesNotExist):
            make_comment(self.post, parent=root)

    def test_a_failed_insert_can_be_tried_again(self):
        root = make_comment(self.post, import_key="taken")
        reply = Comment(post=self.post, parent=root, name="x", import_key="taken")
        with self.assertRaises(IntegrityError), transaction.atomic():
            tree.add(reply)
        reply.import_key = None

        tree.add(reply)

        self.assertEqual(list(tree.check()), [])

    def test_three_hundred_turns_are_no_recursion(self):
        comment = None
        for _ in range(300):
            comment = make_comment(self.post, parent=comment)

        self.assertEqual(comment.level, 299)
        self.assertEqual(list(tree.check()), [])

    def test_three_thousand_turns_can_be_imported_answered_proved_and_repaired(self):
        last = make_chain(self.post, 3000)[-1]

        reply = make_comment(self.post, parent=last)

        self.assertEqual(reply.level, 3000)
        self.assertEqual(list(tree.check()), [])
        self.assertEqual(tree.repair(reply.tree_id), 0)

    def test_the_cost_of_an_answer_does_not_grow_with_the_thread(self):
        root = make_comment(self.post, status=Status.PENDING)
        make_comment(self.post, parent=root, status=Status.PENDING)
        for _ in range(2):
            with self.assertNumQueries(3 + LOCKING_QUERIES):
                make_comment(self.post, parent=root, status=Status.PENDING)
            make_comment(self.post, parent=root, status=Status.PENDING)


class ChangeTests(TestCase):
    def test_whoever_decides_sees_the_row_as_it_is_now(self):
        comment = make_comment(make_post(), status=Status.PENDING)
        Comment.objects.filter(pk=comment.pk).update(name="Neu")
        seen = []

        tree.change(comment.pk, lambda now: seen.append(now.name) or [])

        self.assertEqual(seen, ["Neu"])

    def test_no_other_field_is_written(self):
        comment = make_comment(make_post(), status=Status.PENDING)

        def decide(now):
            Comment.objects.filter(pk=now.pk).update(name="Neu")
            now.status = Status.APPROVED
            return ["status"]

        tree.change(comment.pk, decide)

        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.name), (Status.APPROVED, "Neu"))


class DeleteTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.root = make_comment(cls.post, email="berta@example.org", ip="192.0.2.1")

    def test_a_comment_nobody_answered_is_gone_without_a_gap(self):
        leaf = make_comment(self.post, parent=self.root)
        make_comment(self.post, parent=self.root)

        self.assertTrue(tree.delete(leaf.pk))

        self.assertEqual(places(), [(1, 4, 0), (2, 3, 1)])
        self.assertEqual(list(tree.check()), [])

    def test_a_lone_root_takes_its_thread_with_it(self):
        self.assertTrue(tree.delete(self.root.pk))

        self.assertFalse(Thread.objects.exists())
        self.assertEqual(list(tree.check()), [])

    def test_an_answered_comment_leaves_its_place_and_nothing_else(self):
        make_comment(self.post, parent=self.root)

        self.assertFalse(tree.delete(self.root.pk))

        self.root.refresh_from_db()
        self.assertTrue(self.root.is_tombstone)
        self.assertEqual(self.root.status, Status.REMOVED)
        kept = [self.root.name, self.root.email, self.root.body, self.root.body_html]
        self.assertEqual(kept, ["", "", "", ""])
        self.assertIsNone(self.root.ip)
        self.assertEqual(list(tree.check()), [])

    def test_a_tombstone_goes_with_the_last_answer_to_it(self):
        middle = make_comment(self.post, parent=self.root)
        leaf = make_comment(self.post, parent=middle)
        tree.delete(middle.pk)

        tree.delete(leaf.pk)

        self.assertEqual(places(), [(1, 2, 0)])
        self.assertEqual(list(tree.check()), [])

    def test_a_whole_post_goes_with_its_answers(self):
        make_comment(self.post, parent=self.root)

        Post.objects.get(pk=self.post.pk).delete()

        self.assertEqual((Comment.objects.count(), Thread.objects.count()), (0, 0))

    def test_the_database_refuses_to_lose_what_answers_hang_on(self):
        make_comment(self.post, parent=self.root)

        with self.assertRaises((RestrictedError, ProtectedError)):
            super(Comment, self.root).delete()


class TallyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.ada = make_author("Ada", email="ada@example.org")
        cls.root = make_comment(cls.post, author=cls.ada, name="Ada")

    def tally(self):
        return Tally.objects.values_list(
            "answer_count", "people_count", "reblog_count", "mention_count"
        ).get(post=self.post)

    def test_people_are_counted_once_however_they_sign(self):
        make_comment(self.post, author=self.ada, name="A. Beispiel")
        make_comment(self.post, name="Berta")
        make_comment(self.post, name="berta")

        self.assertEqual(self.tally(), (4, 2, 0, 0))

    def test_linkbacks_are_no_answers(self):
        make_comment(self.post, kind=Comment.Kind.REBLOG)
        make_comment(self.post, kind=Comment.Kind.PINGBACK)

        self.assertEqual(self.tally(), (1, 1, 1, 1))

    def test_what_is_not_visible_is_not_counted(self):
        for status in (Status.PENDING, Status.SPAM, Status.REMOVED):
            make_comment(self.post, name=status, status=status)

        self.assertEqual(self.tally(), (1, 1, 0, 0))

    def test_a_decision_and_a_deletion_count_anew(self):
        reply = make_comment(self.post, parent=self.root, name="Berta", status=Status.PENDING)

        def approve(comment):
            comment.status = Status.APPROVED
            return ["status"]

        tree.change(reply.pk, approve)
        self.assertEqual(self.tally(), (2, 2, 0, 0))
        tree.delete(self.root.pk)
        self.assertEqual(self.tally(), (1, 1, 0, 0))

    def test_a_person_counts_until_their_last_answer_is_gone(self):
        again = make_comment(self.post, author=self.ada, name="A. Beispiel")
        berta = [make_comment(self.post, name=name) for name in ("Berta", "berta")]
        self.assertEqual(self.tally(), (4, 2, 0, 0))
        for comment in (again, *berta):
            tree.delete(comment.pk)
        self.assertEqual(self.tally(), (1, 1, 0, 0))
        self.assertEqual(list(tree.check()), [])

    def test_a_name_like_the_number_of_somebody_is_another_person(self):
        for name in (str(self.ada.pk), f"#{self.ada.pk}"):
            make_comment(self.post, name=name)
        self.assertEqual(self.tally(), (3, 3, 0, 0))
        self.assertEqual(list(tree.check()), [])

    def test_the_cost_of_counting_does_not_grow_with_the_post(self):
        for _ in range(2):
            with self.assertNumQueries(8):
                make_comment(self.post)

    def test_a_name_put_right_counts_anew(self):
        reply = make_comment(self.post, name="Berta")
        make_comment(self.post, name="Bertha")

        def put_right(comment):
            comment.name = "Bertha"
            return ["name"]

        tree.change(reply.pk, put_right)
        self.assertEqual(self.tally(), (3, 2, 0, 0))


class ClosedOffTests(TestCase):
    """Calls of mptt that race, renumber, recurse or leave gaps."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.root = make_comment(cls.post)
        cls.reply = make_comment(cls.post, parent=cls.root)

    def test_they_are_refused(self):
        other = make_comment(self.post)
        calls = {
            "a root without a thread": lambda: Comment(post=self.post, name="x").save(),
            "a full save": self.root.save,
            "a save of the parent": lambda: self.reply.save(update_fields=["parent"]),
            "delete of one": self.root.delete,
            "delete of a queryset": Comment.objects.all().delete,
            "delete of some": Comment.objects.filter(pk=self.reply.pk).delete,
            "rebuild": Comment.objects.rebuild,
            "partial rebuild": lambda: Comment.objects.partial_rebuild(self.root.tree_id),
            "build_tree_nodes": lambda: Comment.objects.build_tree_nodes({}),
            "a move": lambda: self.reply.move_to(other),
            "an update of the parent": lambda: Comment.objects.update(parent=other),
            "delayed updates": Comment.objects.delay_mptt_updates,
            "disabled updates": Comment.objects.disable_mptt_updates,
        }
        for name, call in calls.items():
            with self.subTest(name), self.assertRaises(RuntimeError):
                call()
        self.assertEqual(list(tree.check()), [])
