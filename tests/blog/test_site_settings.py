from datetime import timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import CommentPolicy, SiteSettings
from tests.factories import make_post, make_user


class SiteSettingsTests(TestCase):
    def test_site_without_a_row_lives_by_the_defaults(self):
        cache.clear()
        self.assertEqual(SiteSettings.load().comment_policy, CommentPolicy.OPEN)

    def test_second_load_costs_no_query(self):
        cache.clear()
        SiteSettings.load()
        with self.assertNumQueries(0):
            SiteSettings.load()

    def test_saving_shows_at_once(self):
        SiteSettings(likes_enabled=False).save()
        self.assertIs(SiteSettings.load().likes_enabled, False)

    def test_saving_twice_leaves_one_row(self):
        SiteSettings().save()
        SiteSettings(comment_days=7).save()
        self.assertEqual(SiteSettings.objects.get().comment_days, 7)

    def test_database_refuses_a_second_row(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            SiteSettings.objects.bulk_create([SiteSettings(pk=2)])


class CommentPolicyTests(TestCase):
    def test_post_says_nothing_and_follows_the_site(self):
        SiteSettings(comment_policy=CommentPolicy.CLOSED).save()
        self.assertIs(make_post().accepts_comments, False)

    def test_word_of_the_post_goes_before_the_site(self):
        SiteSettings(comment_policy=CommentPolicy.CLOSED).save()
        self.assertIs(make_post(comment_policy=CommentPolicy.OPEN).accepts_comments, True)

    def test_days_of_the_site_close_its_posts(self):
        SiteSettings(comment_policy=CommentPolicy.CLOSES, comment_days=3).save()
        old = make_post(published_at=timezone.now() - timedelta(days=4))
        new = make_post(published_at=timezone.now() - timedelta(days=2))
        self.assertEqual([old.accepts_comments, new.accepts_comments], [False, True])

    def test_days_of_a_post_are_its_own(self):
        SiteSettings(comment_days=3).save()
        post = make_post(
            comment_policy=CommentPolicy.CLOSES,
            comment_days=30,
            published_at=timezone.now() - timedelta(days=4),
        )
        self.assertIs(post.accepts_comments, True)

    def test_held_post_accepts_and_holds(self):
        post = make_post(comment_policy=CommentPolicy.HELD)
        self.assertEqual([post.accepts_comments, post.holds_comments], [True, True])

    def test_site_can_refuse_linkbacks_for_all(self):
        post = make_post()
        self.assertIs(post.takes_linkbacks, True)
        SiteSettings(accepts_linkbacks=False).save()
        self.assertIs(post.takes_linkbacks, False)

    def test_post_can_refuse_linkbacks_alone(self):
        self.assertIs(make_post(accepts_linkbacks=False).takes_linkbacks, False)


class SiteSettingsAdminTests(TestCase):
    def setUp(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        self.url = reverse("admin:blog_sitesettings_change", args=[1])

    def test_list_leads_to_the_form(self):
        response = self.client.get(reverse("admin:blog_sitesettings_changelist"))
        self.assertRedirects(response, self.url)

    def test_first_save_makes_the_row(self):
        self.client.post(
            self.url,
            {"comment_policy": "held", "comment_days": 30, "akismet_consent": "notice"},
        )
        site = SiteSettings.objects.get()
        self.assertEqual([site.comment_policy, site.asks_akismet], ["held", False])

    def test_no_other_row_is_offered(self):
        other = reverse("admin:blog_sitesettings_change", args=[2])
        self.assertEqual(self.client.get(other).status_code, 302)
        add = reverse("admin:blog_sitesettings_add")
        self.assertEqual(self.client.get(add).status_code, 403)
