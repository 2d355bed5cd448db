from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import TestCase

from comments import tree
from comments.models import Comment, Tally, Thread
from tests.factories import LOCKING_QUERIES, make_comment, make_post, make_user

Status = Comment.Status


class MovingTestCase(TestCase):
    """Two threads: root > (first > deep, second), and other > below."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.root = make_comment(cls.post, name="root")
        cls.first = make_comment(cls.post, parent=cls.root, name="first", minutes=1)
        cls.deep = make_comment(cls.post, parent=cls.first, name="deep", minutes=2)
        cls.second = make_comment(cls.post, parent=cls.root, name="second", minutes=3)
        cls.other = make_comment(cls.post, name="other", minutes=4)
        cls.below = make_comment(cls.post, parent=cls.other, name="below", minutes=5)

    def shape(self, post=None):
        """Return the threads of a post, each as "name@level name@level …", and prove them whole."""
        self.assertEqual(list(tree.check()), [])
        threads: dict[int, list[str]] = {}
        rows = Comment.objects.filter(post=post or self.post).order_by("tree_id", "lft")
        for tree_id, name, level in rows.values_list("tree_id", "name", "level"):
            threads.setdefault(tree_id, []).append(f"{name}@{level}")
        return sorted(" ".join(names) for names in threads.values())


class MoveTests(MovingTestCase):
    def test_a_branch_goes_under_another_answer_with_all_below_it(self):
        tree.move(self.first.pk, self.below.pk)
        self.assertEqual(self.shape(), ["other@0 below@1 first@2 deep@3", "root@0 second@1"])

    def test_a_branch_goes_elsewhere_in_its_own_thread(self):
        tree.move(self.first.pk, self.second.pk)
        self.assertEqual(self.shape(), ["other@0 below@1", "root@0 second@1 first@2 deep@3"])

    def test_a_branch_goes_up_in_its_own_thread(self):
        tree.move(self.deep.pk, self.root.pk)
        self.assertEqual(self.shape(), ["other@0 below@1", "root@0 first@1 deep@1 second@1"])

    def test_it_stands_among_the_answers_by_its_time(self):
        tree.move(self.first.pk, self.other.pk)
        self.assertEqual(self.shape()[0], "other@0 first@1 deep@2 below@1")
        tree.move(self.below.pk, self.root.pk)
        self.assertEqual(self.shape()[1], "root@0 second@1 below@1")
        self.assertEqual([tree.repair(pk) for pk in Thread.objects.values_list("pk", flat=True)],
                         [0, 0])  # fmt: skip

    def test_two_threads_become_one(self):
        tree.move(self.other.pk, self.deep.pk)
        self.assertEqual(self.shape(), ["root@0 first@1 deep@2 other@3 below@4 second@1"])
        self.assertEqual(Thread.objects.count(), 1)

    def test_the_place_where_it_is_stays_as_it_is(self):
        before = self.shape()
        tree.move(self.first.pk, self.root.pk)
        self.assertEqual(self.shape(), before)

    def test_nothing_goes_under_itself(self):
        before = self.shape()
        for target in (self.first, self.deep):
            with self.subTest(target.name), self.assertRaises(tree.CannotMove):
                tree.move(self.first.pk, target.pk)
        self.assertEqual(self.shape(), before)

    def test_mentions_neither_go_nor_take(self):
        mention = make_comment(self.post, kind=Comment.Kind.PINGBACK)
        for pair in [(mention, self.root), (self.root, mention)]:
            with self.subTest(pair[0].name), self.assertRaises(tree.CannotMove):
                tree.move(pair[0].pk, pair[1].pk)

    def test_a_branch_stays_with_its_post(self):
        elsewhere = make_comment(make_post("Anderer Beitrag", authors=[]))
        with self.assertRaises(tree.CannotMove):
            tree.move(self.first.pk, elsewhere.pk)

    def test_a_whole_thread_may_go_under_an_answer_to_another_post(self):
        post = make_post("Anderer Beitrag", authors=[])
        elsewhere = make_comment(post, name="elsewhere")
        tree.move(self.other.pk, elsewhere.pk)
        self.assertEqual(self.shape(post), ["elsewhere@0 other@1 below@2"])
        self.assertEqual(self.shape(), ["root@0 first@1 deep@2 second@1"])

    def test_hidden_answers_go_along_uncounted(self):
        make_comment(self.post, parent=self.deep, name="spam", status=Status.SPAM, minutes=9)
        tree.move(self.first.pk, self.other.pk)
        counts = dict(Comment.objects.filter(parent=None).values_list("name", "visible_count"))
        self.assertEqual(counts, {"root": 2, "other": 4})
        self.assertIn("spam@3", self.shape()[0])

    def test_an_empty_place_goes_with_the_last_answer_to_it(self):
        tree.delete(self.other.pk)
        tree.move(self.below.pk, self.root.pk)
        self.assertEqual(self.shape(), ["root@0 first@1 deep@2 second@1 below@1"])

    def test_what_is_gone_is_said_to_be_gone(self):
        tree.delete(self.deep.pk)
        for pair in [(self.deep.pk, self.root.pk), (self.root.pk, self.deep.pk)]:
            with self.subTest(pair), self.assertRaises(Comment.DoesNotExist):
                tree.move(*pair)

    def test_the_cost_does_not_grow_with_the_branch(self):
        parent = self.deep
        for _ in range(30):
            parent = make_comment(self.post, parent=parent)
        with self.assertNumQueries(23 + LOCKING_QUERIES):
            tree.move(self.first.pk, self.other.pk)


class SplitTests(MovingTestCase):
    def test_a_branch_becomes_a_thread_of_its_own(self):
        tree.split(self.first.pk)
        self.assertEqual(self.shape(), ["first@0 deep@1", "other@0 below@1", "root@0 second@1"])

    def test_it_stands_among_the_threads_by_its_time(self):
        thread = Thread.objects.get(pk=tree.split(self.first.pk).tree_id)
        self.assertEqual(thread.created_at, self.first.created_at)

    def test_a_root_is_one_already(self):
        before = self.shape()
        tree.split(self.root.pk)
        self.assertEqual(self.shape(), before)


class MoveThreadTests(MovingTestCase):
    def test_a_thread_goes_to_another_post_and_both_are_counted(self):
        post = make_post("Anderer Beitrag", authors=[])
        tree.move_thread(self.root.pk, post)
        self.assertEqual(self.shape(post), ["root@0 first@1 deep@2 second@1"])
        counts = dict(Tally.objects.values_list("post", "answer_count"))
        self.assertEqual(counts, {post.pk: 4, self.post.pk: 2})

    def test_a_branch_does_not(self):
        with self.assertRaises(tree.CannotMove):
            tree.move_thread(self.first.pk, make_post("Anderer Beitrag", authors=[]))


class CommentMoveTests(MovingTestCase):
    """The page in the admin."""

    def setUp(self):
        self.user = make_user(is_staff=True)
        permissions = Permission.objects.filter(codename__in=["view_comment", "change_comment"])
        self.user.user_permissions.set(permissions)
        self.client.force_login(self.user)

    def url(self, comment):
        return f"/admin/comments/comment/{comment.pk}/move/"

    def move(self, comment, **data):
        return self.client.post(self.url(comment), data)

    def test_the_change_form_leads_there(self):
        response = self.client.get(f"/admin/comments/comment/{self.first.pk}/change/")
        self.assertContains(response, self.url(self.first))
        self.assertContains(self.client.get(self.url(self.first)), 'name="target"')

    def test_a_number_or_an_address_will_do(self):
        for target in ("{}", " {} ", "/c/{}/", "https://example.org/en/c/{}/",
                       "https://example.org/posts/x/#comment-{}"):  # fmt: skip
            with self.subTest(target):
                self.move(self.first, target=target.format(self.below.pk))
                self.assertEqual(Comment.objects.get(pk=self.first.pk).parent, self.below)
                tree.move(self.first.pk, self.root.pk)

    def test_nonsense_is_refused_at_its_field_and_kept(self):
        for target in ("eins", "999999", "²", "9" * 30, "-1"):
            with self.subTest(target):
                response = self.move(self.first, target=target)
                self.assertIn("target", response.context["form"].errors)
                self.assertContains(response, f'value="{target}"')

    def test_empty_makes_a_thread_of_its_own(self):
        self.move(self.first, target="")
        self.assertIn("first@0 deep@1", self.shape())

    def test_a_whole_thread_can_go_to_another_post(self):
        post = make_post("Anderer Beitrag", authors=[])
        self.move(self.other, target="", post=post.pk)
        self.assertEqual(self.shape(post), ["other@0 below@1"])

    def test_a_whole_thread_needs_one_place_to_go_to(self):
        for data in ({}, {"target": self.root.pk, "post": self.post.pk}):
            with self.subTest(data):
                self.assertTrue(self.move(self.other, **data).context["form"].errors)

    def test_under_itself_is_refused_in_words(self):
        response = self.move(self.first, target=self.deep.pk)
        self.assertIn("target", response.context["form"].errors)

    def test_it_is_logged(self):
        self.move(self.first, target=self.below.pk)
        entry = LogEntry.objects.get()
        self.assertEqual((entry.user, entry.object_id), (self.user, str(self.first.pk)))
        self.assertIn(str(self.below.pk), entry.change_message)

    def test_its_address_leads_to_the_new_place(self):
        elsewhere = make_comment(make_post("Anderer Beitrag", authors=[]))
        self.move(self.root, target=elsewhere.pk)
        response = self.client.get(self.deep.get_absolute_url())
        place = f"{elsewhere.post.get_absolute_url()}#comment-{self.deep.pk}"
        self.assertRedirects(response, place)

    def test_who_may_only_look_cannot_move(self):
        self.user.user_permissions.remove(Permission.objects.get(codename="change_comment"))
        self.assertEqual(self.client.get(self.url(self.first)).status_code, 403)
        self.assertEqual(self.move(self.first, target="").status_code, 403)
        page = self.client.get(f"/admin/comments/comment/{self.first.pk}/change/")
        self.assertNotContains(page, self.url(self.first))

    def test_what_does_not_exist_is_not_found(self):
        self.assertEqual(self.client.get("/admin/comments/comment/999999/move/").status_code, 404)
