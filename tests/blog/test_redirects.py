from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from blog.models import OldAddress, Post, Redirect, Tag
from tests.blog.test_admin import AdminTestCase
from tests.factories import make_category, make_post, make_series


class RedirectTests(TestCase):
    def test_a_path_leads_to_a_page_in_the_language_of_the_reader(self):
        post = make_post("Neu")
        Redirect.objects.create(path="/alt", target=post.get_absolute_url())
        self.assertRedirects(self.client.get("/alt/"), "/posts/neu/", 301)
        self.assertRedirects(self.client.get("/en/alt/"), "/en/posts/neu/", 301)

    def test_a_path_leads_to_another_site(self):
        Redirect.objects.create(path="/alt", target="https://example.org/x")
        response = self.client.get("/alt/")
        self.assertRedirects(response, "https://example.org/x", 301, fetch_redirect_response=False)

    def test_gone_is_said_with_a_page(self):
        Redirect.objects.create(path="/alt", is_gone=True)
        response = self.client.get("/en/alt/")
        self.assertContains(response, "This page is gone", status_code=410)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertFalse(response.cookies)

    def test_looking_for_it_takes_one_query(self):
        Redirect.objects.create(path="/alt", target="/archive/")
        for path in ("/alt/", "/nirgends/"):
            with self.subTest(path), self.assertNumQueries(1):
                self.client.get(path)

    def test_what_an_editor_says_comes_before_an_old_address(self):
        OldAddress.objects.create(path="/alt", post=make_post())
        Redirect.objects.create(path="/alt", target="/archive/")
        self.assertRedirects(self.client.get("/alt/"), "/archive/", 301)

    def test_feeds_move_with_their_page(self):
        tag = Tag.objects.create(name="Alt")
        make_post("Beitrag", tags=[tag])
        tag.slug = "neu"
        tag.save()
        Redirect.objects.create(path="/fort", is_gone=True)
        for rest in ["", "feed/", "feed/atom/", "feed/json/"]:
            with self.subTest(rest):
                self.assertRedirects(self.client.get(f"/tags/alt/{rest}"), f"/tags/neu/{rest}", 301)
        self.assertEqual(self.client.get("/fort/feed/").status_code, 410)

    def test_feed_that_a_post_had_elsewhere_leads_to_the_post(self):
        OldAddress.objects.create(path="/2013/08/alt", post=make_post("Neu"))
        answers = self.client.get("/2013/08/alt/answers/feed/")
        self.assertRedirects(answers, "/posts/neu/answers/feed/", 301)
        self.assertRedirects(self.client.get("/2013/08/alt/feed/"), "/posts/neu/", 301)

    def test_a_page_that_lives_is_shown(self):
        post = make_post("Da")
        Redirect.objects.create(path="/posts/da", is_gone=True)
        self.assertEqual(self.client.get(post.get_absolute_url()).status_code, 200)

    def test_a_deleted_post_is_gone_under_all_its_addresses(self):
        post = make_post("Erst")
        post.slug = "dann"
        post.save()
        post.bylines.all().delete()
        post.delete()
        for path in ("/posts/erst/", "/posts/dann/"):
            self.assertEqual(self.client.get(path).status_code, 410)

    def test_what_was_never_public_leaves_nothing(self):
        make_post("Entwurf", status=Post.Status.DRAFT, published_at=None).delete()
        make_post("Bald", published_at=timezone.now() + timedelta(days=1), authors=[]).delete()
        self.assertFalse(Redirect.objects.exists())

    def test_a_redirect_by_hand_outlives_the_deletion(self):
        post = make_post("Erst")
        Redirect.objects.create(path="/posts/erst", target="/archive/")
        post.delete()
        self.assertRedirects(self.client.get("/posts/erst/"), "/archive/", 301)

    def test_a_new_post_takes_the_address_of_one_that_is_gone(self):
        make_post("Erst").delete()
        self.assertEqual(
            self.client.get(make_post("Erst", authors=[]).get_absolute_url()).status_code, 200
        )
        self.assertFalse(Redirect.objects.exists())

    def test_former_addresses_of_tag_category_and_series_lead_on(self):
        tag, category, series = Tag.objects.create(name="a"), make_category("a"), make_series("a")
        make_post(series=series)
        for row in (tag, category, series):
            old = row.get_absolute_url()
            for slug in ("b", "c"):
                row.slug = slug
                row.save()
            self.assertRedirects(self.client.get(f"/en{old}"), f"/en{row.get_absolute_url()}", 301)

    def test_renamed_there_and_back_is_no_circle(self):
        tag = Tag.objects.create(name="a")
        for slug in ("b", "a"):
            tag.slug = slug
            tag.save()
        self.assertEqual(self.client.get("/tags/a/").status_code, 200)
        self.assertRedirects(self.client.get("/tags/b/"), "/tags/a/", 301)
        self.assertEqual(Redirect.objects.count(), 1)


class RedirectAdminTests(AdminTestCase):
    def add(self, path, target="", **fields):
        data = {"path": path, "target": target, "note": ""} | fields
        return self.client.post("/en/admin/blog/redirect/add/", data)

    def test_a_redirect_is_made_with_its_maker(self):
        self.add("http://localhost:8000/en/alt%20er/", "/archive/")
        redirect = Redirect.objects.get()
        self.assertEqual((redirect.path, redirect.created_by), ("/alt er", self.user))

    def test_gone_can_be_said_by_hand(self):
        self.add("/alt/", is_gone="on")
        self.assertEqual(self.client.get("/alt/").status_code, 410)

    def test_what_cannot_work_is_refused_with_a_sentence(self):
        make_post("Da")
        Redirect.objects.create(path="/eins", target="/zwei/")
        for path, fields, sentence in [
            ("/posts/da/", {"target": "/archive/"}, "A page of this site stands there."),
            ("/archive/", {"target": "/x/"}, "A page of this site stands there."),
            ("/a/", {"target": "/a/"}, "leads back to where it begins"),
            ("/a/", {"target": "/en/a"}, "leads back to where it begins"),
            ("/zwei/", {"target": "/eins/"}, "leads back to where it begins"),
            ("/a/?b=1", {"target": "/x/"}, "begins with one /"),
            ("a", {"target": "/x/"}, "begins with one /"),
            ("/a/", {"target": "javascript:alert(1)"}, "Enter a valid URL"),
            ("/a/", {"target": "//example.org/"}, "Enter a valid URL"),
            ("/a/", {}, "Say where it leads"),
            ("/a/", {"target": "/x/", "is_gone": "on"}, "Say where it leads"),
        ]:
            with self.subTest(path=path, **fields):
                self.assertContains(self.add(path, **fields), sentence)
        self.assertEqual(Redirect.objects.count(), 1)

    def test_the_page_of_what_is_gone_may_be_redirected(self):
        make_post("Weg").delete()
        row = Redirect.objects.get()
        data = {"path": row.path, "target": "/archive/", "note": "Umbau"}
        self.client.post(f"/en/admin/blog/redirect/{row.pk}/change/", data)
        self.assertRedirects(self.client.get("/posts/weg/"), "/archive/", 301)
