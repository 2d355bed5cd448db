from datetime import timedelta

from django.test import TestCase
from django.urls import reverse

from blog.models import Change, Post
from tests.blog.test_admin import AdminTestCase
from tests.factories import NOON, make_category, make_post


class PinnedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category = make_category()
        old = NOON - timedelta(days=9)
        cls.old = make_post(
            "Alt", is_pinned=True, published_at=old, category=cls.category, language="en"
        )
        cls.new = make_post("Neu", category=cls.category, language="en")

    def titles(self, url):
        return [post.title for post in self.client.get(url).context["page_obj"]]

    def test_a_pinned_post_stands_above_newer_ones_and_says_so(self):
        self.assertEqual(self.titles("/en/"), ["Alt", "Neu"])
        self.assertContains(self.client.get("/en/"), ">Pinned<", count=1)

    def test_other_lists_keep_the_order_of_time(self):
        url = f"/en{self.category.get_absolute_url()}"
        self.assertEqual(self.titles(url), ["Neu", "Alt"])
        self.assertNotContains(self.client.get(url), ">Pinned<")

    def test_feeds_keep_the_order_of_time(self):
        content = self.client.get("/en" + reverse("blog:feed")).content.decode()
        self.assertLess(content.index("<title>Neu<"), content.index("<title>Alt<"))

    def test_lists_kept_ready_are_made_anew(self):
        Change.objects.all().delete()
        self.new.is_pinned = True
        self.new.save()
        self.assertTrue(Change.objects.filter(tag="posts").exists())


class PinAdminTests(AdminTestCase):
    def act(self, action, *posts):
        data = {"action": action, "_selected_action": [post.pk for post in posts]}
        return self.client.post("/en/admin/blog/post/", data, follow=True)

    def test_posts_are_pinned_and_unpinned_in_the_list(self):
        one, two = make_post("Eins", is_pinned=True), make_post("Zwei", authors=[])
        self.assertContains(self.act("pin", one, two), "1 post is pinned now.")
        self.assertEqual(Post.objects.filter(is_pinned=True).count(), 2)
        self.assertContains(self.act("unpin", one, two), "2 posts are no longer pinned.")
        self.assertFalse(Post.objects.filter(is_pinned=True).exists())
