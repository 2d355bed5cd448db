from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog import publishing, roles
from blog.models import Override, Post
from blog.publishing import ARCHIVE, DRAFT, PUBLISH, REVIEW, SCHEDULE
from tests.factories import NOON, make_author, make_comment, make_post, make_user

NO_ALT = '<p>Text</p><img src="/media/a.webp">'


def staff(role):
    user = make_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


class WorkflowTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.editor = staff(roles.EDITOR)
        cls.writer = staff(roles.AUTHOR)
        cls.ada = make_author("Ada", user=cls.writer)

    def make(self, status="draft", **fields):
        fields = {"published_at": None if status in {"draft", "in_review"} else NOON} | fields
        return make_post(authors=[self.ada], status=status, **fields)


class StepsTests(WorkflowTestCase):
    def names(self, post, user):
        return publishing.offered(post, user)

    def test_an_author_submits_and_takes_back_and_nothing_else(self):
        self.assertEqual(self.names(self.make(), self.writer), [REVIEW])
        self.assertEqual(self.names(self.make("in_review"), self.writer), [DRAFT])
        for status in ("published", "archived"):
            self.assertEqual(self.names(self.make(status), self.writer), [])

    def test_an_editor_gets_what_makes_sense(self):
        later = timezone.now() + timedelta(days=1)
        scheduled = self.make("published", published_at=later)
        for post, steps in [
            (self.make(), [REVIEW, PUBLISH, SCHEDULE]),
            (self.make("in_review"), [PUBLISH, SCHEDULE, DRAFT]),
            (scheduled, [PUBLISH, SCHEDULE, DRAFT]),
            (self.make("published"), [DRAFT, ARCHIVE]),
            (self.make("archived"), [PUBLISH, DRAFT]),
        ]:
            self.assertEqual(self.names(post, self.editor), steps)

    def test_a_step_that_is_not_offered_is_refused(self):
        post = self.make()
        for step in (PUBLISH, SCHEDULE, ARCHIVE, DRAFT):
            with self.assertRaises(publishing.Refused):
                publishing.take(post, step, self.writer)
        self.assertEqual(Post.objects.get(pk=post.pk).status, "draft")

    def test_what_somebody_else_has_published_meanwhile_is_not_sent_to_review(self):
        post = self.make()
        publishing.take(Post.objects.get(pk=post.pk), PUBLISH, self.editor)
        with self.assertRaises(publishing.Refused):
            publishing.take(post, REVIEW, self.editor)
        self.assertTrue(Post.objects.get(pk=post.pk).is_public)

    def test_publishing_now_does_not_wait_for_a_time_to_come(self):
        post = self.make(published_at=timezone.now() + timedelta(days=1))
        publishing.take(post, PUBLISH, self.editor)
        self.assertTrue(Post.objects.get(pk=post.pk).is_public)

    def test_who_publishes_again_keeps_the_date(self):
        post = self.make("archived")
        publishing.take(post, PUBLISH, self.editor)
        self.assertEqual(Post.objects.get(pk=post.pk).published_at, NOON)

    def test_scheduling_needs_a_time_to_come(self):
        for moment in (None, NOON):
            with self.assertRaises(publishing.Refused):
                publishing.take(self.make(published_at=moment), SCHEDULE, self.editor)

    def test_a_scheduled_post_appears_by_itself(self):
        later = timezone.now() + timedelta(days=1)
        post = self.make(published_at=later)
        note = publishing.take(post, SCHEDULE, self.editor)
        self.assertEqual(note, "status: draft → scheduled")
        self.assertFalse(Post.objects.published().exists())
        self.assertTrue(Post.objects.published(now=later).exists())

    def test_something_red_holds_a_post_back_until_a_reason_is_given(self):
        post = self.make(body=NO_ALT)
        with self.assertRaises(publishing.Refused):
            publishing.take(post, PUBLISH, self.editor, reason="  ")
        note = publishing.take(post, PUBLISH, self.editor, reason="Kommt heute noch")
        self.assertIn("although pictures: Kommt heute noch", note)
        override = Override.objects.get()
        self.assertEqual((override.codes, override.name), (["pictures"], roles.EDITOR))

    def test_a_reason_that_is_too_long_is_refused(self):
        with self.assertRaises(publishing.Refused):
            publishing.take(self.make(body=NO_ALT), PUBLISH, self.editor, reason="x" * 301)
        self.assertFalse(Override.objects.exists())

    def test_what_is_not_published_needs_no_list(self):
        publishing.take(self.make(body=NO_ALT), REVIEW, self.writer)


