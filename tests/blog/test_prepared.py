import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.db.models import F, Value
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from blog.models import Post, PostAuthor
from blog.prepared import Among, prepared
from tests.factories import NOON, make_category, make_post


@prepared
def by_slug(slug, now):
    return Post.objects.published(now=now).filter(slug=slug).select_related("category")


def slugs_of(ids):
    return Post.objects.filter(pk__in=ids).order_by("pk").values_list("slug", F("pk") + Value(1))


class PreparedTests(TestCase):
    def test_rows_are_those_of_the_queryset(self):
        post = make_post("Eins", category=make_category("Rubrik"))
        with self.assertNumQueries(1):
            found = by_slug("eins", timezone.now())
            self.assertEqual([(row, row.category.name) for row in found], [(post, "Rubrik")])
        fields = [field.attname for field in Post._meta.concrete_fields]
        self.assertEqual(
            [getattr(found[0], name) for name in fields],
            [getattr(Post.objects.get(), name) for name in fields],
        )

    def test_every_call_asks_with_its_own_values(self):
        make_post("Eins")
        make_post("Zwei", published_at=NOON + timedelta(days=1))
        for slug, now, count in [
            ("eins", NOON, 1), ("zwei", NOON, 0), ("zwei", NOON + timedelta(days=2), 1),
            ("' OR 1=1 --", NOON, 0),
        ]:  # fmt: skip
            with self.subTest(slug=slug, now=now):
                self.assertEqual(len(by_slug(slug, now)), count)

    def test_nothing_equals_none(self):
        make_post(category=None)
        in_category = prepared(lambda category: Post.objects.filter(category=category))
        self.assertEqual(in_category(None), [])

    def test_any_number_of_numbers_is_one_value(self):
        rows = prepared(lambda ids: Post.objects.filter(Among("pk", ids)).order_by("pk"))
        posts = [make_post(f"Beitrag {number}") for number in range(4)]
        ids = [post.pk for post in posts]
        for some in [[], ids[:1], ids[2:], range(2_000)]:
            with self.subTest(some):
                plain = Post.objects.filter(Among("pk", some)).order_by("pk")
                self.assertEqual(rows(some), list(plain))
                self.assertEqual(rows(some), [post for post in posts if post.pk in some])

    def test_list_may_be_shorter_than_its_length_and_not_longer(self):
        rows = prepared(slugs_of, ids=3)
        posts = [make_post(f"Beitrag {number}") for number in range(4)]
        ids = [post.pk for post in posts]
        self.assertEqual(rows([]), [])
        self.assertEqual(rows(ids[:2]), [("beitrag-0", ids[0] + 1), ("beitrag-1", ids[1] + 1)])
        with self.assertRaises(ValueError):
            rows(ids)

    def test_percent_signs_stay_what_they_are(self):
        post = make_post("Hundert % sicher")
        make_post("Hundert und eins")
        holding = prepared(
            lambda text: Post.objects.filter(title__contains=text).annotate(odd=F("pk") % 2)
        )
        self.assertEqual([(row, row.odd) for row in holding("% s")], [(post, post.pk % 2)])
        self.assertEqual(len(holding("Hundert")), 2)

    def test_what_is_neither_model_nor_tuple_is_refused(self):
        posts = Post.objects.order_by("title")
        for build in (
            lambda pk: posts.filter(pk=pk).values("slug"),
            lambda pk: posts.filter(pk=pk).values_list("slug", flat=True),
            lambda pk: posts.filter(pk=pk).values_list("slug").distinct(),
        ):
            with self.assertRaises(TypeError):
                prepared(build)(1)

    def test_sql_is_made_once(self):
        made = []

        def build(post):
            made.append(post)
            return PostAuthor.objects.filter(post=post)

        rows = prepared(build)
        post = make_post()
        self.assertEqual([len(rows(post.pk)), len(rows(post.pk)), len(rows(0))], [1, 1, 0])
        self.assertEqual(len(made), 1)


class ThreadsTests(TransactionTestCase):
    def test_threads_ask_over_their_own_connections(self):
        for number in range(4):
            make_post(f"Beitrag {number}")

        def ask(number):
            try:
                return [post.title for post in by_slug(f"beitrag-{number}", timezone.now())]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(ask, [number % 4 for number in range(40)]))
        self.assertEqual(found, [[f"Beitrag {number % 4}"] for number in range(40)])

    def test_threads_that_are_the_first_ones_do_not_mix_up_the_query(self):
        make_post("Eins", category=make_category("Rubrik"))
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)

        def ask(rows, start):
            start.wait()
            try:
                return [post.category.name for post in rows("eins", timezone.now())]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            for _ in range(10):
                rows, start = prepared(by_slug.build), threading.Barrier(4)
                found = pool.map(ask, [rows] * 4, [start] * 4)
                self.assertEqual(list(found), [["Rubrik"]] * 4)
