from urllib.parse import urlencode

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Author, Category, OldAddress, Post, Tag
from tests.factories import (
    NOON,
    make_author,
    make_category,
    make_comment,
    make_media,
    make_post,
    make_user,
)


class AdminTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.user)

    def queries(self, url):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            self.assertEqual(self.client.get(url).status_code, 200)
        return len(queries)

    def assert_same_queries(self, url, make_row):
        """The list costs the same with 2 rows and with 20."""
        make_row(0), make_row(1)
        self.client.get(url)
        few = self.queries(url)
        for number in range(2, 20):
            make_row(number)
        self.assertEqual(self.queries(url), few)


def post_data(**fields):
    """What the form of a new post sends, with no author named."""
    data = {
        "title": "Größe zeigen", "language": "de", "body": "<p>Text</p>", "status": "draft",
        "comment_policy": "open", "comment_days": "120", "accepts_linkbacks": "on",
        "published_at_0": "", "published_at_1": "",
    }  # fmt: skip
    for prefix in ("bylines", "related_by_hand", "old_addresses"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | fields


def byline_data(author, **fields):
    data = {"bylines-TOTAL_FORMS": "1", "bylines-0-author": author.pk, "bylines-0-position": "0"}
    return data | fields


class PostAdminTests(AdminTestCase):
    url = "/admin/blog/post/"

    def add(self, **fields):
        return self.client.post(f"{self.url}add/", post_data(**fields))

    def test_the_list_costs_the_same_with_two_posts_and_with_twenty(self):
        category = make_category()

        def make_row(number):
            authors = [make_author(f"A{number}"), make_author(f"B{number}")]
            make_post(f"Beitrag {number}", authors=authors, category=category)

        self.assert_same_queries(self.url, make_row)

    def test_an_author_without_a_place_comes_last(self):
        post = make_post(authors=[make_author("Ada"), make_author("Berta")])
        rows = list(post.bylines.order_by("position"))
        data = post_data(**{
            "bylines-TOTAL_FORMS": "4", "bylines-INITIAL_FORMS": "2",
            "bylines-2-author": make_author("Carla").pk, "bylines-2-position": "",
            "bylines-3-author": "", "bylines-3-position": "0",
        })  # fmt: skip
        for number, row in enumerate(rows):
            data |= {f"bylines-{number}-id": row.pk, f"bylines-{number}-author": row.author_id}
            data |= {f"bylines-{number}-position": row.position}
        self.client.post(f"{self.url}{post.pk}/change/", data | {"title": "Mit Carla"})
        names = [author.name for author in Post.objects.get().bylined_authors]
        self.assertEqual(names, ["Ada", "Berta", "Carla"])

    def test_the_place_of_a_new_author_is_left_to_be_the_last(self):
        page = self.client.get(f"{self.url}{make_post(authors=[make_author('Ada')]).pk}/change/")
        self.assertContains(page, 'name="bylines-0-position" value="0"')
        self.assertNotContains(page, 'name="bylines-1-position" value')

    def test_a_related_post_without_a_place_comes_last(self):
        post, first, second = make_post("A"), make_post("B"), make_post("C")
        row = post.related_by_hand.create(other=first, position=3)
        data = post_data(**{
            "related_by_hand-TOTAL_FORMS": "2", "related_by_hand-INITIAL_FORMS": "1",
            "related_by_hand-0-id": row.pk, "related_by_hand-0-other": first.pk,
            "related_by_hand-0-position": "3", "related_by_hand-1-other": second.pk,
            "related_by_hand-1-position": "",
        }) | byline_data(make_author("Ada Eins"))  # fmt: skip
        self.client.post(f"{self.url}{post.pk}/change/", data)
        self.assertEqual([each.other for each in post.related_by_hand.all()], [first, second])

    def test_categories_are_offered_as_the_tree_they_hang_in(self):
        top = make_category("Wirtschaft")
        low = make_category("Geld", parent=top)
        make_post(category=low)
        page = self.client.get(self.url)
        self.assertContains(page, ">\N{EM SPACE}Geld</a>")
        self.assertContains(page, ">Wirtschaft</a>")

        query = {"app_label": "blog", "model_name": "post", "field_name": "category", "term": "e"}
        found = self.client.get("/admin/autocomplete/", query).json()["results"]
        self.assertEqual(found, [{"id": str(low.pk), "text": "Wirtschaft › Geld"}])
        form = self.client.get(f"{self.url}{Post.objects.get().pk}/change/")
        self.assertContains(form, f'<option value="{low.pk}" selected>Wirtschaft › Geld</option>')

    def test_offering_many_categories_costs_one_query_for_the_tree(self):
        query = {"app_label": "blog", "model_name": "post", "field_name": "category", "term": ""}
        url = f"/admin/autocomplete/?{urlencode(query)}"
        top = make_category("Wirtschaft")
        self.assert_same_queries(url, lambda number: make_category(f"G {number}", parent=top))

    def test_dialogs_of_the_editor_have_german_words(self):
        words = self.client.get("/admin/jsi18n/").content.decode()
        self.assertIn('"Insert Table": "Tabelle einf\\u00fcgen"', words)
        self.assertIn('"Choose a Date"', words)

    def test_the_list_names_all_authors_in_order(self):
        make_post(authors=[make_author("Zoe"), make_author("Ada")])
        self.assertContains(self.client.get(self.url), "Zoe, Ada")

    def test_the_list_can_be_searched_and_filtered(self):
        make_post("Über Größe", language="de")
        make_post("On size", language="en", authors=[])
        for query in ("?q=Gr%C3%B6%C3%9Fe", "?language=de", "?language__exact=de"):
            response = self.client.get(self.url + query)
            self.assertContains(response, "Über Größe")
            self.assertNotContains(response, "On size")

    def test_a_post_is_made_with_its_authors_and_a_slug(self):
        author = make_author("Ada")
        self.assertRedirects(self.add(**byline_data(author)), self.url)
        post = Post.objects.get()
        self.assertEqual((post.slug, post.bylined_authors), ("groesse-zeigen", [author]))
        self.assertEqual(post.body_html, "<p>Text</p>")

    def test_whoever_writes_and_names_nobody_is_the_author(self):
        author = make_author("Ada", user=self.user)
        self.add()
        self.assertEqual(Post.objects.get().bylined_authors, [author])

    def test_without_any_author_the_post_is_refused_and_the_text_kept(self):
        response = self.add(body="<p>Nicht verlieren</p>")
        self.assertContains(response, "Nicht verlieren")
        formset = response.context["inline_admin_formsets"][0].formset
        self.assertEqual(formset.non_form_errors().as_data()[0].code, "no_author")
        self.assertFalse(Post.objects.exists())

    def test_the_last_author_cannot_be_taken_away(self):
        post = make_post(authors=[make_author("Ada")])
        byline = post.bylines.get()
        data = post_data(**byline_data(byline.author)) | {
            "bylines-INITIAL_FORMS": "1", "bylines-0-id": byline.pk, "bylines-0-post": post.pk,
            "bylines-0-DELETE": "on",
        }  # fmt: skip
        response = self.client.post(f"{self.url}{post.pk}/change/", data)
        self.assertEqual(response.status_code, 200)
        self.assertTrue(post.bylines.exists())

    def test_a_post_published_without_a_time_is_published_now(self):
        self.add(**byline_data(make_author()), _publish="x")
        self.assertTrue(Post.objects.get().is_public)

    def test_markup_that_authors_may_not_use_is_not_stored_in_the_page(self):
        self.add(**byline_data(make_author()), body="<p onclick=x>A<script>b</script></p>")
        self.assertNotIn("<script", Post.objects.get().body_html)
        self.assertNotIn("onclick", Post.objects.get().body_html)

    def test_a_control_character_is_refused_with_a_sentence(self):
        response = self.add(**byline_data(make_author()), title="a\x00b")
        self.assertEqual(response.status_code, 200)
        self.assertIn("title", response.context["adminform"].form.errors)

    def test_a_cover_comes_from_the_library(self):
        media = make_media()
        self.add(**byline_data(make_author()), cover=media.pk)
        self.assertEqual(Post.objects.get().cover, media)

    def test_a_cover_that_is_not_in_the_library_is_refused(self):
        response = self.add(**byline_data(make_author()), cover="4711")
        self.assertIn("cover", response.context["adminform"].form.errors)

    def test_earlier_addresses_are_shown_and_cannot_be_changed(self):
        post = make_post("Alt")
        OldAddress.objects.create(post=post, path="/2013/08/alt")
        response = self.client.get(f"{self.url}{post.pk}/change/")
        self.assertContains(response, "/2013/08/alt")
        self.assertNotContains(response, 'name="old_addresses-0-path"')

    def test_only_what_readers_see_can_be_viewed_on_the_site(self):
        for status, expected in [("published", True), ("draft", False)]:
            post = make_post(status, status=status, authors=[])
            response = self.client.get(f"{self.url}{post.pk}/change/")
            self.assertEqual(post.get_absolute_url() in response.text, expected)

    def test_the_form_is_there_in_both_languages(self):
        for prefix in ("", "/en"):
            response = self.client.get(f"{prefix}{self.url}add/")
            self.assertContains(response, "data-django-prose-editor")


class AuthorAdminTests(AdminTestCase):
    url = "/admin/blog/author/"

    def change(self, author, **fields):
        data = {
            "name": author.name, "slug": author.slug, "email": author.email or "", "user": "",
            "language": "de", "website": "", "bio_de": "", "bio_en": "", "answer_mail": "daily",
        }  # fmt: skip
        return self.client.post(f"{self.url}{author.pk}/change/", data | fields)

    def test_the_list_costs_the_same_with_two_people_and_with_twenty(self):
        self.assert_same_queries(self.url, lambda number: make_author(f"A{number}"))

    def test_posts_and_answers_are_counted_apart(self):
        ada = make_author("Ada")
        posts = [make_post(f"Beitrag {number}", authors=[ada]) for number in range(2)]
        for _ in range(3):
            make_comment(posts[0], author=ada)
        row = self.client.get(self.url).context["cl"].result_list.get(pk=ada.pk)
        self.assertEqual((row.posts_found, row.comments_found), (2, 3))

    def test_people_are_found_by_name_address_and_slug(self):
        make_author("Änne Groß", email="info@example.org")
        make_author("Zoe")
        for query in ("Groß", "info@example.org", "aenne-gross"):
            response = self.client.get(self.url, {"q": query})
            self.assertContains(response, "Änne Groß")
            self.assertNotContains(response, "Zoe")

    def test_verified_people_can_be_filtered(self):
        make_author("Ada", email="ada@example.org", email_verified_at=NOON)
        make_author("Zoe")
        self.assertContains(self.client.get(self.url + "?verified=1"), "Ada")
        self.assertNotContains(self.client.get(self.url + "?verified=1"), "Zoe")
        self.assertContains(self.client.get(self.url + "?verified=0"), "Zoe")

    def test_an_editor_says_how_often_a_person_hears_of_answers(self):
        author = make_author()
        self.assertEqual(author.answer_mail, "each")
        self.change(author)
        author.refresh_from_db()
        self.assertEqual(author.answer_mail, "daily")

    def test_another_address_is_not_verified(self):
        ada = make_author("Ada", email="ada@example.org", email_verified_at=NOON)
        self.assertRedirects(self.change(ada, email="neu@example.org"), self.url)
        ada.refresh_from_db()
        self.assertIsNone(ada.email_verified_at)

    def test_taking_the_address_away_takes_its_proof(self):
        ada = make_author("Ada", email="ada@example.org", email_verified_at=NOON)
        self.assertRedirects(self.change(ada, email=""), self.url)
        ada.refresh_from_db()
        self.assertEqual((ada.email, ada.email_verified_at), (None, None))

    def test_the_same_address_stays_verified(self):
        ada = make_author("Ada", email="ada@example.org", email_verified_at=NOON)
        self.change(ada, name="Ada B.", email="ADA@example.org")
        ada.refresh_from_db()
        self.assertEqual((ada.name, ada.email_verified_at), ("Ada B.", NOON))

    def test_a_taken_address_is_refused_however_it_is_written(self):
        make_author("Ada", email="ada@example.org")
        zoe = make_author("Zoe")
        response = self.change(zoe, email="ADA@Example.org")
        self.assertIn("email", response.context["adminform"].form.errors)

    def test_people_can_be_picked_by_typing(self):
        make_author("Ada")
        data = {"app_label": "blog", "model_name": "postauthor", "field_name": "author"}
        response = self.client.get(reverse("admin:autocomplete"), data | {"term": "ad"})
        self.assertEqual([row["text"] for row in response.json()["results"]], ["Ada"])


class CategoryAndTagAdminTests(AdminTestCase):
    def test_the_lists_cost_the_same_with_two_rows_and_with_twenty(self):
        parent = make_category("Oben")
        self.assert_same_queries(
            "/admin/blog/category/", lambda number: make_category(f"K{number}", parent=parent)
        )
        self.assert_same_queries(
            "/admin/blog/tag/", lambda number: Tag.objects.create(name=f"T{number}")
        )

    def test_posts_are_counted(self):
        category = make_category()
        make_post(category=category)
        rows = self.client.get("/admin/blog/category/").context["cl"].result_list
        self.assertEqual(rows.get(pk=category.pk).posts_found, 1)

    def test_no_category_stands_above_itself(self):
        top = make_category("Oben")
        below = make_category("Unten", parent=make_category("Mitte", parent=top))
        response = self.client.post(
            f"/admin/blog/category/{top.pk}/change/",
            {"name": "Oben", "slug": "oben", "description": "", "parent": below.pk},
        )
        self.assertIn("parent", response.context["adminform"].form.errors)
        self.assertIsNone(Category.objects.get(pk=top.pk).parent)


class StrangerTests(TestCase):
    def test_who_is_not_of_the_team_is_sent_to_the_login(self):
        self.client.force_login(make_user())
        for name in ("post", "author", "category", "tag"):
            response = self.client.get(reverse(f"admin:blog_{name}_changelist"))
            self.assertEqual(response.status_code, 302)
        self.assertFalse(Author.objects.exists())
