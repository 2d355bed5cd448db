"""Failures 7 to 9: an address leads to its answer whatever happens, and no page is an empty one."""

import re

from django.test import Client, TestCase
from django.urls import reverse

from comments import tree
from comments.models import Comment
from tests.factories import NOON, make_comment, make_form_token, make_post

Status = Comment.Status


def give(status):
    def decide(comment):
        comment.status = status
        return ["status"]

    return decide


class PermalinkTests(TestCase):
    """Seven pages of threads, all written in the same second."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.roots = [
            make_comment(cls.post, body=f"Nr. {number}.", created_at=NOON) for number in range(130)
        ]
        cls.last = cls.roots[-1]

    def follow(self, comment, client=None):
        return (client or self.client).get(comment.get_absolute_url(), follow=True)

    def assert_leads_to(self, comment):
        response = self.follow(comment)
        self.assertContains(response, f'id="comment-{comment.pk}"')
        address = response.redirect_chain[-1][0]
        self.assertTrue(address.endswith(f"#comment-{comment.pk}"))
        return address

    def test_each_answer_of_each_page_is_found_though_all_share_a_second(self):
        for comment in self.roots[::7]:
            self.assert_leads_to(comment)
        self.assertIn("?after=", self.assert_leads_to(self.last))

    def test_the_address_holds_when_answers_before_it_go(self):
        self.assert_leads_to(self.last)
        for number, comment in enumerate(self.roots[9:129:2]):
            if number % 2:
                tree.delete(comment.pk)
            else:
                tree.change(comment.pk, give(Status.SPAM))
        self.assert_leads_to(self.last)
        self.assert_leads_to(self.roots[8])

    def test_a_page_that_was_linked_before_still_shows_it(self):
        old = self.assert_leads_to(self.last).partition("#")[0]
        for comment in self.roots[:7]:
            tree.change(comment.pk, give(Status.REMOVED))
        self.assertContains(self.client.get(old), f'id="comment-{self.last.pk}"')

    def test_hidden_ones_are_not_found(self):
        for status in [Status.PENDING, Status.SPAM, Status.REMOVED]:
            tree.change(self.last.pk, give(status))
            with self.subTest(status):
                self.assertEqual(self.follow(self.last).status_code, 404)

    def test_a_removed_one_that_was_answered_leads_to_its_place(self):
        reply = make_comment(self.post, parent=self.last)
        for hide in [
            lambda: tree.change(self.last.pk, give(Status.SPAM)),
            lambda: tree.delete(self.last.pk),
        ]:
            hide()
            self.assert_leads_to(self.last)
            self.assert_leads_to(reply)

    def test_deleted_for_good_is_not_found(self):
        tree.delete(self.last.pk)
        self.assertEqual(self.follow(self.last).status_code, 404)

    def test_moved_to_another_post_it_is_found_there(self):
        other = make_post("Ein anderer")
        tree.move_thread(self.last.pk, other)
        self.last.refresh_from_db()
        self.assertIn(other.get_absolute_url(), self.assert_leads_to(self.last))
        self.assertNotContains(self.client.get(self.post.get_absolute_url()), "Nr. 129.")

    def test_a_post_taken_off_the_site_takes_them_along(self):
        type(self.post).objects.update(status="draft")
        self.assertEqual(self.follow(self.last).status_code, 404)


class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = cls.post.get_absolute_url()
        cls.roots = [
            make_comment(cls.post, body=f"Nr. {number}.", minutes=number) for number in range(25)
        ]

    def next_page(self, order="oldest"):
        first = self.client.get(self.url, {"order": order}).text
        return re.search(r"after=([\d-]+)#answers", first)[1]

    def test_past_the_end_there_is_no_page(self):
        self.assertEqual(self.client.get(self.url, {"after": "1-1-1"}).status_code, 200)
        beyond = f"{10**16}-1-{10**16}"
        self.assertEqual(self.client.get(self.url, {"after": beyond}).status_code, 404)
        for order in ["newest", "liveliest"]:
            response = self.client.get(self.url, {"order": order, "after": "0-0-1"})
            self.assertEqual(response.status_code, 404)

    def test_a_page_emptied_by_moderation_is_gone_and_the_one_before_leads_nowhere(self):
        cursor = self.next_page()
        for comment in self.roots[20:]:
            tree.change(comment.pk, give(Status.SPAM))
        self.assertEqual(self.client.get(self.url, {"after": cursor}).status_code, 404)
        self.assertNotContains(self.client.get(self.url), 'rel="next"')

    def test_a_page_of_a_thread_past_its_end_is_not_found(self):
        thread = self.roots[0].tree_id
        url = reverse("comments:thread_detail", args=[self.post.slug, thread])
        self.assertEqual(self.client.get(url).status_code, 200)
        for after in [self.roots[0].pk, self.roots[1].pk, 10**15]:
            with self.subTest(after):
                self.assertEqual(self.client.get(url, {"after": after}).status_code, 404)

    def test_lists_of_posts_end_too(self):
        for page in ["2", "0", "-1", "x"]:
            with self.subTest(page):
                self.assertEqual(self.client.get("/", {"page": page}).status_code, 404)

    def test_each_order_and_page_names_the_post_as_the_page_to_index(self):
        link = f'<link rel="canonical" href="{self.post.get_canonical_url()}">'
        for order in ["oldest", "newest", "liveliest"]:
            for query in [{"order": order}, {"order": order, "after": self.next_page(order)}]:
                with self.subTest(query):
                    response = self.client.get(self.url, query)
                    self.assertContains(response, link)
                    self.assertNotContains(response, 'content="noindex"')

    def test_forms_are_not_indexed(self):
        self.assertContains(
            self.client.get(reverse("comments:comment_create", args=[self.post.slug])),
            '<meta name="robots" content="noindex">',
        )


class PendingPageTests(TestCase):
    """WordPress 5.1 to 5.4.1 let spammers publish through the link to their waiting comment."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = {"name": "Spam", "email": "s@example.org", "body": "Kauft Uhren!"}
        cls.valid |= make_form_token(cls.post)

    def test_what_waits_is_shown_to_its_browser_and_to_no_link(self):
        place = self.client.post(self.url, self.valid).headers["Location"]
        self.assertContains(self.client.get(place), "Kauft Uhren!")
        for address in [place.partition("#")[0], f"/c/{Comment.objects.get().pk}/"]:
            with self.subTest(address):
                self.assertNotIn("Kauft Uhren!", Client().get(address, follow=True).text)
        self.assertNotIn("hash", place)

    def test_the_page_that_shows_it_is_kept_by_nobody(self):
        place = self.client.post(self.url, self.valid).headers["Location"]
        caching = self.client.get(place).headers["Cache-Control"]
        self.assertIn("no-store", caching)
        self.assertIn("private", caching)

    def test_no_number_in_an_address_opens_it(self):
        self.client.post(self.url, self.valid)
        comment = Comment.objects.get()
        for query in ["unapproved", "moderation-hash", "preview", "own", "after"]:
            response = Client().get(self.post.get_absolute_url(), {query: comment.pk})
            self.assertNotContains(response, "Kauft Uhren!")
