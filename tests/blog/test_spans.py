"""Rows counted by spans of local time, and the dates above the lists of the admin."""

from datetime import UTC, datetime

from django.test import TestCase
from django.urls import reverse

from blog import spans
from blog.models import Post
from tests.factories import make_post, make_user

# In Berlin the first second of 2026, and the last of 2025; the night the clock goes forward.
FIRST_OF_2026 = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
LAST_OF_2025 = datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC)
AFTER_THE_HOUR = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


def make(*moments):
    for number, moment in enumerate(moments):
        make_post(f"Nr {number}", published_at=moment, authors=[])


class SpansTests(TestCase):
    def dates(self, kind, rows=None):
        rows = Post.objects.all() if rows is None else rows
        return [str(start.date()) for start in spans.Dates(rows).datetimes("published_at", kind)]

    def test_spans_begin_at_local_midnight(self):
        make(LAST_OF_2025, FIRST_OF_2026, AFTER_THE_HOUR)
        self.assertEqual(self.dates("year"), ["2025-01-01", "2026-01-01"])
        self.assertEqual(self.dates("month"), ["2025-12-01", "2026-01-01", "2026-03-01"])
        self.assertEqual(self.dates("day"), ["2025-12-31", "2026-01-01", "2026-03-30"])

    def test_they_are_those_that_django_finds(self):
        make(LAST_OF_2025, FIRST_OF_2026, AFTER_THE_HOUR)
        for kind in spans.NEXT:
            found = list(Post.objects.order_by().datetimes("published_at", kind))
            self.assertEqual(spans.Dates(Post.objects.all()).datetimes("published_at", kind), found)

    def test_rows_without_a_date_have_none(self):
        make_post(status="draft", published_at=None, authors=[])
        self.assertEqual(self.dates("year"), [])

    def test_counts_are_of_the_spans_between_the_edges(self):
        make(LAST_OF_2025, FIRST_OF_2026, AFTER_THE_HOUR)
        edges = [datetime(2025, 1, 1, tzinfo=UTC), FIRST_OF_2026, datetime(2027, 1, 1, tzinfo=UTC)]
        with self.assertNumQueries(1):
            self.assertEqual(spans.counts(Post.objects.all(), "published_at", edges), [1, 2])


class DatesAboveTheListTests(TestCase):
    def setUp(self):
        self.client.force_login(make_user("chefin", is_staff=True, is_superuser=True))
        self.url = reverse("admin:blog_post_changelist")

    def test_years_lead_to_months_and_those_to_days(self):
        make(LAST_OF_2025, FIRST_OF_2026, AFTER_THE_HOUR)
        page = self.client.get(self.url)
        self.assertContains(page, '<a href="?published_at__year=2025">2025</a>')
        page = self.client.get(self.url, {"published_at__year": 2026})
        self.assertContains(page, "published_at__month=3")
        self.assertNotContains(page, "published_at__month=2")
        page = self.client.get(self.url, {"published_at__year": 2026, "published_at__month": 3})
        self.assertContains(page, "30. März")
        self.assertEqual([post.title for post in page.context["cl"].result_list], ["Nr 2"])

    def test_the_list_reads_no_text_of_a_post(self):
        make(FIRST_OF_2026)
        (post,) = self.client.get(self.url).context["cl"].result_list
        self.assertLessEqual({"body", "body_html"}, post.get_deferred_fields())
