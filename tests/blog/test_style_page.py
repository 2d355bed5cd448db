from django.test import TestCase
from django.urls import reverse

from blog.models import Look, SiteSettings
from blog.roles import AUTHOR, EDITOR, MODERATOR
from tests.factories import (
    make_category,
    make_comment,
    make_media,
    make_newsletter,
    make_post,
    make_user,
)


class StylePageTests(TestCase):
    url = reverse("blog:style_page")

    def log_in(self, role=EDITOR):
        from django.contrib.auth.models import Group

        user = make_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        self.client.force_login(user)

    def test_whoever_may_not_choose_the_look_finds_no_such_page(self):
        self.assertEqual(self.client.get(self.url).status_code, 404)
        for role in [AUTHOR, MODERATOR]:
            self.log_in(role)
            self.assertEqual(self.client.get(self.url).status_code, 404, role)

    def test_every_part_stands_there_in_its_real_template(self):
        post = make_post("Mit Bild", cover=make_media(), category=make_category())
        make_comment(post)
        make_newsletter()
        self.log_in()
        page = self.client.get(self.url)
        for part in [
            "swatch-accent", "type-title-1", "prose", "card-title", "pagination", "breadcrumbs",
            "post-head", "share", "turn-text", "newsletter-signup", "field-wrong", "button-quiet",
            "messages",
        ]:  # fmt: skip
            self.assertContains(page, f"{part}", msg_prefix=part)

    def test_headings_are_an_outline_with_one_title(self):
        make_post(category=make_category())
        self.log_in()
        for look in Look.values:
            page = self.client.get(self.url, {"look": look}).text
            self.assertEqual(page.count("<h1"), 1, look)
            self.assertIn('<h3 class="post-title', page)

    def test_either_look_is_shown_and_none_is_saved(self):
        make_post()
        self.log_in()
        self.assertNotContains(self.client.get(self.url), 'class="look-magazine"')
        magazine = self.client.get(self.url, {"look": "magazine"})
        self.assertContains(magazine, 'class="look-magazine"')
        self.assertContains(magazine, "front-lead")
        self.assertContains(self.client.get(self.url, {"look": "<x>"}), "card-list")
        self.assertEqual(SiteSettings.load().look, Look.BLOG)

    def test_empty_site_has_the_page_too(self):
        self.log_in()
        for look in Look.values:
            self.assertEqual(self.client.get(self.url, {"look": look}).status_code, 200)

    def test_no_cache_keeps_it(self):
        self.log_in()
        self.assertIn("no-store", self.client.get(self.url).headers["Cache-Control"])

    def test_settings_of_the_site_lead_there(self):
        self.log_in()
        settings = self.client.get(reverse("admin:blog_sitesettings_change", args=[1]))
        self.assertContains(settings, f'href="{self.url}"')
