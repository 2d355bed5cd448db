from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Change, Post
from tests.blog.test_admin import AdminTestCase
from tests.factories import NOON, make_post, make_series


class SeriesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.series = make_series("Größe in Teilen")
        cls.first, cls.second, cls.third = (
            make_post(f"Teil {name}", series=cls.series, published_at=NOON - timedelta(days=place))
            for place, name in enumerate(["eins", "zwei", "drei"])
        )

    def test_a_post_without_a_place_comes_last(self):
        self.assertEqual([part.series_position for part in self.series.parts()], [1, 2, 3])

    def test_a_post_that_leaves_gives_up_its_place(self):
        self.second.series = None
        self.second.save()
        self.assertIsNone(self.second.series_position)
        make_post("Teil vier", series=self.series)

    def test_a_place_can_be_had_once(self):
        other = Post(title="Auch zwei", series=self.series, series_position=2)
        with self.assertRaises(ValidationError) as caught:
            other.full_clean(exclude=["slug"])
        self.assertEqual(list(caught.exception.message_dict), ["series_position"])
        self.assertEqual(len(caught.exception.messages), 1)

    def test_a_part_changes_places_with_its_neighbour(self):
        self.assertEqual(self.series.move(self.third, -1), self.second)
        self.assertEqual(list(self.series.parts()), [self.first, self.third, self.second])
        self.assertIsNone(self.series.move(self.first, -1))
        self.assertIsNone(self.series.move(self.second, 1))
        self.assertTrue(Change.objects.filter(tag="posts").exists())

    def test_page_of_a_part_says_where_it_stands(self):
        response = self.client.get("/en" + self.second.get_absolute_url())
        self.assertContains(response, "Part 2 of 3 of the series")
        self.assertContains(response, self.series.get_absolute_url())
        self.assertContains(response, '<span>← Previous part</span> <b lang="de">Teil eins</b>')
        self.assertContains(response, '<span>Next part →</span> <b lang="de">Teil drei</b>')
        self.assertContains(response, '<span aria-current="page">Teil zwei</span>')

    def test_what_is_not_public_is_not_counted(self):
        Post.objects.filter(pk=self.second.pk).update(status=Post.Status.DRAFT)
        response = self.client.get("/en" + self.third.get_absolute_url())
        self.assertContains(response, "Part 2 of 2 of the series")
        self.assertNotContains(response, "Teil zwei")

    def test_a_post_of_no_series_says_nothing_of_one(self):
        response = self.client.get(make_post("Allein").get_absolute_url())
        self.assertNotContains(response, "series-line")

    def test_page_of_a_part_costs_what_every_post_costs(self):
        with self.assertNumQueries(8):
            self.client.get(self.second.get_absolute_url())

    def test_page_of_the_series_lists_its_parts_in_order(self):
        content = self.client.get("/en" + self.series.get_absolute_url()).content.decode()
        places = [content.index(f">Teil {name}<") for name in ("eins", "zwei", "drei")]
        self.assertEqual(places, sorted(places))
        self.assertIn("3 parts", content)

    def test_page_of_the_series_costs_the_same_however_long_it_is(self):
        with self.assertNumQueries(5):
            self.client.get(self.series.get_absolute_url())
        for number in range(6):
            make_post(f"Weiter {number}", series=self.series)
        with self.assertNumQueries(5):
            self.client.get(self.series.get_absolute_url())

    def test_a_series_without_a_public_part_is_not_found(self):
        hidden = make_series("Geplant")
        make_post(series=hidden, published_at=timezone.now() + timedelta(days=1))
        self.assertEqual(self.client.get(hidden.get_absolute_url()).status_code, 404)

    def test_a_deleted_series_leaves_its_posts(self):
        self.series.delete()
        self.assertEqual(self.client.get(self.first.get_absolute_url()).status_code, 200)
        Post.objects.get(pk=self.first.pk).save()


class SeriesAdminTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.series = make_series()
        self.one, self.two = (make_post(f"Teil {name}", series=self.series) for name in "AB")
        self.url = reverse("admin:blog_series_change", args=[self.series.pk])

    def move(self, post, way):
        return self.client.post(
            reverse("admin:blog_series_move", args=[self.series.pk, post.pk, way])
        )

    def test_parts_are_moved_by_a_button(self):
        self.assertContains(self.client.get(f"/en{self.url}"), "Move “Teil A” down")
        self.assertRedirects(self.move(self.one, "down"), self.url)
        self.assertEqual(list(self.series.parts()), [self.two, self.one])
        self.assertEqual(self.one.revisions.first().user, self.user)
        self.assertEqual(LogEntry.objects.get().object_id, str(self.series.pk))

    def test_a_link_moves_nothing(self):
        url = reverse("admin:blog_series_move", args=[self.series.pk, self.one.pk, "down"])
        self.assertEqual(self.client.get(url).status_code, 405)

    def test_a_part_of_another_series_and_an_unknown_way_are_not_found(self):
        stranger = make_post(series=make_series("Andere"))
        self.assertEqual(self.move(stranger, "up").status_code, 404)
        self.assertEqual(self.move(self.one, "sideways").status_code, 404)

    def test_who_may_not_change_series_may_not_move(self):
        self.user.is_superuser = False
        self.user.save()
        self.assertEqual(self.move(self.one, "down").status_code, 403)

    def test_the_list_costs_the_same_with_two_series_and_with_twenty(self):
        self.assert_same_queries(
            reverse("admin:blog_series_changelist"), lambda number: make_series(f"Serie {number}")
        )
