"""“Later taken up in”: links between own posts appear below the older one, without pings."""

from datetime import timedelta

from django.test import TestCase, override_settings
from django.utils import timezone

from blog.models import Change, OldAddress, Post, PostLink
from blog.reading import around, published_post
from tests.factories import NOON, make_post

LATER = NOON + timedelta(days=1)


def link_to(address):
    return f'<p>Wie <a href="{address}">hier</a> steht.</p>'


class TakenUpTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post("Älter")

    def taken_up(self):
        return [str(post) for post in around(published_post(self.post.slug))["taken_up"]]

    def make_later(self, address="/posts/aelter/", **fields):
        fields = {"published_at": LATER, "body": link_to(address)} | fields
        return make_post("Später", **fields)

    def test_a_later_post_that_links_to_it_stands_below_it_with_its_day(self):
        self.make_later()
        response = self.client.get(self.post.get_absolute_url())
        self.assertContains(response, "Später aufgegriffen in")
        self.assertContains(response, "5. Mai 2026")
        english = self.client.get(f"/en{self.post.get_absolute_url()}")
        self.assertContains(english, "Later taken up in")

    def test_a_post_without_such_links_says_nothing(self):
        response = self.client.get(self.post.get_absolute_url())
        self.assertNotContains(response, "taken-up")

    @override_settings(BASE_URL="https://blog.example")
    def test_every_address_of_a_post_counts(self):
        OldAddress.objects.create(path="/2013/08/02/größe", post=self.post)
        OldAddress.objects.create(path="/?p=12", post=self.post)
        for address in [
            "/posts/aelter/", "/posts/aelter", "/en/posts/aelter/", "/posts/aelter/#c-7",
            "https://blog.example/posts/aelter/", "http://blog.example/en/posts/aelter/?page=2#x",
            "//blog.example/posts/aelter/", "/2013/08/02/gr%C3%B6%C3%9Fe/",
            "https://blog.example?p=12", "/?p=12",
        ]:  # fmt: skip
            with self.subTest(address):
                later = self.make_later(address)
                self.assertEqual(self.taken_up(), ["Später"])
                later.delete()
        for address in ["https://other.example/posts/aelter/", "/posts/", "#aelter", "http://[",
                        "mailto:a@blog.example", "/posts/aelter/more/"]:  # fmt: skip
            with self.subTest(address):
                later = self.make_later(address)
                self.assertEqual(self.taken_up(), [])
                later.delete()

    def test_a_better_address_loses_no_link(self):
        self.make_later()
        self.post.slug = "besser"
        self.post.save()
        self.assertEqual(self.taken_up(), ["Später"])

    def test_links_come_and_go_with_edits_and_publishing(self):
        later = self.make_later(status=Post.Status.DRAFT)
        self.assertEqual(self.taken_up(), [])
        later.status = Post.Status.PUBLISHED
        later.save()
        self.assertEqual(self.taken_up(), ["Später"])
        later.body = "<p>Ohne.</p>"
        later.save()
        self.assertEqual(self.taken_up(), [])
        self.assertFalse(PostLink.objects.exists())

    def test_scheduled_and_earlier_posts_do_not_stand_there(self):
        self.make_later(published_at=timezone.now() + timedelta(days=1))
        self.make_later(published_at=NOON - timedelta(days=1))
        self.assertEqual(self.taken_up(), [])

    def test_newest_stands_first_and_each_once(self):
        both = link_to("/posts/aelter/") + link_to("/en/posts/aelter/#h-x")
        make_post("Zweiter", published_at=LATER + timedelta(days=1), body=both)
        self.make_later()
        self.assertEqual(self.taken_up(), ["Zweiter", "Später"])

    def test_a_link_to_itself_is_none(self):
        self.post.body = link_to(self.post.get_absolute_url())
        self.post.save()
        self.assertFalse(PostLink.objects.exists())

    def test_a_new_link_takes_the_older_page_out_of_the_cache_and_no_others(self):
        later = self.make_later("/posts/x/")
        Change.objects.all().delete()
        for body in [link_to("/posts/aelter/"), "<p>Ohne.</p>"]:
            later.body = body
            later.save()
            tags = set(Change.objects.values_list("tag", flat=True))
            self.assertEqual(tags, {f"post:{self.post.pk}", f"post:{later.pk}"})
            Change.objects.all().delete()

    def test_what_is_taken_up_is_not_offered_as_related_again(self):
        from tests.blog.test_related import compute, make_tag

        tag = make_tag()
        self.post.tags.add(tag)
        self.make_later(tags=[tag])
        compute()
        found = around(published_post(self.post.slug))
        self.assertEqual([len(found["taken_up"]), len(found["related"])], [1, 0])
