"""What the worker is to do, of whatever app: nothing fails that nobody at the desk sees."""

from datetime import timedelta

from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import roles, today
from blog.errands import Errand
from blog.models import (
    MediaFile,
    MediaRendering,
    OutsideLink,
    Poster,
    RelativeSearch,
    ReviewLink,
    ReviewMail,
    ReviewRemark,
)
from comments.models import SpamCheck, SpamFeedback
from tests.factories import (
    make_author,
    make_comment,
    make_media,
    make_picture_file,
    make_post,
    make_user,
)  # fmt: skip
from tests.test_roles import more_rows

ERRANDS = [model for model in apps.get_models() if issubclass(model, Errand)]


def list_of(model):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


class EveryErrandTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)
        more_rows_made = more_rows(make_comment(make_post(authors=[make_author("Ada")])))
        cls.rows = {type(row): row for row in more_rows_made if isinstance(row, Errand)}

    def test_the_rows_of_this_test_are_of_every_kind(self):
        self.assertEqual(set(self.rows), set(ERRANDS))

    def test_what_fails_is_counted_on_the_first_page_and_stands_in_its_list(self):
        self.client.force_login(self.user)
        for model in ERRANDS:
            model._base_manager.exclude(pk=self.rows[model].pk).delete()
            model._base_manager.update(last_error="'quoted': away", done_at=None)
        lines = {line.url: line for line in today.failed_errands(self.user).lines}
        for model in ERRANDS:
            with self.subTest(model=model._meta.label):
                line = lines[f"{list_of(model)}?errand=failed"]
                self.assertEqual(line.words, f"1 {model._meta.verbose_name}")
                found = self.client.get(line.url).context["cl"].result_list
                self.assertEqual(list(found), [self.rows[model]])

    def test_what_is_done_or_has_not_failed_yet_is_not_counted(self):
        OutsideLink.objects.update(last_error="away", done_at=timezone.now())
        self.assertEqual(today.failed_errands(self.user).lines, [])

    def test_each_can_be_tried_again_by_some_role(self):
        codes = {code for granted in roles.GRANTS.values() for _label, code in granted}
        for model in ERRANDS:
            with self.subTest(model=model._meta.label):
                name = model._meta.model_name
                self.assertLessEqual({f"view_{name}", f"change_{name}"}, codes)
                self.assertTrue(admin.site.get_model_admin(model).actions)

    def test_failures_of_many_are_found_by_an_index(self):
        rows = str(OutsideLink.objects.failed().values("pk").explain())
        if connection.vendor == "sqlite":
            self.assertIn("outsidelink_failed", rows)


class WorkerAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)
        cls.ada = make_author("Ada", email="ada@example.org")
        cls.post = make_post(authors=[cls.ada])

    def setUp(self):
        self.client.force_login(self.user)

    def fail(self, row, error="OSError: away"):
        row.postpone(error)
        self.assertContains(self.client.get(f"{list_of(type(row))}?errand=failed"), error)

    def try_again(self, row):
        data = {"action": "try_again", "_selected_action": [row.pk]}
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(list_of(type(row)), data)

    def test_sizes_of_a_picture_are_drawn_at_once(self):
        media = make_media()
        row = MediaRendering.objects.get()
        self.fail(row)
        self.try_again(row)
        media.refresh_from_db()
        self.assertTrue(media.has_renditions)

    def test_a_mail_about_a_review_is_sent_at_once_and_says_to_whom(self):
        link = ReviewLink.objects.create(post=self.post, token_hash="x", for_whom="Carla")
        ReviewRemark.objects.create(link=link, paragraph=1, quote="x", name="Carla", text="Kürzer.")
        row = ReviewMail.objects.create(post=self.post, author=self.ada, language="de")
        self.fail(row)
        self.assertContains(self.client.get(list_of(ReviewMail)), "Ada &lt;ada@example.org&gt;")
        self.try_again(row)
        self.assertIn("Kürzer.", mail.outbox[0].body)

    def test_a_mail_that_was_sent_is_not_sent_twice(self):
        row = ReviewMail.objects.create(post=self.post, author=self.ada, language="de")
        row.finish(sent_at=timezone.now())
        self.try_again(row)
        row.refresh_from_db()
        self.assertIsNotNone(row.done_at)

    def test_no_row_is_deleted_by_itself(self):
        row = RelativeSearch.objects.get(post=self.post)
        page = self.client.get(reverse("admin:blog_relativesearch_change", args=[row.pk]))
        url = reverse("admin:blog_relativesearch_delete", args=[row.pk])
        self.assertNotContains(page, url)
        self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)

    def test_rows_go_with_what_they_are_about(self):
        comment = make_comment(self.post)
        SpamCheck.objects.create(comment=comment)
        ReviewMail.objects.create(post=self.post, author=self.ada, language="de")
        make_media()
        for url, model in [
            (reverse("admin:blog_post_delete", args=[self.post.pk]), ReviewMail),
            (reverse("admin:blog_mediafile_delete", args=[MediaFile.objects.get().pk]),
             MediaRendering),
        ]:  # fmt: skip
            self.client.post(url, {"post": "yes"})
            self.assertFalse(model.objects.exists(), model)

    def test_related_posts_are_looked_for_at_once(self):
        row = RelativeSearch.objects.get(post=self.post)
        self.fail(row)
        self.try_again(row)
        self.assertFalse(RelativeSearch.objects.filter(pk=row.pk).exists())

    def test_a_video_without_picture_can_be_asked_about_again_and_one_with_it_not(self):
        row = Poster.objects.create(page="https://vimeo.com/1", done_at=timezone.now())
        name = default_storage.save("posters/x.webp", make_picture_file())
        has = Poster.objects.create(page="https://vimeo.com/2", file=name, done_at=timezone.now())
        found = admin.site.get_model_admin(Poster).to_try(Poster.objects.all())
        self.assertEqual(list(found), [row])
        self.assertContains(self.client.get(list_of(Poster)), has.page)

    def test_what_akismet_was_not_told_is_told_at_once(self):
        comment = make_comment(self.post)
        for row in (
            SpamFeedback.objects.create(comment=comment, kind="spam"),
            SpamCheck.objects.create(comment=comment, due_at=timezone.now() + timedelta(days=1)),
        ):
            self.fail(row)
            self.try_again(row)
            row.refresh_from_db()
            self.assertIsNotNone(row.done_at)  # nothing of it may be sent

    def test_lists_cost_the_same_for_many(self):
        make_media()
        ReviewMail.objects.create(post=self.post, author=self.ada, language="de")
        Poster.objects.create(page="https://vimeo.com/1")
        few = [self.queries(model) for model in (MediaRendering, ReviewMail, Poster)]
        for number in range(5):
            make_media(f"Bild {number}", size=(50, 50 + number))
            post = make_post(f"Nr {number}", authors=[])
            ReviewMail.objects.create(post=post, user=self.user, language="de")
            Poster.objects.create(page=f"https://vimeo.com/1{number}")
        many = [self.queries(model) for model in (MediaRendering, ReviewMail, Poster)]
        self.assertEqual(many, few)

    def queries(self, model):
        with CaptureQueriesContext(connection) as queries:
            self.client.get(list_of(model))
        return len(queries)
