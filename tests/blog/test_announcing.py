from datetime import UTC, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import time_machine
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from blog import announcing
from blog.errands import LEASE
from blog.models import Announcement, SiteSettings
from tests.factories import NOON, make_author, make_post
from tests.web import web_of_others

BERLIN = ZoneInfo("Europe/Berlin")
INDEXNOW = "https://api.indexnow.org/indexnow"
DAY = timedelta(days=1)


class AnnouncingTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = make_author("Ada")

    def make(self, **fields):
        return make_post(authors=[self.ada], **fields)

    def schedule(self, moment, **fields):
        return self.make(published_at=moment, **fields)

    def waiting(self, **fields):
        rows = Announcement.objects.filter(done_at=None, **fields)
        return list(rows.order_by("pk").values_list("channel", "event", "due_at"))

    def outcomes(self, **fields):
        rows = Announcement.objects.filter(**fields).order_by("pk")
        return list(rows.values_list("event", "outcome"))


class RowsOfAPostTests(AnnouncingTestCase):
    def test_a_draft_is_told_to_nobody(self):
        self.make(status="draft", published_at=None)
        self.assertEqual(Announcement.objects.count(), 0)

    def test_a_scheduled_post_has_rows_due_at_its_time(self):
        at = timezone.now() + DAY
        self.schedule(at)
        self.assertEqual(self.waiting(), [("hub", "appeared", at), ("indexnow", "appeared", at)])

    def test_rows_follow_another_time(self):
        post = self.schedule(timezone.now() + DAY)
        post.published_at = timezone.now() + 3 * DAY
        post.save()
        self.assertEqual({due for _channel, _event, due in self.waiting()}, {post.published_at})
        self.assertEqual(len(self.waiting()), 2)

    def test_back_to_draft_withdraws_them(self):
        post = self.schedule(timezone.now() + DAY)
        post.status = "draft"
        post.save()
        self.assertEqual(Announcement.objects.count(), 0)

    def test_published_now_is_due_now_and_knocked_for(self):
        with self.captureOnCommitCallbacks(execute=True):
            post = self.make(status="draft", published_at=None)
            post.status = "published"
            post.save()
        self.assertEqual(self.outcomes(), [("appeared", "off"), ("appeared", "off")])

    def test_a_save_that_changes_nothing_for_others_tells_nothing_and_asks_nothing(self):
        post = self.make()
        announcing.announce()
        before = Announcement.objects.count()
        post.body = "<p>Ein Komma, mehr nicht.</p>"
        post.save()
        self.assertEqual(Announcement.objects.count(), before)

    def test_an_update_that_is_one_is_told_once(self):
        post = self.make()
        announcing.announce()
        for _time in range(2):
            post.modified_at = timezone.now()
            post.save()
        told = [(channel, event) for channel, event, _due in self.waiting()]
        self.assertEqual(told, [("hub", "updated"), ("indexnow", "updated")])

    def test_of_an_import_nothing_is_told(self):
        self.make(import_key="https://example.org 7")
        self.assertEqual(Announcement.objects.count(), 0)

    def test_another_address_tells_of_both(self):
        post = self.make(slug="alt")
        announcing.announce()
        post.slug = "neu"
        post.save()
        rows = Announcement.objects.filter(done_at=None)
        self.assertEqual(
            set(rows.values_list("channel", "event", "address")),
            {
                ("indexnow", "gone", "http://localhost:8000/posts/alt/"),
                ("indexnow", "updated", ""),
                ("hub", "updated", ""),
            },
        )

    def test_unpublished_and_deleted_posts_are_gone(self):
        for end in ("draft", "later", "deleted"):
            post = self.make(slug=f"weg-{end}")
            announcing.announce()
            if end == "deleted":
                post.delete()
            else:
                post.status = "draft" if end == "draft" else "published"
                post.published_at = timezone.now() + DAY
                post.save()
            row = Announcement.objects.get(event="gone", address__contains=end)
            self.assertEqual((row.channel, row.done_at), ("indexnow", None))

    def test_what_was_never_public_is_not_said_to_be_gone(self):
        self.make(status="draft", published_at=None).delete()
        self.schedule(timezone.now() + DAY).delete()
        self.assertEqual(Announcement.objects.count(), 0)

    def test_an_archived_post_is_not_gone(self):
        post = self.make()
        announcing.announce()
        post.status = "archived"
        post.save()
        self.assertEqual(self.waiting(), [])