class ButtonsTests(WorkflowTestCase):
    def press(self, post, button="", **fields):
        byline = post.bylines.get()
        data = {
            "title": post.title, "language": "de", "body": post.body, "comment_policy": "site",
            "comment_days": "120", "slug": post.slug, "published_at_0": "", "published_at_1": "",
            "bylines-TOTAL_FORMS": "1", "bylines-INITIAL_FORMS": "1", "bylines-0-id": byline.pk,
            "bylines-0-post": post.pk, "bylines-0-author": byline.author_id,
            "bylines-0-position": "0", "old_addresses-TOTAL_FORMS": "0",
            "old_addresses-INITIAL_FORMS": "0", "series_position": "0",
            "related_by_hand-TOTAL_FORMS": "0", "related_by_hand-INITIAL_FORMS": "0",
        }  # fmt: skip
        url = reverse("admin:blog_post_change", args=[post.pk])
        return self.client.post(url, data | {button or "_save": "x"} | fields, follow=True)

    def test_the_form_has_the_buttons_of_a_role(self):
        post = self.make()
        for user, there, missing in [
            (self.writer, ["_review"], ["_publish", "_schedule", "_archive"]),
            (self.editor, ["_review", "_publish", "_schedule"], ["_archive", "_draft"]),
        ]:
            self.client.force_login(user)
            page = self.client.get(reverse("admin:blog_post_change", args=[post.pk]))
            for name in there:
                self.assertContains(page, f'name="{name}"')
            for name in missing:
                self.assertNotContains(page, f'name="{name}"')
            self.assertNotContains(page, 'name="status"')

    def test_a_button_saves_the_text_and_takes_the_step(self):
        self.client.force_login(self.writer)
        post = self.make()
        self.press(post, "_review", body="<p>Neuer Text</p>")
        post.refresh_from_db()
        self.assertEqual((post.status, post.body), ("in_review", "<p>Neuer Text</p>"))

    def test_an_author_who_presses_a_button_of_editors_publishes_nothing(self):
        self.client.force_login(self.writer)
        post = self.make()
        page = self.press(post, "_publish", status="published", body="<p>Behalten</p>")
        post.refresh_from_db()
        self.assertEqual((post.status, post.body), ("draft", "<p>Behalten</p>"))
        self.assertEqual([message.level_tag for message in page.context["messages"]], ["error"])

    def test_what_is_left_to_do_is_shown_with_its_place_and_the_text_is_saved(self):
        self.client.force_login(self.editor)
        post = self.make()
        page = self.press(post, "_publish", body=NO_ALT)
        self.assertContains(page, 'href="#id_body"')
        self.assertContains(page, 'name="override_reason"')
        post.refresh_from_db()
        self.assertEqual((post.status, post.undescribed_count), ("draft", 1))

    def test_every_step_is_in_the_log(self):
        self.client.force_login(self.editor)
        self.press(self.make(body=NO_ALT), "_publish", override_reason="Eilt")
        notes = LogEntry.objects.values_list("change_message", flat=True)
        self.assertIn("status: draft → published; although pictures: Eilt", notes)

    def test_a_time_that_does_not_exist_or_exists_twice_is_refused_with_a_sentence(self):
        self.client.force_login(self.editor)
        for day, clock in [("28.03.2027", "02:30:00"), ("31.10.2027", "02:30:00")]:
            with self.subTest(day=day):
                post = self.make()
                page = self.press(post, "_schedule", published_at_0=day, published_at_1=clock)
                self.assertIn("published_at", page.context["adminform"].form.errors)
                self.assertContains(page, day)
                post.refresh_from_db()
                self.assertEqual(post.status, "draft")

    def test_a_time_beside_the_change_of_clocks_is_taken_as_it_is_on_the_wall(self):
        self.client.force_login(self.editor)
        for day, clock, hour in [("28.03.2027", "03:30:00", 1), ("31.10.2027", "03:30:00", 2)]:
            post = self.make()
            self.press(post, "_schedule", published_at_0=day, published_at_1=clock)
            post.refresh_from_db()
            self.assertEqual((post.status, post.published_at.hour), ("published", hour))


class ArchivedTests(WorkflowTestCase):
    def setUp(self):
        self.post = self.make("archived", title="Alt und gut")

    def test_page_stays_and_says_so(self):
        self.assertContains(self.client.get(self.post.get_absolute_url()), "post-archived")

    def test_lists_and_feeds_do_not_name_it(self):
        for name in ("blog:post_list", "blog:archive_list", "blog:feed"):
            self.assertNotContains(self.client.get(reverse(name)), "Alt und gut")

    def test_its_answers_stay_and_none_is_added(self):
        make_comment(self.post)
        self.assertContains(self.client.get(self.post.get_absolute_url()), "Gut gesagt.")
        self.assertIs(self.post.accepts_comments, False)
        url = reverse("comments:comment_create", args=[self.post.slug])
        self.assertTemplateUsed(self.client.get(url), "comments/comment_closed.html")

    def test_what_never_appeared_has_no_page(self):
        Post.objects.filter(pk=self.post.pk).update(published_at=None)
        self.assertEqual(self.client.get(self.post.get_absolute_url()).status_code, 404)
