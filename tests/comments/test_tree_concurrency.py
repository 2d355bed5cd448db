"""Many writers at once, each on a connection of its own, on whatever database the run uses."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Barrier

from django.db import connection
from django.test import TransactionTestCase

from comments import actions, tree
from comments.models import Comment, Thread
from tests.factories import make_comment, make_post, make_user

WRITERS = 32


def at_once(jobs):
    """Run each callable in a thread of its own, all starting together; return their results."""
    start = Barrier(len(jobs))

    def run(job):
        start.wait(timeout=30)
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


class ConcurrentWritersTests(TransactionTestCase):
    def setUp(self):
        self.post = make_post()
        self.root = make_comment(self.post)

    def write(self, parents):
        """Return a job that writes an answer to each of `parents` and says what was saved."""
        return lambda: [make_comment(self.post, parent=parent).pk for parent in parents]

    def assert_whole(self, saved, *, deleted=()):
        self.assertEqual(list(tree.check()), [])
        there = set(Comment.objects.values_list("pk", flat=True))
        self.assertEqual(there, {self.root.pk, *saved} - set(deleted))

    def test_thirty_two_answers_to_one_comment(self):
        saved = sum(at_once([self.write([self.root] * 3)] * WRITERS), [])

        self.assertEqual(len(saved), 3 * WRITERS)
        self.assert_whole(saved)

    def test_thirty_two_new_threads(self):
        saved = sum(at_once([self.write([None] * 3)] * WRITERS), [])

        self.assert_whole(saved)
        self.assertEqual(Thread.objects.count(), 3 * WRITERS + 1)

    def test_answers_at_every_depth_and_new_threads_mixed(self):
        chain = [self.root]
        for _ in range(7):
            chain.append(make_comment(self.post, parent=chain[-1]))
        places = cycle([*chain, None, None])
        jobs = [self.write(list(islice(places, 3))) for _ in range(WRITERS)]

        saved = sum(at_once(jobs), [])

        self.assert_whole([*saved, *(comment.pk for comment in chain)])

    def test_answers_while_moderators_decide_and_delete(self):
        moderator = make_user(is_staff=True)
        leaves = [make_comment(self.post, parent=self.root) for _ in range(8)]
        answered = [make_comment(self.post, parent=self.root) for _ in range(8)]
        first = [make_comment(self.post, parent=comment) for comment in answered]
        jobs = [self.write([comment]) for comment in answered]
        jobs += [lambda pk=comment.pk: actions.remove(pk, moderator) for comment in answered]
        jobs += [lambda pk=comment.pk: tree.delete(pk) for comment in leaves]
        jobs += [lambda pk=comment.pk: actions.mark_spam(pk, moderator) for comment in first]

        results = at_once(jobs)

        saved = sum(results[:8], [comment.pk for comment in [*leaves, *answered, *first]])
        self.assertTrue(all(results[8:]))
        self.assert_whole(saved, deleted=[comment.pk for comment in leaves])

    def test_answers_to_a_comment_that_is_deleted_meanwhile(self):
        leaf = make_comment(self.post, parent=self.root)

        def answer():
            try:
                return make_comment(self.post, parent=leaf).pk
            except Comment.DoesNotExist:
                return None

        *answers, is_gone = at_once([*[answer] * 15, lambda: tree.delete(leaf.pk)])

        saved = [pk for pk in answers if pk is not None]
        self.assert_whole([leaf.pk, *saved], deleted=[leaf.pk] if is_gone else [])
        self.assertEqual(is_gone, not saved)

    def test_of_two_moderators_the_second_sees_the_first(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING)
        moderators = [make_user(f"m{number}", is_staff=True) for number in range(2)]

        def approve(user):
            try:
                return actions.approve(comment.pk, user, seen=Comment.Status.PENDING)
            except actions.DecidedMeanwhile:
                return False

        results = at_once([lambda user=user: approve(user) for user in moderators])

        self.assertEqual(sorted(results), [False, True])
        comment.refresh_from_db()
        self.assertEqual(comment.decided_by, moderators[results.index(True)])
