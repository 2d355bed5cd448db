from datetime import timedelta

from django.test import TestCase
from django.urls import reverse

from blog.models import Change
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
