"""Ten thousand turns, each an answer to the one before: nothing recurses or grows slow."""

from django.test import TestCase
from django.urls import reverse

from comments import actions, tree
from comments.models import Comment
from tests.factories import make_chain, make_comment, make_post, make_user

LENGTH = 10_000


class LongChainTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.turns = make_chain(cls.post, LENGTH)

    def assert_whole(self, *, visible):
        self.assertEqual(list(tree.check()), [])
        self.assertEqual(Comment.objects.get(parent=None).visible_count, visible)

    def test_it_is_whole_and_can_be_answered(self):
        reply = make_comment(self.post, parent=self.turns[LENGTH - 1])
        self.assertEqual(reply.level, LENGTH)
        self.assert_whole(visible=LENGTH + 1)
        self.assertEqual(tree.repair(reply.tree_id), 0)

    def test_its_pages_render(self):
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, "Zug 49.")
        self.assertContains(page, f"{LENGTH - 50}")
        url = reverse("comments:thread_detail", args=[self.post.slug, self.turns[0].tree_id])
        middle = self.client.get(url, {"after": self.turns[4999].pk})
        self.assertContains(middle, "Zug 5000.")

    def test_the_address_of_the_last_turn_leads_to_it(self):
        last = self.turns[LENGTH - 1]
        place = self.client.get(last.get_absolute_url()).headers["Location"]
        self.assertContains(self.client.get(place), f'id="comment-{last.pk}"')

    def test_it_can_be_moderated_and_deleted_in_the_middle(self):
        actions.mark_spam(self.turns[5000].pk, make_user(is_staff=True))
        self.assertFalse(tree.delete(self.turns[0].pk))
        self.assertFalse(tree.delete(self.turns[6000].pk))
        self.assertTrue(tree.delete(self.turns[LENGTH - 1].pk))
        self.assert_whole(visible=LENGTH - 4)

    def test_its_lower_half_can_become_a_thread_and_come_back(self):
        tree.split(self.turns[5000].pk)
        self.assertEqual(Comment.objects.get(pk=self.turns[0].pk).visible_count, 5000)
        tree.move(self.turns[5000].pk, self.turns[4999].pk)
        self.assert_whole(visible=LENGTH)

    def test_a_row_of_empty_places_goes_with_the_last_answer(self):
        pks = [self.turns[turn].pk for turn in range(LENGTH - 20, LENGTH)]
        for pk in pks:
            tree.delete(pk)
        self.assert_whole(visible=LENGTH - 20)
        self.assertFalse(Comment.objects.filter(pk__in=pks).exists())
