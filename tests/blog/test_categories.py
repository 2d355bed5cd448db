import json
import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase, TransactionTestCase
from django.urls import reverse

from blog import categories, categoryfields, terms
from blog.models import Category, CategoryMerge, Change, Post, Redirect
from blog.search.forms import SearchForm
from tests.blog.test_admin import AdminTestCase
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_category, make_post, make_user


def hung():
    """Return {name: name of the category above}."""
    return {row.name: row.parent and row.parent.name for row in Category.objects.all()}


class WithTree(TestCase):
    """Wissen > Handel > Service > Beschwerden, and Reisen beside Handel; a post in each."""

    def setUp(self):
        self.user = make_user()
        self.top = make_category("Wissen")
        self.trade = make_category("Handel", parent=self.top)
        self.travel = make_category("Reisen", parent=self.top)
        self.service = make_category("Service", parent=self.trade)
        self.complaints = make_category("Beschwerden", parent=self.service)
        for row in Category.objects.all():
            make_post(f"Von {row.name}", category=row, authors=[])


class TreeTests(WithTree):
    def test_a_category_hangs_neither_under_itself_nor_under_what_is_below_it(self):
        for above in (self.top, self.service, self.complaints):
            self.top.parent = above
            with self.subTest(above.name), self.assertRaises(ValidationError):
                self.top.save()

    def test_the_database_refuses_a_category_under_itself(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            Category.objects.filter(pk=self.top.pk).update(parent=self.top)

    def test_what_hangs_below_moves_along(self):
        self.service.parent = self.travel
        self.service.save()
        above = categories.Tree.load().above(self.complaints)
        self.assertEqual([row.name for row in above], ["Wissen", "Reisen", "Service"])

    def test_neighbours_stand_by_number_then_by_name(self):
        Category.objects.filter(name="Handel").update(position=1)
        tree = categories.Tree.load()
        self.assertEqual(
            [(depth, row.name) for depth, row in tree.in_order()],
            [(0, "Wissen"), (1, "Reisen"), (1, "Handel"), (2, "Service"), (3, "Beschwerden")],
        )

    def test_a_chain_of_two_thousand_is_no_deeper_than_python_can_go(self):
        rows = [Category(pk=100, name="0", slug="k-0")]
        rows += [
            Category(pk=100 + n, name=f"{n}", slug=f"k-{n}", parent_id=99 + n)
            for n in range(1, 2000)
        ]
        tree = categories.Tree(rows)
        self.assertEqual(len(tree.above(rows[-1])), 1999)
        self.assertEqual(tree.totals({2099: 1})[100], 1)

    def test_a_circle_in_the_table_hangs_nothing_up(self):
        Category.objects.filter(name="Wissen").update(parent=self.complaints)
        tree = categories.Tree.load()
        self.assertLess(len(tree.above(self.complaints)), 6)
        self.assertEqual(list(tree.in_order()), [])


class CategoryPageTests(WithTree):
    def get(self, row):
        return self.client.get(row.get_absolute_url())

    def titles(self, row):
        return {post.title for post in self.get(row).context["page_obj"]}

    def test_it_shows_the_posts_of_all_below(self):
        self.assertEqual(len(self.titles(self.top)), 5)
        self.assertEqual(self.titles(self.service), {"Von Service", "Von Beschwerden"})

    def test_only_posts_from_below_name_their_category(self):
        response = self.client.get(self.service.get_absolute_url())
        kicker = '<p class="card-kicker"><a href="{}">'
        self.assertNotContains(response, kicker.format(self.service.get_absolute_url()))
        self.assertContains(response, kicker.format(self.complaints.get_absolute_url()))

    def test_it_leads_up_and_down_and_says_how_much_is_there(self):
        empty = make_category("Leer", parent=self.trade)
        response = self.get(self.trade)
        self.assertContains(response, f'<li><a href="{self.top.get_absolute_url()}">Wissen</a>')
        self.assertEqual(response.context["below"], [(self.service, 2)])
        self.assertNotContains(response, empty.get_absolute_url())

    def test_machines_hear_of_every_level(self):
        for address in (self.complaints, self.complaints.posts.get()):
            page = self.get(address).content.decode()
            graph = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])["@graph"]
            steps = [step["name"] for step in graph[-1]["itemListElement"]]
            self.assertEqual(steps[1:5], ["Wissen", "Handel", "Service", "Beschwerden"])

    def test_the_page_of_a_post_shows_every_level(self):
        response = self.get(self.complaints.posts.get())
        for row in (self.top, self.trade, self.service, self.complaints):
            self.assertContains(response, f'<li><a href="{row.get_absolute_url()}">{row.name}</a>')

    def test_the_number_of_queries_does_not_follow_the_tree(self):
        def count(address, queries):
            self.client.get(address)
            with self.subTest(address), self.assertNumQueries(queries):
                self.client.get(address)

        row = self.complaints
        count(self.service.get_absolute_url(), 7)
        count(row.posts.get().get_absolute_url(), 9)
        count(reverse("blog:archive_list"), 3)
        for number in range(20):
            row = make_category(f"Tiefer {number}", parent=row)
            make_post(f"Tiefer {number}", category=row, authors=[])
        count(self.service.get_absolute_url(), 7)
        count(row.posts.get().get_absolute_url(), 9)
        count(reverse("blog:archive_list"), 3)

    def test_the_feed_and_the_sitemap_hold_what_is_below(self):
        feed = self.client.get(reverse("blog:category_feed_json", args=[self.trade.slug]))
        self.assertEqual(len(feed.json()["items"]), 3)
        self.trade.posts.all().delete()
        response = self.client.get("/sitemap-categories.xml")
        self.assertContains(response, self.trade.get_absolute_url())

    def test_the_archive_counts_what_is_below(self):
        shown = self.client.get(reverse("blog:archive_list")).context["categories"]
        self.assertEqual([(row.name, count) for _depth, row, count in shown][0], ("Wissen", 5))
        self.assertEqual([depth for depth, _row, _count in shown], [0, 1, 2, 3, 1])

    def test_a_move_takes_every_page_out_of_the_cache_and_a_rename_its_own(self):
        Change.objects.all().delete()
        self.service.name = "Dienst"
        self.service.save()
        self.assertEqual(
            set(Change.objects.values_list("tag", flat=True)), {f"category:{self.service.pk}"}
        )
        self.service.parent = self.travel
        self.service.save()
        self.assertTrue(Change.objects.filter(tag="site").exists())


