from datetime import UTC, datetime
from unittest import mock

from django.test import TestCase

from blog.models import Author, Category, OldAddress, Post, Tag
from tests.factories import make_author, make_post
from tests.wxr import import_wxr, item_xml, meta_xml, write_wxr


def category_xml(slug, name, parent="", number=1):
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id>"
        f"<wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent>"
        f"<wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>"
    )


def term_xml(domain, slug, name):
    return f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>'


def import_items(*parts, **options):
    return import_wxr(write_wxr(*parts), **options)


class PostTests(TestCase):
    def imported(self, *args, **fields):
        self.receipt = import_items(item_xml(1, *args, **fields))
        return Post.objects.get()

    def test_post_is_as_it_was(self):
        post = self.imported(
            "Erster Absatz.\n\nZweiter.",
            title="Größe &amp; Maß",
            post_name="groesse-und-mass",
            excerpt="Worum es <em>geht</em>.",
            post_modified="2014-01-01 01:00:00",
            post_modified_gmt="2014-01-01 00:00:00",
        )
        self.assertEqual((post.title, post.slug), ("Größe & Maß", "groesse-und-mass"))
        self.assertEqual(post.body, "<p>Erster Absatz.</p>\n<p>Zweiter.</p>")
        self.assertEqual(post.excerpt, "Worum es geht.")
        self.assertEqual(post.published_at, datetime(2013, 8, 2, 7, 0, tzinfo=UTC))
        self.assertEqual(post.updated_at, datetime(2014, 1, 1, tzinfo=UTC))
        self.assertEqual(post.authors.get().email, "ada@example.org")
        self.assertEqual(post.import_key, "werkstatt.example#1")

    def test_each_post_begins_with_a_revision_of_what_came_in(self):
        with mock.patch("blog.importing.site.PIECE", 2):
            tag = term_xml("post_tag", "eiche", "Eiche")
            import_items(*(item_xml(number, more=tag) for number in range(1, 6)))
        for post in Post.objects.all():
            (revision,) = post.revisions.all()
            self.assertEqual(revision.state["title"], post.title)
            self.assertEqual([row["name"] for row in revision.state["tags"]], ["Eiche"])
        self.assertEqual(Post.objects.count(), 5)

    def test_statuses_find_their_place(self):
        future = {"post_date": "2099-01-01 09:00:00", "post_date_gmt": "2099-01-01 08:00:00"}
        import_items(
            item_xml(1, status="draft", post_date_gmt="0000-00-00 00:00:00"),
            item_xml(2, status="pending"),
            item_xml(3, status="private"),
            item_xml(4, status="future", **future),
        )
        found = dict(Post.objects.values_list("import_key", "status"))
        self.assertEqual(
            [found[f"werkstatt.example#{number}"] for number in range(1, 5)],
            ["draft", "in_review", "draft", "published"],
        )
        self.assertFalse(Post.objects.published().exists())

    def test_what_is_no_post_is_left_out_and_said(self):
        receipt = import_items(
            item_xml(1, post_type="page", title="Impressum"),
            item_xml(2, post_type="attachment", status="inherit"),
            item_xml(3, post_password="geheim", title="Intern"),
            item_xml(4, status="trash"),
            item_xml(5, post_type="nav_menu_item"),
            item_xml(6, post_type="rezept", title="Brot"),
        )
        self.assertFalse(Post.objects.exists())
        for words in ("Impressum", "attachments", "Intern", "in the bin", "menu", "“rezept”"):
            self.assertIn(words, receipt)

    def test_sticky_post_comes_in_without_sticking(self):
        self.imported(is_sticky="1")
        self.assertIn("sticky posts are not kept at the top", self.receipt)

    def test_published_post_without_a_date_is_a_draft(self):
        zero = "0000-00-00 00:00:00"
        post = self.imported(post_date=zero, post_date_gmt=zero)
        self.assertEqual(post.status, Post.Status.DRAFT)
        self.assertIn("without a date", self.receipt)

    def test_item_without_slug_gets_one_from_its_title(self):
        self.assertEqual(self.imported(post_name="", title="Über Öl").slug, "ueber-oel")

    def test_slug_that_is_taken_gets_a_number(self):
        make_post(slug="beitrag-1")
        import_items(item_xml(1))
        self.assertTrue(Post.objects.filter(slug="beitrag-1-2").exists())

    def test_post_without_title_is_named_by_its_first_words(self):
        post = self.imported("Nur ein kurzer Gedanke.", title="")
        self.assertEqual(post.title, "Nur ein kurzer Gedanke.")

    def test_long_title_is_shortened_and_named_in_full(self):
        post = self.imported(title="Lang " * 60)
        self.assertEqual(len(post.title), 200)
        self.assertIn(("Lang " * 60).strip(), self.receipt)

    def test_text_before_more_is_the_teaser(self):
        self.assertEqual(self.imported("Vorab.<!--more-->\n\nWeiter.").excerpt, "Vorab.")

    def test_language_is_that_of_the_text(self):
        post = self.imported("<p>What we have here is not the same as what they had in it.</p>")
        self.assertEqual(post.language, "en")

    def test_closed_posts_stay_closed(self):
        post = self.imported(comment_status="closed", ping_status="closed")
        self.assertFalse(post.accepts_comments or post.accepts_linkbacks)

    def test_unknown_shortcodes_are_named(self):
        self.imported('[contact-form-7 id="3"]')
        self.assertIn("[contact-form-7]", self.receipt)

    def test_changes_made_here_outlive_a_second_import(self):
        post = self.imported()
        Post.objects.update(title="Besserer Titel")
        import_items(item_xml(1))
        post.refresh_from_db()
        self.assertEqual(post.title, "Besserer Titel")


