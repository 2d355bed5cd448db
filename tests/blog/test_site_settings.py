from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog import views
from blog.colours import DARK_PAPERS, LIGHT_PAPERS, contrast
from blog.models import CommentPolicy, MenuItem, SiteSettings
from tests.factories import make_post, make_user


class SiteSettingsTests(TestCase):
    def test_site_without_a_row_lives_by_the_defaults(self):
        SiteSettings.forget()
        self.assertEqual(SiteSettings.load().comment_policy, CommentPolicy.OPEN)

    def test_second_load_costs_no_query(self):
        SiteSettings.forget()
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

    def save(self, **fields):
        form = self.client.get(self.url).context["adminform"].form
        typed = {name: form[name].value() or "" for name in form.fields if name != "logo"}
        rows = {"menu_items-TOTAL_FORMS": "0", "menu_items-INITIAL_FORMS": "0"}
        rows |= {"sections-TOTAL_FORMS": "0", "sections-INITIAL_FORMS": "0"}
        return self.client.post(self.url, typed | rows | fields)

    def test_first_save_makes_the_row(self):
        self.save(comment_policy="held", comment_days=30, asks_akismet="")
        site = SiteSettings.objects.get()
        self.assertEqual([site.comment_policy, site.asks_akismet], ["held", False])

    def test_colour_that_cannot_be_read_is_refused_with_its_contrast(self):
        response = self.save(accent_light="#aabbcc")
        self.assertContains(response, "4,5")
        self.assertContains(self.save(accent_dark="rot"), "#0b5351")
        self.assertFalse(SiteSettings.objects.exists())

    def test_menu_is_saved_with_the_settings(self):
        row = {"place": "head", "label_de": "Über uns", "label_en": "About", "position": "0"}
        for address, is_good in [
            ("/imprint/", True), ("https://example.org/a", True), ("//evil.example", False),
            ("javascript:alert(1)", False), ("about", False),
        ]:  # fmt: skip
            with self.subTest(address):
                MenuItem.objects.all().delete()
                typed = {f"menu_items-0-{name}": value for name, value in row.items()}
                typed |= {"menu_items-0-address": address, "menu_items-TOTAL_FORMS": "1"}
                self.save(**typed)
                self.assertIs(MenuItem.objects.exists(), is_good)

    def test_no_other_row_is_offered(self):
        other = reverse("admin:blog_sitesettings_change", args=[2])
        self.assertEqual(self.client.get(other).status_code, 302)
        add = reverse("admin:blog_sitesettings_add")
        self.assertEqual(self.client.get(add).status_code, 403)


class SiteOnPagesTests(TestCase):
    """Each setting is used, in the page's language, else in the other."""

    def save(self, **fields):
        SiteSettings(**fields).save()

    def get(self, path="/"):
        return self.client.get(path).content.decode()

    def test_without_settings_the_page_has_the_name_of_the_installation(self):
        page = self.get()
        self.assertIn(f"<span>{settings.SITE_NAME}</span>", page)
        self.assertIn("wordmark-arcs", page)
        self.assertNotIn("/colours/", page)

    def test_name_motto_description_and_foot_show_escaped(self):
        self.save(
            name="TALER & TALAR", motto_de="Referral first!", description_de="Von <Geld>",
            footer_de="Seit 2013",
        )  # fmt: skip
        page = self.get()
        for words in [
            "<title>TALER &amp; TALAR</title>", "Referral first!", "Seit 2013",
            '<meta name="description" content="Von &lt;Geld&gt;">',
        ]:  # fmt: skip
            self.assertIn(words, page)
        self.assertIn("TALER &amp; TALAR", self.get("/feed/"))

    def test_other_language_stands_in(self):
        self.save(motto_de="Nur deutsch")
        self.assertIn("Nur deutsch", self.get("/en/"))
        self.save(motto_de="Deutsch", motto_en="English")
        self.assertIn("English", self.get("/en/"))

    def test_menu_stands_in_head_and_foot(self):
        self.save()
        MenuItem.objects.create(label_de="Über uns", label_en="About", address="/about/")
        MenuItem.objects.create(
            label_de="Unten", label_en="Below", address="https://example.org/", place="foot"
        )
        page = self.get("/en/")
        head, _main, foot = page.partition("<main")[0], "", page.partition("<footer")[2]
        self.assertIn('<a href="/about/">About</a>', head)
        self.assertIn('<a href="https://example.org/">Below</a>', foot)
        with self.assertNumQueries(0):
            SiteSettings.load().menu("head")

    def test_legal_texts_are_cleaned_and_stand_on_their_pages(self):
        self.save(
            imprint_de="Eva Muster\n\n<a href='mailto:eva@example.org'>Mail</a><script>x</script>",
            privacy_de="<h2>Verantwortlich</h2><p onclick='x'>Eva Muster</p>",
        )
        imprint = self.get("/imprint/")
        self.assertIn("<p>Eva Muster</p>", imprint)
        self.assertIn('href="mailto:eva@example.org"', imprint)
        self.assertNotIn("<script>x", imprint)
        privacy = self.get("/privacy/")
        self.assertIn("<h2>Verantwortlich</h2>", privacy)
        self.assertNotIn("onclick", privacy)

    def test_own_colours_come_in_a_stylesheet_of_their_own(self):
        self.save(accent_light="#7A1F1F")
        page = self.get()
        self.assertIn('href="/colours/7a1f1f-.css"', page)
        response = self.client.get("/colours/7a1f1f-.css")
        self.assertEqual(response.headers["Content-Type"], "text/css")
        self.assertIn("immutable", response.headers["Cache-Control"])
        self.assertContains(response, "light-dark(#7A1F1F, #84cfc6)")
        self.assertEqual(self.client.get("/colours/000000-.css").status_code, 404)

    def test_colours_standing_in_for_a_missing_one_are_those_of_the_stylesheet(self):
        css = (settings.BASE_DIR / "static/css/site.css").read_text()
        self.assertIn(f"--accent: light-dark({views.OUR_LIGHT}, {views.OUR_DARK});", css)
        self.assertIn(f"--paper: light-dark({LIGHT_PAPERS[0]}, {DARK_PAPERS[0]});", css)
        self.assertIn(f"--paper-raised: light-dark({LIGHT_PAPERS[1]}, {DARK_PAPERS[1]});", css)

    def test_contrast_is_that_of_wcag(self):
        self.assertAlmostEqual(contrast("#000000", "#ffffff"), 21)
        self.assertAlmostEqual(contrast("#777777", "#ffffff"), 4.48, places=2)
        self.assertEqual(contrast("#123456", "#123456"), 1)

    def test_logo_stands_in_the_place_of_the_arcs(self):
        self.save(logo="site/logo.webp")
        page = self.get()
        self.assertIn('<img class="wordmark-logo" src="/media/site/logo.webp"', page)
        self.assertNotIn("wordmark-arcs", page)