class RemoveTests(WithTree):
    def test_posts_and_categories_move_one_up_and_the_address_leads_there(self):
        post = self.service.posts.get()
        categories.remove(self.service, self.user)
        self.assertEqual(hung()["Beschwerden"], "Handel")
        post.refresh_from_db()
        self.assertEqual((post.category, post.revisions.get().user), (self.trade, self.user))
        self.assertRedirects(
            self.client.get("/en/categories/service/"), "/en/categories/handel/", 301
        )

    def test_at_the_top_the_address_says_gone(self):
        categories.remove(self.top, self.user)
        self.assertEqual(self.client.get("/categories/wissen/").status_code, 410)
        self.assertEqual(hung()["Handel"], None)


class CategoryMergeTests(WithTree):
    def test_posts_and_what_hangs_below_go_to_the_one_that_stays(self):
        terms.merge(self.travel, [self.trade], self.user)
        self.assertEqual(hung()["Service"], "Reisen")
        self.assertEqual(self.travel.posts.count(), 2)
        self.assertRedirects(
            self.client.get("/en/categories/handel/"), "/en/categories/reisen/", 301
        )

    def test_one_below_takes_the_place_of_those_above_it(self):
        terms.merge(self.complaints, [self.trade, self.service], self.user)
        self.assertEqual(hung()["Beschwerden"], "Wissen")
        terms.merge(Category.objects.get(name="Beschwerden"), [self.top], self.user)
        self.assertEqual(hung(), {"Beschwerden": None, "Reisen": "Beschwerden"})

    def test_undone_all_hangs_and_stands_where_it_did(self):
        before = hung()
        posts = {post.title: post.category for row in before for post in self.posts()}
        self.trade.description = "Worum es geht"
        self.trade.save()
        for target, others in [
            (self.travel, [self.trade]),
            (self.complaints, [self.top, self.trade]),
            (self.complaints, [self.trade, self.service]),
            (self.top, [self.complaints, self.trade]),
        ]:
            with self.subTest(target.name):
                target = Category.objects.get(name=target.name)
                merged = terms.merge(target, others, self.user)
                terms.undo(merged, self.user)
                self.assertEqual(hung(), before)
                found = {post.title: post.category for post in self.posts()}
                self.assertEqual(found, posts)
        self.assertFalse(Redirect.objects.exists())
        again = Category.objects.get(name="Handel")
        self.assertEqual((again.pk, again.description), (self.trade.pk, "Worum es geht"))

    def posts(self):
        return Post.objects.select_related("category")

    def test_what_was_moved_by_hand_since_stays_there(self):
        merged = terms.merge(self.travel, [self.trade], self.user)
        self.service.refresh_from_db()
        self.service.parent = self.top
        self.service.save()
        terms.undo(merged, self.user)
        self.assertEqual(hung()["Service"], "Wissen")
        self.assertEqual(hung()["Handel"], "Wissen")

    def test_posts_that_got_another_category_since_keep_it(self):
        post = self.trade.posts.get()
        merged = terms.merge(self.travel, [self.trade], self.user)
        post.refresh_from_db()
        post.category = self.top
        post.save()
        terms.undo(merged, self.user)
        post.refresh_from_db()
        self.assertEqual(post.category, self.top)


class CategoryAdminTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.top = make_category("Zoo")
        self.below = make_category("Affen", parent=self.top)
        self.post = make_post("Gibbon", category=self.below)

    def test_the_list_shows_the_tree_and_counts_what_is_below(self):
        response = self.client.get("/en/admin/blog/category/")
        rows = list(response.context["cl"].result_list)
        self.assertEqual(rows, [self.top, self.below])
        self.assertEqual([(row.depth, row.posts_below) for row in rows], [(0, 1), (1, 1)])
        self.assertContains(response, 'class="tree-step"', count=1)

    def test_the_list_costs_the_same_with_many(self):
        self.assert_same_queries(
            "/en/admin/blog/category/", lambda n: make_category(f"K{n}", parent=self.below)
        )

    def test_the_list_takes_two_thousand(self):
        rows = [Category(name=f"K {n}", slug=f"k-{n}", parent=self.top) for n in range(2000)]
        Category.objects.bulk_create(rows)
        self.assertEqual(self.client.get("/en/admin/blog/category/").status_code, 200)

    def test_the_order_is_changed_in_the_list(self):
        data = {
            "form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "x",
            "form-0-id": self.top.pk, "form-0-position": 3,
            "form-1-id": self.below.pk, "form-1-position": 0,
        }  # fmt: skip
        self.client.post("/en/admin/blog/category/", data)
        self.top.refresh_from_db()
        self.assertEqual(self.top.position, 3)

    def test_the_form_refuses_a_circle(self):
        url = reverse("admin:blog_category_change", args=[self.top.pk])
        data = {"name": "Zoo", "slug": "zoo", "position": 0, "parent": self.below.pk}
        self.assertContains(self.client.post(url, data), "Affen")
        self.top.refresh_from_db()
        self.assertIsNone(self.top.parent)

    def test_it_is_said_what_deleting_does_before_it_is_done(self):
        url = "/en" + reverse("admin:blog_category_delete", args=[self.top.pk]).removeprefix("/en")
        self.post.category = self.top
        self.post.save()
        response = self.client.get(url)
        self.assertContains(response, "1 post has no category then.")
        self.assertContains(response, "Categories below it move up one level: Affen.")
        self.client.post(url, {"post": "yes"})
        self.assertEqual(hung(), {"Affen": None})

    def test_the_action_leads_to_a_page_that_says_what_moves(self):
        data = {"action": "merge", "_selected_action": [self.top.pk, self.below.pk]}
        response = self.client.post("/en/admin/blog/category/", data, follow=True)
        self.assertContains(response, "Merge categories")
        url = "/en" + reverse("admin:blog_category_merge").removeprefix("/en")
        data = {"row": [self.top.pk, self.below.pk], "target": self.top.pk}
        response = self.client.post(url, data, follow=True)
        self.assertContains(response, "are one now")
        self.client.post(
            reverse("admin:blog_categorymerge_undo", args=[CategoryMerge.objects.get().pk])
        )
        self.assertEqual(hung(), {"Zoo": None, "Affen": "Zoo"})


class MovingAtOnceTests(TransactionTestCase):
    def test_two_who_hang_each_under_the_other_close_no_circle(self):
        one, other = make_category("Eins"), make_category("Zwei")

        def hang(row, above):
            row = Category.objects.get(pk=row.pk)
            row.parent_id = above.pk
            try:
                row.save()
            except ValidationError:
                return False
            return True

        for _ in range(5):
            Category.objects.update(parent=None)
            done = at_once([lambda: hang(one, other), lambda: hang(other, one)])
            self.assertEqual(sorted(done), [False, True])


class ChoosingTests(WithTree):
    def test_the_search_offers_the_tree_in_one_query(self):
        form = SearchForm({"q": "x"})
        with self.assertNumQueries(1):
            options = re.findall(r"<option[^>]*>([^<]*)<", str(form["category"]))
        step = categoryfields.INDENT
        names = ["Wissen", f"{step}Handel", f"{step * 2}Service", f"{step * 3}Beschwerden"]
        self.assertEqual(options[1:], [*names, f"{step}Reisen"])

    def test_what_hangs_very_deep_is_moved_no_further(self):
        last = self.complaints
        for number in range(categories.INDENTED + 3):
            last = make_category(f"K{number}", parent=last)
        labels = dict(categoryfields.indented(categories.Tree.load()))
        self.assertEqual(labels[last], categoryfields.INDENT * categories.INDENTED + last.name)

    def test_one_that_stands_alone_has_its_path(self):
        self.assertEqual(categories.path(self.service), "Wissen › Handel › Service")
        with self.assertNumQueries(0):
            self.assertEqual(categories.path(self.top), "Wissen")
