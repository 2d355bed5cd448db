"""Rows that are put together at once are those that Django would give, and work like them."""

from unittest import mock

from django.db.models import Model
from django.db.models.functions import Now
from django.db.models.signals import post_init, pre_init
from django.test import TestCase

from blog.models import Author, Post, SearchEntry
from comments import tree
from comments.models import Comment, Thread
from tests.factories import NOON, make_comment, make_post

MODELS = [Author, Post, Comment, SearchEntry]


class QuickRowsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.comment = make_comment(make_post())

    def test_row_holds_what_djangos_own_way_would_give(self):
        for model in MODELS:
            with self.subTest(model=model.__name__):
                found = model.objects.order_by("pk").first()
                names = [field.attname for field in model._meta.concrete_fields]
                values = [getattr(found, name) for name in names]
                plain = Model.from_db.__func__(model, "default", names, values)
                self.assertEqual(_held(found), _held(plain))

    def test_nobody_waits_for_the_signals_that_are_not_sent(self):
        for model in MODELS:
            self.assertFalse(post_init.has_listeners(model) or pre_init.has_listeners(model))

    def test_what_was_not_loaded_is_loaded_when_asked_for(self):
        post = Post.objects.only("title").get()
        self.assertEqual(post.get_deferred_fields() & {"title", "body"}, {"body"})
        with self.assertNumQueries(1):
            self.assertEqual(post.body, "<p>Ein Absatz.</p>")

    def test_loaded_comment_is_saved_without_moving_and_cannot_move_by_saving(self):
        for comment in (Comment.objects.get(), Comment.objects.only("name", "level").get()):
            comment.name = "Neu"
            comment.save(update_fields=["name"])
            self.assertEqual(list(tree.check()), [])
        self.assertEqual(Comment.objects.get().name, "Neu")
        with self.assertRaises(RuntimeError):
            comment.save()


class QuickInsertTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def test_row_is_what_djangos_own_way_would_store(self):
        def new():
            return Comment(
                post=self.post, name="Ünal", body="Zwei\nZeilen", ip="2001:db8::1",
                findings=[{"code": "trap", "weight": 30, "values": {}}], created_at=NOON,
                tree_id=Thread.objects.create(post=self.post).pk, lft=1, rght=2, level=0,
            )  # fmt: skip

        quick, plain = new(), new()
        quick.save(force_insert=True)
        with mock.patch.object(Comment, "_do_insert", Model._do_insert):
            plain.save(force_insert=True)

        names = {field.attname for field in Comment._meta.concrete_fields} - {"id", "tree_id"}
        quick, plain = Comment.objects.filter(pk__in=[quick.pk, plain.pk]).order_by("pk")
        for name in sorted(names):
            self.assertEqual(getattr(quick, name), getattr(plain, name), name)

    def test_sql_is_made_once_and_a_value_goes_in_as_a_value(self):
        first = Thread.objects.create(post=self.post)
        with mock.patch("django.db.models.sql.compiler.SQLInsertCompiler.as_sql") as as_sql:
            second = Thread.objects.create(post=self.post)
        as_sql.assert_not_called()
        self.assertGreater(second.pk, first.pk)

    def test_expressions_and_fixtures_go_djangos_way(self):
        thread = Thread.objects.create(post=self.post, created_at=Now())
        self.assertIsNotNone(Thread.objects.get(pk=thread.pk).created_at)
        kept = Thread(pk=thread.pk + 100, post=self.post, is_linkback=True)
        kept.save_base(raw=True, force_insert=True)
        self.assertTrue(Thread.objects.get(pk=thread.pk + 100).is_linkback)


def _held(row):
    """All that a row holds; what others it knows may be noted as none or not at all."""
    state = {"fields_cache": {}} | vars(row._state)
    state.pop("fetch_mode", None)
    return row.__dict__ | {"_state": state}
