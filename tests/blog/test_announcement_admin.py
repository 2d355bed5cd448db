from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import today
from blog.models import Announcement
from tests.factories import make_author, make_post, make_user

LIST = reverse("admin:blog_announcement_changelist")


class AnnouncementAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)
        cls.post = make_post(authors=[make_author("Ada", bio_de="x", bio_en="x")])
        cls.row = Announcement.objects.get(channel="hub")

    def setUp(self):
        self.client.force_login(self.user)

    def fail_once(self):
        self.row.postpone("it answered 403")

    def try_again(self):
        data = {"action": "try_again", "_selected_action": [self.row.pk]}
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(LIST, data)
        self.row.refresh_from_db()

    def test_what_has_failed_stands_on_the_first_page_and_in_the_list(self):
        self.fail_once()
        (line,) = today.failed_errands(self.user).lines
        page = self.client.get(line.url)
        self.assertContains(page, "it answered 403")
        self.assertEqual(list(page.context["cl"].result_list), [self.row])

    def test_the_list_says_in_one_line_how_each_stands(self):
        self.fail_once()
        done = Announcement.objects.get(channel="indexnow")
        done.finish(outcome="told")
        page = self.client.get(LIST)
        self.assertContains(page, "<h1>Meldungen nach außen</h1>")
        self.assertContains(page, "fehlgeschlagen, nächster Versuch")
        self.assertContains(page, ": it answered 403")
        self.assertContains(page, "gemeldet, ")

    def test_it_is_tried_again_at_once(self):
        self.fail_once()
        self.try_again()
        self.assertEqual(self.row.outcome, "off")

    def test_what_was_given_up_can_be_tried_again(self):
        self.row.give_up("it answered 403")
        self.try_again()
        self.assertEqual((self.row.outcome, self.row.last_error), ("off", ""))

    def test_what_a_newer_row_waits_to_say_is_not_tried_twice(self):
        self.row.give_up("it answered 403")
        Announcement.objects.create(post=self.post, channel="hub", event="appeared")
        self.try_again()
        self.assertEqual(self.row.outcome, "given_up")

    def test_what_is_done_is_not_done_again(self):
        self.row.finish(outcome="told")
        self.try_again()
        self.assertEqual(self.row.outcome, "told")

    def test_rows_are_read_and_neither_added_nor_changed(self):
        for name, args in (("add", []), ("delete", [self.row.pk])):
            url = reverse(f"admin:blog_announcement_{name}", args=args)
            self.assertEqual(self.client.get(url).status_code, 403)
        url = reverse("admin:blog_announcement_change", args=[self.row.pk])
        self.assertNotContains(self.client.get(url), 'name="_save"')

    def test_list_costs_the_same_for_many(self):
        with CaptureQueriesContext(connection) as few:
            self.client.get(LIST)
        for number in range(10):
            make_post(f"Nr {number}", authors=[])
        with CaptureQueriesContext(connection) as many:
            self.client.get(LIST)
        self.assertEqual(len(many), len(few))
