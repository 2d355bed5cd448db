"""Everything at once for some seconds; afterwards the trees are whole and nothing is lost."""

import random
import time
from contextlib import suppress

from django.test import TransactionTestCase

from comments import actions, tree
from comments.models import Comment
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_comment, make_post, make_user

SECONDS = 10
ACTS_EACH = 80
Status = Comment.Status


class SoakTests(TransactionTestCase):
    def setUp(self):
        self.posts = [make_post(), make_post("Anderer Beitrag", authors=[])]
        self.moderator = make_user(is_staff=True)
        self.ids = [make_comment(post).pk for post in self.posts for _ in range(4)]
        self.deleted = set()
        self.done = {}
        self.until = time.monotonic() + SECONDS

    def worker(self, act):
        """Return a job that does `act(chance)` again and again; what has gone meanwhile may go."""
        chance = random.Random(act.__name__)

        def run():
            done = 0
            while done < ACTS_EACH and time.monotonic() < self.until:
                with suppress(Comment.DoesNotExist, tree.CannotMove):
                    act(chance)
                done += 1
            self.done[act.__name__] = self.done.get(act.__name__, 0) + done

        return run

    def add(self, parent_id, chance):
        status = chance.choice([Status.APPROVED, Status.APPROVED, Status.PENDING])
        post = chance.choice(self.posts)
        parent = None if parent_id is None else Comment(pk=parent_id)
        self.ids.append(make_comment(post, parent=parent, status=status).pk)

    def write_roots(self, chance):
        self.add(None, chance)

    def write_replies(self, chance):
        self.add(chance.choice(self.ids), chance)

    def write_a_chain(self, chance):
        self.add(self.chain[-1], chance)
        self.chain.append(Comment.objects.filter(parent=self.chain[-1]).latest("pk").pk)

    def approve(self, chance):
        actions.approve(chance.choice(self.ids), self.moderator)

    def take_down(self, chance):
        chance.choice([actions.remove, actions.mark_spam])(chance.choice(self.ids), self.moderator)

    def move(self, chance):
        tree.move(chance.choice(self.ids), chance.choice(self.ids))

    def split(self, chance):
        tree.split(chance.choice(self.ids))

    def change_post(self, chance):
        tree.move_thread(chance.choice(self.ids), chance.choice(self.posts))

    def delete(self, chance):
        pk = chance.choice(self.ids)
        if pk not in self.chain:
            tree.delete(pk)
            self.deleted.add(pk)

    def test_writers_moderators_and_movers_at_once(self):
        self.chain = [make_comment(self.posts[0]).pk]
        acts = [self.write_roots, self.write_replies, self.write_a_chain, self.approve,
                self.take_down, self.move, self.split, self.change_post, self.delete]  # fmt: skip
        acts += [self.write_replies, self.write_replies]

        at_once([self.worker(act) for act in acts])

        self.assertEqual(list(tree.check()), [])
        there = set(Comment.objects.values_list("pk", flat=True))
        self.assertEqual({*self.ids, *self.chain} - there - self.deleted, set())
        self.assertEqual(there - {*self.ids, *self.chain}, set())
        self.assertTrue(all(self.done[act.__name__] for act in acts), self.done)