class ClockTests(TestCase):
    SAME = {"post_date": "2013-08-02 09:00:00", "post_date_gmt": "2013-08-02 09:00:00"}

    def test_clock_that_was_never_set_is_read_as_local(self):
        receipt = import_items(item_xml(1, **self.SAME))
        self.assertEqual(Post.objects.get().published_at, datetime(2013, 8, 2, 7, tzinfo=UTC))
        self.assertIn("read as Europe/Berlin", receipt)

    def test_gmt_can_be_trusted_by_order(self):
        import_items(item_xml(1, **self.SAME), trust_gmt=True)
        self.assertEqual(Post.objects.get().published_at, datetime(2013, 8, 2, 9, tzinfo=UTC))

    def test_one_time_that_differs_proves_the_clock(self):
        import_items(item_xml(1, **self.SAME), item_xml(2))
        post = Post.objects.get(slug="beitrag-1")
        self.assertEqual(post.published_at, datetime(2013, 8, 2, 9, tzinfo=UTC))


class AuthorTests(TestCase):
    def test_author_with_the_address_of_somebody_known_is_that_person(self):
        ada = make_author("Ada B.", email="ada@example.org")
        import_items(item_xml(1))
        self.assertEqual(Post.objects.get().authors.get(), ada)
        self.assertEqual(Author.objects.get().name, "Ada B.")

    def test_login_that_the_file_does_not_list_is_known_by_name_and_once(self):
        import_items(item_xml(1, creator="Grete"), item_xml(2, creator="Grete"))
        grete = Author.objects.get(name="Grete")
        self.assertEqual((grete.email, grete.posts.count()), (None, 2))

    def test_co_authors_stand_in_their_order(self):
        bylines = term_xml("author", "cap-grete", "Grete") + term_xml("author", "cap-ada", "Ada")
        import_items(item_xml(1, more=bylines))
        names = [author.name for author in Post.objects.with_card_data().get().bylined_authors]
        self.assertEqual(names, ["Grete", "Ada Beispiel"])

    def test_post_without_author_is_reported(self):
        self.assertIn("posts without an author", import_items(item_xml(1, creator="")))


