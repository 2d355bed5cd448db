from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Change, FrontSection, Look, Post, SiteSettings
from config.http import PAGE_TAGS
from tests.factories import NOON, make_author, make_category, make_newsletter, make_post, make_user


class MagazineTests(TestCase):
    """The front page of a site that has chosen to be a magazine."""

    url = reverse("blog:post_list")

    def setUp(self):
        SiteSettings(look=Look.MAGAZINE, section_posts=2).save()
        self.author = make_author()
        self.money, self.cloth = make_category("Taler"), make_category("Talar")

    def make(self, count, category=None, *, age=0, **fields):
        for number in range(count):
            make_post(
                f"{category or 'Nr.'} {number}", authors=[self.author], category=category,
                published_at=NOON - timedelta(days=age + number), **fields,
            )  # fmt: skip

    def front(self, path=url):
        return self.client.get(path).context["front"]

    def titles(self, posts):
        return [post.title for post in posts]

    def test_newest_leads_three_stand_beside_it(self):
        self.make(4)
        front = self.front()
        self.assertEqual(front.lead.title, "Nr. 0")
        self.assertEqual(self.titles(front.beside), ["Nr. 1", "Nr. 2", "Nr. 3"])

    def test_pinned_post_leads(self):
        self.make(1)
        make_post("Angeheftet", is_pinned=True, published_at=NOON - timedelta(days=99))
        self.assertEqual(self.front().lead.title, "Angeheftet")

    def test_sections_hold_the_newest_of_their_category_and_each_post_stands_once(self):
        self.make(7, self.money)
        self.make(5, self.cloth, age=20)
        front = self.front()
        sections = {row.category.name: self.titles(row.posts) for row in front.sections}
        self.assertEqual(
            sections, {"Taler": ["Taler 4", "Taler 5"], "Talar": ["Talar 0", "Talar 1"]}
        )
        self.assertEqual(self.titles(front.rest), ["Taler 6", "Talar 2"])
        self.assertEqual(len(front.posts), len({post.pk for post in front.posts}))
        self.assertContains(self.client.get(self.url), 'class="card ', count=10)

    def test_editors_choose_sections_and_their_order(self):
        self.make(6, self.money)
        self.make(1, self.cloth, age=20)
        FrontSection.objects.create(category=self.cloth, position=0)
        self.assertEqual([row.category for row in self.front().sections], [self.cloth])
        FrontSection.objects.create(category=self.money, position=1)
        names = [row.category.name for row in self.front().sections]
        self.assertEqual(names, ["Talar", "Taler"])

    def test_section_holds_what_stands_below_its_category(self):
        FrontSection.objects.create(category=self.money)
        self.make(4)
        self.make(1, make_category("Groschen", parent=self.money), age=20)
        self.assertEqual(self.titles(self.front().sections[0].posts), ["Groschen 0"])

    def test_what_is_not_public_stands_nowhere(self):
        self.make(4)
        FrontSection.objects.create(category=self.money)
        make_post("Entwurf", category=self.money, status=Post.Status.DRAFT)
        tomorrow = timezone.now() + timedelta(days=1)
        make_post("Morgen", category=self.money, published_at=tomorrow)
        self.assertEqual(self.front().sections, [])

    def test_one_version_of_a_translated_post_in_the_language_of_the_page(self):
        self.make(4)
        FrontSection.objects.create(category=self.money)
        original = make_post("Deutsch", category=self.money, published_at=NOON - timedelta(9))
        make_post(
            "English", category=self.money, language="en", translation_of=original,
            published_at=NOON - timedelta(9),
        )  # fmt: skip
        self.assertEqual(self.titles(self.front().sections[0].posts), ["Deutsch"])
        self.assertEqual(self.titles(self.front("/en/").sections[0].posts), ["English"])

    def test_second_page_is_a_plain_list(self):
        self.make(11)
        self.assertIsNone(self.front("/?page=2"))

    def test_empty_magazine_says_so(self):
        self.assertContains(self.client.get(self.url), "Noch ist nichts erschienen.")

    def test_query_count_is_constant(self):
        SiteSettings.forget()
        self.make(6, self.money)
        FrontSection.objects.create(category=self.money)
        self.client.get(self.url)  # reads the settings
        with self.assertNumQueries(9):
            self.client.get(self.url)
        self.make(6, self.cloth, age=10)
        FrontSection.objects.create(category=self.cloth)
        with self.assertNumQueries(9):
            self.client.get(self.url)

    def test_page_is_tagged_with_all_that_it_shows(self):
        FrontSection.objects.create(category=self.cloth)
        self.make(4)
        self.make(1, self.cloth, age=90)
        shown = self.client.get(self.url).headers[PAGE_TAGS].split()
        old = Post.objects.get(category=self.cloth)
        for tag in [f"post:{old.pk}", f"category:{self.cloth.pk}", "posts"]:
            self.assertIn(tag, shown)

    def test_another_section_takes_pages_out_of_the_cache(self):
        Change.objects.all().delete()
        FrontSection.objects.create(category=self.cloth)
        self.assertTrue(Change.objects.filter(tag="site").exists())


class FrontPageTests(TestCase):
    def test_blog_is_the_look_of_a_site_that_chose_none(self):
        make_post(category=make_category())
        response = self.client.get("/")
        self.assertNotContains(response, "look-magazine")
        self.assertIsNone(response.context["front"])

    def test_newsletter_is_offered_on_the_first_page_alone(self):
        make_newsletter("Der Brief")
        for number in range(11):
            make_post(f"Nr. {number}", authors=[])
        self.assertContains(self.client.get("/"), "Der Brief")
        self.assertNotContains(self.client.get("/?page=2"), "Der Brief")

    def test_look_and_sections_are_saved_in_the_admin(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        category = make_category()
        url = reverse("admin:blog_sitesettings_change", args=[1])
        form = self.client.get(url).context["adminform"].form
        typed = {name: form[name].value() or "" for name in form.fields if name != "logo"}
        rows = {"menu_items-TOTAL_FORMS": "0", "menu_items-INITIAL_FORMS": "0"}
        rows |= {"sections-TOTAL_FORMS": "1", "sections-INITIAL_FORMS": "0"}
        rows |= {"sections-0-category": category.pk, "sections-0-position": "0"}
        self.client.post(url, typed | rows | {"look": "magazine", "section_posts": "4"})
        site = SiteSettings.objects.get()
        self.assertEqual([site.look, site.section_posts], ["magazine", 4])
        self.assertEqual([row.category for row in site.sections.all()], [category])
        refused = self.client.post(url, typed | rows | {"section_posts": "0"})
        self.assertEqual(refused.status_code, 200)
