"""Likes: one for each browser, undoable, and nothing kept that leads to anybody."""

from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import SiteSettings
from comments import like_views, likes, tree
from comments.models import Comment, Like
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_comment, make_post

JSON = {"Accept": "application/json"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class LikeTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(cls.post, name="Trude")
        cls.url = reverse("comments:comment_like", args=[cls.comment.pk])

    def count(self):
        return Comment.objects.get(pk=self.comment.pk).like_count


class CommentLikeTests(LikeTestCase):
    def test_first_like_gives_the_browser_an_id_that_only_this_site_reads(self):
        self.client.post(self.url)
        cookie = self.client.cookies[likes.COOKIE]
        self.assertTrue(cookie["httponly"])
        self.assertEqual(cookie["samesite"], "Lax")
        self.assertEqual(int(cookie["max-age"]), likes.KEPT.total_seconds())
        self.assertEqual(self.count(), 1)

    def test_without_script_the_page_tells_how_things_stand(self):
        response = self.client.post(self.url, follow=True)
        self.assertRedirects(response, self.url)
        self.assertContains(response, '<input type="hidden" name="like" value="0">')
        response = self.client.post(self.url, {"like": "0"}, follow=True)
        self.assertContains(response, '<input type="hidden" name="like" value="1">')
        self.assertNotContains(response, "gefällt sie.")  # nobody is no number
        self.assertEqual(self.count(), 0)

    def test_the_button_of_a_public_page_does_the_other_of_both(self):
        self.client.post(self.url)
        self.client.post(self.url)
        self.assertEqual((self.count(), Like.objects.count()), (0, 0))

    def test_the_script_is_told_in_json(self):
        response = self.client.post(self.url, {"like": "1"}, headers=JSON)
        self.assertEqual(response.json(), {"is_liked": True, "count": 1})

    def test_saying_it_twice_counts_once(self):
        for _number in range(2):
            self.client.post(self.url, {"like": "1"})
        self.assertEqual(self.count(), 1)

    def test_taking_back_what_was_never_liked_sets_no_cookie(self):
        self.client.post(self.url, {"like": "0"})
        self.assertNotIn(likes.COOKIE, self.client.cookies)
        self.assertEqual(self.count(), 0)

    def test_two_browsers_are_two(self):
        for client in (Client(), Client()):
            client.post(self.url)
        self.assertEqual(self.count(), 2)

    def test_a_forged_cookie_is_no_browser_of_ours(self):
        self.client.cookies[likes.COOKIE] = "somebody:forged"
        self.client.post(self.url)
        self.assertNotEqual(self.client.cookies[likes.COOKIE].value, "somebody:forged")
        self.assertEqual(self.count(), 1)

    def test_likes_of_one_browser_have_nothing_in_common(self):
        other = make_comment(self.post)
        self.client.post(self.url)
        self.client.post(reverse("comments:comment_like", args=[other.pk]))
        first, second = Like.objects.order_by("pk")
        self.assertNotEqual(first.browser_hash, second.browser_hash)
        stored = {field.name for field in Like._meta.fields}
        self.assertEqual(stored, {"id", "comment", "browser_hash"})

    def test_looking_sets_no_such_cookie_and_likes_nothing(self):
        response = self.client.get(self.url)
        self.assertContains(response, "noindex")
        self.assertIn("no-store", response["Cache-Control"])
        self.assertNotIn(likes.COOKIE, self.client.cookies)
        self.assertEqual(self.count(), 0)

    def test_what_visitors_cannot_read_cannot_be_liked(self):
        for status in ("pending", "spam", "removed"):
            hidden = make_comment(self.post, status=status)
            url = reverse("comments:comment_like", args=[hidden.pk])
            self.assertEqual(self.client.post(url).status_code, 404)
        with self.assertRaises(Comment.DoesNotExist):
            likes.set_like(hidden.pk, "browser", True)

    def test_too_many_from_one_network_are_refused(self):
        for limit in ("LIKES_PER_WINDOW", "NEW_BROWSERS_PER_WINDOW"):
            with self.subTest(limit=limit), mock.patch.object(like_views, limit, 0):
                self.assertEqual(Client().post(self.url).status_code, 429)
        self.assertEqual(self.count(), 0)


class OriginTests(LikeTestCase):
    """Public pages hold no token, so the browser has to say where a like comes from."""

    def status(self, headers, client=None, **data):
        client = client or Client(enforce_csrf_checks=True)
        return client.post(self.url, data, headers=headers).status_code

    def test_a_page_of_ours_needs_no_token(self):
        self.assertEqual(self.status(SAME_ORIGIN), 302)
        self.assertEqual(self.status({"Origin": "http://testserver"}), 302)

    def test_other_sites_are_refused(self):
        for site in ("cross-site", "same-site", "none"):
            self.assertEqual(self.status({"Sec-Fetch-Site": site}), 403)
        for origin in ("https://evil.example", "http://testserver.evil.example", "null"):
            self.assertEqual(self.status({"Origin": origin}), 403)
        mixed = {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}
        self.assertEqual(self.status(mixed), 403)
        self.assertEqual(self.count(), 0)

    def test_a_browser_that_says_nothing_needs_the_token_of_the_page(self):
        self.assertEqual(self.status({}), 403)
        client = Client(enforce_csrf_checks=True)
        token = client.get(self.url).context["csrf_token"]
        self.assertEqual(self.status({}, client, csrfmiddlewaretoken=str(token)), 302)


class PublicPageTests(LikeTestCase):
    def page(self):
        return self.client.get(self.post.get_absolute_url())

    def test_it_shows_the_count_to_all_and_knows_nobody(self):
        self.client.post(self.url)
        response = self.page()
        self.assertContains(response, "<b>1</b>")
        self.assertContains(response, f'formaction="{self.url}" aria-pressed="false"')
        self.assertNotIn("Set-Cookie", response.headers)
        self.assertNotIn("no-store", response.get("Cache-Control", ""))

    def test_likes_cost_the_page_no_query(self):
        with CaptureQueriesContext(connection) as before:
            self.page()
        for number in range(3):
            likes.set_like(self.comment.pk, f"browser {number}", True)
        with self.assertNumQueries(len(before)):
            self.page()

    def test_off_they_are_neither_shown_nor_taken(self):
        self.client.post(self.url)
        SiteSettings(likes_enabled=False).save()
        response = self.page()
        self.assertNotContains(response, self.url)
        self.assertNotContains(response, "<b>1</b>")
        self.assertEqual(self.client.post(self.url).status_code, 404)
        self.assertEqual(self.count(), 1)

    def test_each_answer_can_be_reported_by_a_link_that_robots_do_not_follow(self):
        url = reverse("comments:comment_report", args=[self.comment.pk])
        self.assertContains(self.page(), f'href="{url}" rel="nofollow"')


class DeletedCommentTests(LikeTestCase):
    def test_likes_go_with_their_answer(self):
        self.client.post(self.url)
        tree.delete(self.comment.pk)
        self.assertFalse(Like.objects.exists())

    def test_an_empty_place_has_none(self):
        make_comment(self.post, parent=self.comment)
        self.client.post(self.url)
        tree.delete(self.comment.pk)
        self.assertEqual((self.count(), Like.objects.count()), (0, 0))
        self.assertEqual(list(tree.check()), [])


class CheckTests(LikeTestCase):
    def test_a_wrong_count_is_found_and_mended(self):
        self.client.post(self.url)
        other = make_comment(self.post, parent=self.comment)
        Comment.objects.filter(pk=self.comment.pk).update(like_count=7)
        Comment.objects.filter(pk=other.pk).update(like_count=2)
        self.assertEqual(
            [fault.what for fault in tree.check()],
            ["counts 7 likes, should be 1", "counts 2 likes, should be 0"],
        )
        call_command("check_comments", "--repair", stdout=StringIO())
        self.assertEqual(self.count(), 1)
        self.assertEqual(list(tree.check()), [])


class BurstTests(TransactionTestCase):
    def test_sixty_four_at_once_are_counted_one_by_one(self):
        comment = make_comment(make_post())
        jobs = [lambda n=n: likes.set_like(comment.pk, f"browser {n}", True) for n in range(64)]
        at_once(jobs)
        comment.refresh_from_db(fields=["like_count"])
        self.assertEqual((comment.like_count, Like.objects.count()), (64, 64))

    def test_one_browser_that_presses_many_times_at_once_likes_once(self):
        comment = make_comment(make_post())
        at_once([lambda: likes.set_like(comment.pk, "browser", True)] * 16)
        comment.refresh_from_db(fields=["like_count"])
        self.assertEqual((comment.like_count, Like.objects.count()), (1, 1))
