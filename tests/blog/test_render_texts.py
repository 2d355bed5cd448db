import io
from unittest import mock

from django.core.management import call_command
from django.test import TestCase

from blog import rendering
from blog.models import Author, Post
from comments import tree
from comments.models import Comment
from tests.factories import make_author, make_comment, make_post


def render_texts():
    out = io.StringIO()
    call_command("render_texts", stdout=out)
    return out.getvalue()


class RenderTextsTests(TestCase):
    """What an older, laxer policy let through, stored as HTML beside its source."""

    @classmethod
    def setUpTestData(cls):
        cls.author = make_author(bio_de="Schreibt <b>gern</b>.")
        cls.post = make_post(authors=[cls.author], body="<p>Alt <em onx=1>x</em></p>")
        cls.root = make_comment(cls.post, body="Gut <script>alert(1)</script>")
        cls.reply = make_comment(cls.post, parent=cls.root, addendum="Noch <b onx=1>was</b>")
        lax = "<p>Lax<script>alert(1)</script></p>"
        Post.objects.update(body_html=lax)
        Author.objects.update(bio_html_de=lax)
        Comment.objects.update(body_html=lax, addendum_html=lax)

    def test_html_is_made_anew_from_what_was_typed(self):
        render_texts()
        self.post.refresh_from_db()
        self.author.refresh_from_db()
        self.root.refresh_from_db()
        self.reply.refresh_from_db()
        self.assertEqual(self.post.body_html, "<p>Alt <em>x</em></p>")
        self.assertEqual(self.author.bio_html_de, "<p>Schreibt gern.</p>")
        self.assertEqual(self.root.body_html, "<p>Gut alert(1)</p>")
        self.assertEqual(self.reply.addendum_html, "<p>Noch was</p>")

    def test_second_run_writes_nothing(self):
        self.assertIn("comments.comment.body_html: 2 of 2 written anew", render_texts())
        second = render_texts()
        self.assertEqual(second.count(": 0 of "), len(rendering.RENDERED))

    def test_dates_and_places_stay(self):
        fields = ["pk", "tree_id", "lft", "rght", "level", "created_at", "edited_at"]
        before = list(Comment.objects.order_by("pk").values(*fields))
        updated_at = Post.objects.get().updated_at
        render_texts()
        self.assertEqual(list(Comment.objects.order_by("pk").values(*fields)), before)
        self.assertEqual(Post.objects.get().updated_at, updated_at)
        self.assertEqual(list(tree.check()), [])

    def test_what_was_edited_meanwhile_is_left_alone(self):
        row = {"pk": self.root.pk, "body": "vor der Änderung", "body_html": "<p>alt</p>"}
        (rendered,) = [r for r in rendering.RENDERED if str(r) == "comments.comment.body_html"]
        self.assertEqual(rendering._write(rendered, row), 0)

    def test_all_rows_are_reached_in_small_batches(self):
        with mock.patch.object(rendering, "BATCH_SIZE", 1):
            self.assertIn("comments.comment.body_html: 2 of 2", render_texts())
