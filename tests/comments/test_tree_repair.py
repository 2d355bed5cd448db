from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from comments import tree
from comments.models import Comment, Tally, Thread
from tests.comments.test_tree import places
from tests.factories import make_comment, make_post


class RepairTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.root = make_comment(cls.post)
        cls.first = make_comment(cls.post, parent=cls.root, minutes=1)
        cls.second = make_comment(cls.post, parent=cls.first, minutes=2)
        cls.other = make_comment(cls.post, minutes=3)
        cls.whole = places()

    def damage(self, comment, **fields):
        Comment._base_manager.filter(pk=comment.pk).update(**fields)

    def assert_repaired(self, *, faults):
        found = [fault.what for fault in tree.check()]
        self.assertTrue(any(faults in what for what in found), found)
        tree.repair(self.root.tree_id)
        self.assertEqual(list(tree.check()), [])

    def test_a_whole_tree_stays_as_it_is(self):
        self.assertEqual(tree.repair(self.root.tree_id), 0)

    def test_wrong_edges_are_written_anew(self):
        self.damage(self.first, lft=7, rght=90, level=5)
        self.assert_repaired(faults="belongs at")
        self.assertEqual(places(), self.whole)

    def test_a_gap_is_closed(self):
        self.damage(self.root, rght=20)
        self.assert_repaired(faults="belongs at")

    def test_a_comment_in_a_strange_tree_goes_home(self):
        self.damage(self.second, tree_id=self.other.tree_id)
        found = {fault.tree_id for fault in tree.check()}
        self.assertEqual(found, {self.root.tree_id, self.other.tree_id})

        tree.repair(self.other.tree_id)

        self.assertEqual(list(tree.check()), [])
        self.assertEqual(places(), self.whole)

    def test_a_lost_thread_is_made_again(self):
        Thread.objects.filter(pk=self.root.tree_id).delete()
        self.assert_repaired(faults="no thread")

    def test_a_thread_without_comments_goes(self):
        empty = Thread.objects.create(post=self.post)
        self.assertEqual([fault.tree_id for fault in tree.check()], [empty.pk])
        tree.repair(empty.pk)
        self.assertEqual(list(tree.check()), [])

    def test_a_comment_that_says_another_post_gets_that_of_its_thread(self):
        self.damage(self.second, post=make_post("Anderer Beitrag", authors=[]))
        self.assert_repaired(faults="more than one post")

    def test_a_circle_is_reported_and_left(self):
        self.damage(self.first, parent=self.second)
        tree.repair(self.root.tree_id)
        found = {fault.comment_id for fault in tree.check() if "no root" in fault.what}
        self.assertEqual(found, {self.first.pk, self.second.pk})

    def test_the_number_of_queries_does_not_grow_with_the_threads(self):
        with self.assertNumQueries(6):
            list(tree.check())
        for _ in range(20):
            make_comment(self.post)
        with self.assertNumQueries(6):
            list(tree.check())


class CheckCommentsCommandTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.root = make_comment(make_post())

    def run_command(self, *args):
        out = StringIO()
        call_command("check_comments", *args, stdout=out)
        return out.getvalue()

    def test_says_that_all_is_well(self):
        self.assertIn("are whole", self.run_command())

    def test_names_what_is_wrong_and_fails(self):
        Comment._base_manager.update(rght=9)
        with self.assertRaisesMessage(CommandError, "Faults left: 1."):
            self.run_command()

    def test_repairs_places_and_counts(self):
        Comment._base_manager.update(rght=9)
        Tally.objects.update(answer_count=7)

        out = self.run_command("--repair")

        self.assertIn(f"thread {self.root.tree_id}: 1 comments put right", out)
        self.assertEqual(list(tree.check()), [])

    def test_repairs_one_thread_by_number(self):
        Comment._base_manager.update(rght=9)
        self.run_command("--repair", str(self.root.tree_id))
        self.assertEqual(list(tree.check()), [])