class TogetherTests(TransactionTestCase):
    def test_a_post_is_not_saved_without_its_rows(self):
        post = make_post(status="draft", published_at=None)
        post.status = "published"
        broken = mock.patch.object(Announcement, "keep", side_effect=OSError("disk full"))
        with broken, self.assertRaises(OSError):
            post.save()
        post.refresh_from_db()
        self.assertEqual(post.status, "draft")


class TimeTests(AnnouncingTestCase):
    """A scheduled publication is told once, whatever clock and worker do."""

    def setUp(self):
        self.web = self.enterContext(web_of_others())
        self.web.says(INDEXNOW)
        SiteSettings(tells_indexnow=True).save()

    def times_told(self):
        return len(self.web.requests)

    def test_before_its_time_nothing_is_told_and_at_its_time_it_is_once(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.schedule(NOON + timedelta(hours=1))
            announcing.announce()
            clock.shift(timedelta(minutes=59, seconds=59))
            announcing.announce()
            self.assertEqual(self.times_told(), 0)
            clock.shift(timedelta(seconds=1))
            announcing.announce()
            announcing.announce()
            self.assertEqual(self.times_told(), 1)

    def test_after_days_without_a_worker_it_is_caught_up(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.schedule(NOON + timedelta(hours=1))
            clock.shift(9 * DAY)
            announcing.announce()
        self.assertEqual(self.times_told(), 1)

    def test_both_nights_in_which_clocks_are_changed(self):
        for local in (
            datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 3, 0),
            datetime(2026, 10, 25, 2, 30, fold=0), datetime(2026, 10, 25, 2, 30, fold=1),
        ):  # fmt: skip
            moment = local.replace(tzinfo=BERLIN).astimezone(UTC)
            with (
                self.subTest(local, fold=local.fold),
                time_machine.travel(moment - DAY, tick=False) as clock,
            ):
                self.schedule(moment)
                told = self.times_told()
                clock.move_to(moment - timedelta(seconds=1))
                announcing.announce()
                self.assertEqual(self.times_told(), told)
                clock.move_to(moment)
                announcing.announce()
                self.assertEqual(self.times_told(), told + 1)

    def test_a_clock_that_jumps_ahead_and_back_tells_once(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.schedule(NOON + timedelta(hours=1))
            clock.shift(DAY)
            announcing.announce()
            clock.move_to(NOON)
            announcing.announce()
            clock.move_to(NOON + timedelta(hours=1))
            announcing.announce()
        self.assertEqual(self.times_told(), 1)

    def test_a_clock_that_jumps_back_before_the_worker_came_loses_nothing(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.schedule(NOON + timedelta(hours=1))
            clock.shift(-30 * DAY)
            announcing.announce()
            self.assertEqual(self.times_told(), 0)
            clock.move_to(NOON + timedelta(hours=1))
            announcing.announce()
        self.assertEqual(self.times_told(), 1)

    def test_what_a_worker_held_when_the_clock_was_ahead_is_not_held_for_long(self):
        with time_machine.travel(NOON, tick=False) as clock:
            self.schedule(NOON)
            clock.shift(DAY)
            Announcement.objects.claim()  # and it dies
            clock.move_to(NOON + LEASE)
            announcing.announce()
        self.assertEqual(self.times_told(), 1)

    def test_a_row_that_comes_too_early_waits_for_its_post(self):
        with time_machine.travel(NOON, tick=False) as clock:
            post = self.schedule(NOON + timedelta(hours=1))
            Announcement.objects.update(due_at=NOON)
            announcing.announce()
            self.assertEqual({row[2] for row in self.waiting()}, {post.published_at})
            clock.shift(timedelta(hours=1))
            announcing.announce()
        self.assertEqual(self.times_told(), 1)

    def test_two_workers_tell_once(self):
        self.make()
        mine = Announcement.objects.claim()
        announcing.announce()
        self.assertEqual((len(mine), self.times_told()), (2, 0))

    def test_a_post_that_is_a_draft_when_its_row_comes_is_not_told(self):
        post = self.make()
        type(post).objects.update(status="draft")
        announcing.announce()
        self.assertEqual(self.outcomes(channel="indexnow"), [("appeared", "withdrawn")])
        self.assertEqual(self.times_told(), 0)