class TermTests(TestCase):
    def test_categories_hang_where_they_hung_whatever_their_order(self):
        import_items(
            category_xml("holz", "Holz &amp; Leim", parent="handwerk"),
            category_xml("handwerk", "Handwerk"),
        )
        holz = Category.objects.get(slug="holz")
        self.assertEqual((holz.name, holz.parent.name), ("Holz & Leim", "Handwerk"))

    def test_circle_of_categories_is_cut(self):
        receipt = import_items(
            category_xml("a", "A", parent="b"),
            category_xml("b", "B", parent="a"),
            category_xml("c", "C", parent="b"),
        )
        parents = dict(Category.objects.values_list("slug", "parent__slug"))
        self.assertEqual(parents, {"a": None, "b": None, "c": "b"})
        self.assertIn("stood under themselves", receipt)

    def test_missing_upper_category_is_reported(self):
        self.assertIn("is missing", import_items(category_xml("a", "A", parent="weg")))

    def test_second_category_becomes_a_tag(self):
        terms = term_xml("category", "holz", "Holz") + term_xml("category", "leim", "Leim")
        import_items(item_xml(1, more=terms + term_xml("post_tag", "eiche", "Eiche")))
        post = Post.objects.get()
        self.assertEqual(post.category.name, "Holz")
        self.assertEqual({tag.name for tag in post.tags.all()}, {"Eiche", "Leim"})

    def test_primary_category_of_yoast_is_the_category(self):
        terms = term_xml("category", "holz", "Holz") + term_xml("category", "leim", "Leim")
        import_items(
            category_xml("leim", "Leim", number=5),
            item_xml(1, more=terms + meta_xml("_yoast_wpseo_primary_category", "5")),
        )
        self.assertEqual(Post.objects.get().category.name, "Leim")

    def test_uncategorized_is_no_category(self):
        terms = term_xml("category", "uncategorized", "Uncategorized")
        import_items(category_xml("uncategorized", "Uncategorized"), item_xml(1, more=terms))
        self.assertFalse(Category.objects.exists() or Post.objects.get().category)

    def test_terms_that_are_here_are_used(self):
        tag = Tag.objects.create(name="Eiche")
        import_items(item_xml(1, more=term_xml("post_tag", "eiche", "EICHE")))
        self.assertEqual(Post.objects.get().tags.get(), tag)


class AddressTests(TestCase):
    def paths(self):
        return set(OldAddress.objects.values_list("path", flat=True))

    def test_address_and_earlier_slugs_redirect(self):
        import_items(
            item_xml(
                1,
                link="https://werkstatt.example/2013/08/%c3%bcber-holz/",
                more=meta_xml("_wp_old_slug", "holz"),
            )
        )
        self.assertEqual(self.paths(), {"/?p=1", "/2013/08/über-holz", "/2013/08/holz"})
        response = self.client.get("/2013/08/%c3%bcber-holz/")
        self.assertEqual(response.status_code, 301)

    def test_address_under_a_language_redirects(self):
        import_items(item_xml(1, link="https://werkstatt.example/de/holz/"))
        self.assertEqual(self.client.get("/de/holz/").status_code, 301)

    def test_address_by_number_redirects_in_the_language_of_the_reader(self):
        import_items(item_xml(7, link="https://werkstatt.example/?p=7"))
        post = Post.objects.get()
        self.assertRedirects(self.client.get("/?p=7"), post.get_absolute_url(), 301)
        self.assertRedirects(self.client.get("/en/?p=7"), f"/en{post.get_absolute_url()}", 301)
        for address in ["/?p=8", "/?p=x", "/?p=", "/?p=²", f"/?p={'9' * 99}", "/"]:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)  # the front page

    def test_address_by_number_of_a_draft_stays_hidden(self):
        import_items(item_xml(7, link="https://werkstatt.example/?p=7", status="draft"))
        self.assertEqual(self.client.get("/?p=7").status_code, 200)

    def test_address_of_another_post_stays_its_own(self):
        link = "https://werkstatt.example/holz/"
        receipt = import_items(item_xml(1, link=link), item_xml(2, link=link))
        self.assertEqual(OldAddress.objects.get(path="/holz").post.slug, "beitrag-1")
        self.assertEqual(OldAddress.objects.get(path="/?p=2").post.slug, "beitrag-2")
        self.assertRegex(receipt, r"1 old addresses that redirect")
        self.assertIn("already lead to another post", receipt)
