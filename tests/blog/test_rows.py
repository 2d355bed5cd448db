"""Rows that are put together at once are those that Django would give, and work like them."""

from django.db.models import Model
from django.db.models.signals import post_init, pre_init
from django.test import TestCase

from blog.models import Author, Post, SearchEntry
from comments import tree
from comments.models import Comment
from tests.factories import make_comment, make_post

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


def _held(row):
    """All that a row holds; what others it knows may be noted as none or not at all."""
    state = {"fields_cache": {}} | vars(row._state)
    state.pop("fetch_mode", None)
    return row.__dict__ | {"_state": state}
