"""What is kept of a page is the same for everybody, and no older than the site's settings."""

from unittest import mock

from django.template import Context, Template
from django.test import RequestFactory, TestCase
from django.urls import resolve
from django.utils.translation import override

from blog.known import Known
from blog.models import SiteSettings
from blog.templatetags.blog import language_links
from blog.templatetags.keeping import KeepNode
from tests.factories import make_post

NAMED = "{% load i18n keeping %}{% keep %}{{ SITE_NAME }}: {% translate 'Search' %}{% endkeep %}"


def context(**known):
    site = SiteSettings.load()
    return Context({"SITE": site, "SITE_NAME": site.title} | known)


class KeepTests(TestCase):
    def test_part_is_made_once_in_each_language(self):
        template = Template(NAMED)
        made = []
        node = template.nodelist[1]
        self.assertEqual(type(node).__name__, "KeepNode")
        node.nodelist.render, render = lambda c: made.append(1) or render(c), node.nodelist.render
        for language, words in [("de", "Suche"), ("en", "Search"), ("de", "Suche")]:
            with override(language):
                self.assertEqual(template.render(context()), f"Resonanz: {words}")
        self.assertEqual(len(made), 2)

    def test_settings_that_are_saved_show_at_once(self):
        template = Template(NAMED)
        template.render(context())
        SiteSettings(name="Neu & <anders>").save()
        self.assertEqual(template.render(context()), "Neu &amp; &lt;anders&gt;: Suche")

    def test_nothing_of_the_page_or_its_reader_gets_in(self):
        template = Template("{% load keeping %}{% keep %}[{{ post }}{{ request }}]{% endkeep %}")
        self.assertEqual(template.render(context(post="geheim", request="geheim")), "[]")

    def test_page_without_settings_keeps_nothing(self):
        template = Template("{% load keeping %}{% keep %}[{{ SITE_NAME }}]{% endkeep %}")
        self.assertEqual(template.render(Context()), "[]")
        self.assertEqual(template.render(context()), "[Resonanz]")

    def test_next_page_makes_nothing_anew(self):
        make_post()
        with mock.patch.object(SiteSettings, "KEPT_SECONDS", 1000):
            self.client.get("/posts/ein-beitrag/")
            with mock.patch.object(KeepNode, "_print", side_effect=AssertionError):
                self.assertContains(self.client.get("/posts/ein-beitrag/"), "Spam")

    def test_settings_read_anew_are_the_same_as_long_as_they_say_the_same(self):
        SiteSettings(motto_de="Motto").save()
        before = SiteSettings.load()
        with mock.patch.object(SiteSettings, "KEPT_SECONDS", -1):
            self.assertIs(SiteSettings.load(), before)
            SiteSettings.objects.update(motto_de="Anderes")
            self.assertEqual(SiteSettings.load().motto_de, "Anderes")
            before = SiteSettings.load()
            before.menu_items.create(label_de="Ort", label_en="Place", address="/ort/")
            self.assertEqual([item.address for item in SiteSettings.load().head_menu], ["/ort/"])

    def test_part_is_kept_by_what_is_known_and_prints_no_more(self):
        template = Template("{% load keeping %}{% keep known %}[{{ a }}{{ b }}]{% endkeep %}")
        for value in ("1", "2", "1"):
            printed = template.render(context(known=Known(a=value), a="x", b="geheim"))
            self.assertEqual(printed, f"[{value}]")
        self.assertEqual(template.render(context(a="x", b="y")), "[xy]")

    def test_number_of_what_is_kept_is_bounded(self):
        template = Template("{% load keeping %}{% keep known %}{{ a }}{% endkeep %}")
        with mock.patch("blog.templatetags.keeping.MOST", 3):
            for number in range(10):
                self.assertEqual(template.render(context(known=Known(a=number))), str(number))
        self.assertLessEqual(len(template.nodelist[1].kept), 3)

    def test_change_of_settings_shows_on_a_page(self):
        make_post()
        self.client.get("/posts/ein-beitrag/")
        SiteSettings(motto_de="Ein neues Motto").save()
        self.assertContains(self.client.get("/posts/ein-beitrag/"), "Ein neues Motto")


class LanguageLinksTests(TestCase):
    def links(self, path, language="de"):
        request = RequestFactory().get(path)
        with override(language):
            request.resolver_match = resolve(request.path_info)
            return [link["url"] for link in language_links({"request": request})]

    def test_page_leads_to_itself_in_the_other_language(self):
        for path, other in [
            ("/posts/eins/", "/en/posts/eins/"), ("/archive/2026/5/", "/en/archive/2026/5/"),
            ("/search/?q=a%26b", "/en/search/?q=a%26b"), ("/c/7/report/", "/en/c/7/report/"),
        ]:  # fmt: skip
            with self.subTest(path=path):
                self.assertEqual(self.links(path), [path, other])
                self.assertEqual(self.links(other, "en"), [path, other])
