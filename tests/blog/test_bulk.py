from datetime import timedelta
from unittest.mock import patch

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import bulk, roles
from blog.models import Change, Post, PostRevision, SearchEntry, Tag
from blog.search import index
from tests.blog.test_admin import AdminTestCase
from tests.factories import make_author, make_category, make_comment, make_post, make_user
from tests.test_roles import staff

DRAFT = {"status": "draft", "published_at": None}
ACTS = {act.name: act for act in bulk.ACTS}


def run(name, value=None, user=None, posts=None):
    user = user or make_user(f"{name} {value}", is_superuser=True)
    return bulk.run(ACTS[name], Post.objects.all() if posts is None else posts, value, user)


class ActTests(TestCase):
    def setUp(self):
        self.one, self.two = make_post("Eins"), make_post("Zwei", authors=[])

    def test_category_tag_policy_and_pin_are_set_and_looked_up_in_lists(self):
        category, tag = make_category(), Tag.objects.create(name="Mut")
        policy = {"comment_policy": "closed", "comment_days": 7}
        for name, value in [
            ("set_category", category), ("add_tag", tag), ("set_policy", policy), ("pin", None)
        ]:  # fmt: skip
            self.assertEqual(run(name, value).done, 2)
        found = Post.objects.get(title="Zwei")
        self.assertEqual((found.category, list(found.tags.all())), (category, [tag]))
        self.assertEqual((found.comment_policy, found.is_pinned), ("closed", True))
        self.assertEqual(run("remove_tag", tag).done, 2)
        self.assertEqual(run("unpin").done, 2)
        self.assertEqual(run("set_category", None).done, 2)

    def test_each_post_has_a_revision_a_line_in_the_log_and_leaves_the_caches(self):
        user = make_user(is_superuser=True)
        run("pin", user=user)
        for post in (self.one, self.two):
            self.assertEqual(post.revisions.get().user, user)
            self.assertTrue(Change.objects.filter(tag=f"post:{post.pk}").exists())
            self.assertEqual(LogEntry.objects.get(object_id=post.pk).change_message, "pinned")
        self.assertTrue(Change.objects.filter(tag="posts").exists())

    def test_the_search_hears_of_it(self):
        index.refresh_all()
        run("set_category", make_category("Einzigartig"))
        index.refresh_all()
        terms = SearchEntry.objects.values_list("about_terms", flat=True)
        self.assertTrue(all("einzigart" in found for found in terms), terms)

    def test_an_author_comes_last_and_once(self):
        ada, zoe = self.one.bylines.get().author, make_author("Zoe")
        self.two.bylines.create(author=zoe, position=4)
        self.assertEqual(run("add_author", zoe).done, 1)
        self.assertEqual(Post.objects.get(pk=self.one.pk).bylined_authors, [ada, zoe])
        self.assertEqual(self.two.bylines.count(), 1)

    def test_what_is_so_already_is_left_alone(self):
        run("pin")
        kept = PostRevision.objects.count()
        result = run("pin", user=make_user(is_superuser=True))
        self.assertEqual((result.done, result.already), (0, 2))
        self.assertEqual(PostRevision.objects.count(), kept)

    def test_steps_are_those_of_the_form(self):
        draft = make_post("Entwurf", authors=[], **DRAFT)
        empty = make_post("Leer", authors=[], body="", **DRAFT)
        result = run("publish")
        self.assertEqual((result.done, result.already, list(result.refused)), (1, 2, [empty.pk]))
        draft.refresh_from_db()
        self.assertTrue(draft.is_public)
        self.assertIn("draft → published", LogEntry.objects.get().change_message)

    def test_scheduled_archived_and_back_to_draft(self):
        draft = make_post("Entwurf", authors=[], **DRAFT)
        tomorrow = timezone.now() + timedelta(days=1)
        result = run("schedule", tomorrow)
        self.assertEqual((result.done, len(result.refused)), (1, 2))
        draft.refresh_from_db()
        self.assertEqual((draft.status, draft.published_at), ("published", tomorrow))
        self.assertEqual(run("schedule", tomorrow, make_user()).done, 0)
        result = run("archive")
        self.assertEqual((result.done, list(result.refused)), (2, [draft.pk]))
        self.assertEqual(run("draft").done, 3)

    def test_deleted_with_what_hangs_on_them(self):
        make_comment(self.one, parent=make_comment(self.one))
        self.assertEqual(run("delete").done, 2)
        self.assertFalse(Post.objects.exists())
        self.assertEqual(self.client.get(self.one.get_absolute_url()).status_code, 410)

    def test_time_that_is_up_leaves_the_rest(self):
        make_post("Drei", authors=[])
        with patch("blog.bulk.SECONDS", 0):
            result = run("archive")
        self.assertEqual((result.done, len(result.left)), (1, 2))
        self.assertEqual(run("archive", user=make_user(is_superuser=True)).done, 2)

    def test_a_thousand_posts_cost_queries_by_the_piece(self):
        rows = [Post(title=f"P {n}", slug=f"p-{n}") for n in range(1000)]
        Post.objects.bulk_create(rows)
        user = make_user(is_superuser=True)
        with CaptureQueriesContext(connection) as queries:
            result = run("set_category", make_category(), user)
        self.assertEqual((result.done, result.left), (1002, []))
        self.assertLess(len(queries), 150)


class BulkPageTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.one, self.two = make_post("Eins", is_pinned=True), make_post("Zwei", authors=[])

    def choose(self, name, *posts, **more):
        data = {"action": name, "_selected_action": [post.pk for post in posts], **more}
        return self.client.post("/en/admin/blog/post/", data)

    def send(self, name, *posts, stage="do", **more):
        data = {"act": name, "posts": ",".join(str(post.pk) for post in posts), "stage": stage}
        return self.client.post("/en/admin/blog/post/bulk/", data | more, follow=True)

    def test_it_is_said_what_will_happen_and_nothing_is_done(self):
        response = self.choose("pin", self.one, self.two)
        self.assertContains(response, "This will be done with 1 post<")
        self.assertContains(response, "1 post is so already")
        self.assertEqual(Post.objects.filter(is_pinned=True).count(), 1)
        self.assertContains(self.send("pin", self.two), "Done with 1 post: Pin to the top")
        self.assertEqual(Post.objects.filter(is_pinned=True).count(), 2)

    def test_it_asks_with_what(self):
        category = make_category("Neu")
        response = self.choose("set_category", self.one, self.two)
        self.assertContains(response, "With what? 2 posts are chosen")
        response = self.send("set_category", self.one, stage="look", category=category.pk)
        self.assertContains(response, "Change the category – Neu")
        self.assertFalse(category.posts.exists())
        self.send("set_category", self.one, category=category.pk)
        self.assertEqual(category.posts.get(), self.one)

    def test_a_wrong_answer_is_asked_again(self):
        response = self.send("schedule", self.one, time_0="2020-01-01", time_1="12:00")
        self.assertContains(response, "This time is over.")
        self.assertContains(self.send("add_tag", self.one), "This field is required.")

    def test_why_not_is_said_before_and_after(self):
        draft = make_post("Leer", authors=[], body="", **DRAFT)
        for response in (self.choose("publish", draft), self.send("publish", draft)):
            self.assertContains(response, "Leer")
            self.assertContains(response, "The post has no text yet.")

    def test_answers_that_go_are_counted(self):
        make_comment(self.one)
        self.assertContains(self.choose("delete", self.one), "1 answer goes with them for good.")
        self.send("delete", self.one)
        self.assertEqual(Post.objects.get(), self.two)

    def test_what_is_left_goes_on_by_a_button(self):
        with patch("blog.bulk.SECONDS", 0):
            response = self.send("archive", self.one, self.two)
        self.assertContains(response, "1 post is done.")
        self.assertContains(response, f'name="posts" value="{self.two.pk}"')
        response = self.send("archive", self.two, done="1")
        self.assertContains(response, "Done with 2 posts")

    def test_all_posts_of_a_filter_are_chosen_across_pages(self):
        Post.objects.bulk_create(Post(title=f"P {n}", slug=f"p-{n}") for n in range(1100))
        response = self.choose("pin", self.one, select_across="1", index="0")
        self.assertContains(response, "This will be done with 1101 posts")
        self.send("pin", *Post.objects.all())
        self.assertFalse(Post.objects.filter(is_pinned=False).exists())

    def test_who_does_not_publish_changes_own_drafts_alone(self):
        user = staff(roles.AUTHOR)
        own = make_post("Eigen", authors=[make_author("Autor", user=user)], **DRAFT)
        self.client.force_login(user)
        category = make_category()
        response = self.send("set_category", own, self.two, stage="look", category=category.pk)
        self.assertContains(response, "1 post is not yours to change, or is gone.")
        self.send("set_category", own, self.two, category=category.pk)
        self.assertEqual(category.posts.get(), own)
        for name in ("pin", "publish", "archive", "add_author"):
            with self.subTest(name):
                self.assertEqual(self.send(name, own).status_code, 403)

    def test_without_posts_or_with_an_unknown_act_it_leads_back(self):
        for response in (self.send("pin"), self.send("format_disk", self.one)):
            self.assertContains(response, "Please choose posts in the list first.")
