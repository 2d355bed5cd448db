from django.test import SimpleTestCase, TestCase
from django.utils import timezone

from blog.differences import MAX_WORDS, word_diff
from comments import tree
from comments.models import Comment, CommentRevision, SpamCheck
from tests.factories import make_comment, make_post, make_user

LIST = "/admin/comments/comment/"


class ErasureTests(TestCase):
    def test_a_tombstone_keeps_no_earlier_text_and_nothing_that_was_sent(self):
        comment = make_comment(make_post(), body="Neu", addendum="Mehr", sending_key="k")
        make_comment(comment.post, parent=comment)
        CommentRevision.objects.create(comment=comment, body="Alt", edited_at=timezone.now())
        SpamCheck.objects.create(comment=comment, fields={"comment_content": "Alt"})

        tree.delete(comment.pk)

        comment = Comment.objects.get(pk=comment.pk)
        self.assertTrue(comment.is_tombstone)
        self.assertEqual((comment.body, comment.addendum, comment.sending_key), ("", "", None))
        self.assertFalse(CommentRevision.objects.exists())
        self.assertFalse(SpamCheck.objects.exists())


class WordDiffTests(SimpleTestCase):
    def test_words_taken_out_and_put_in_are_marked(self):
        diff = word_diff("Das ist gut so.", "Das ist sehr gut.")
        self.assertEqual(diff, "Das ist <del>gut so.</del><ins>sehr gut.</ins>")

    def test_markup_is_escaped(self):
        diff = word_diff("<script>a</script>", '<img src="x" onerror="a">')
        self.assertNotIn("<script", diff)
        self.assertNotIn("<img", diff)

    def test_long_texts_are_shown_whole(self):
        diff = word_diff("a " * (MAX_WORDS + 1), "b")
        self.assertTrue(diff.startswith("<del>a a "))
        self.assertTrue(diff.endswith("<ins>b</ins>"))


class AdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("moderatorin", is_staff=True, is_superuser=True)
        cls.comment = make_comment(make_post(), body="Das ist <b>gut</b>.")
        cls.url = f"/admin/comments/comment/{cls.comment.pk}/change/"

    def setUp(self):
        self.client.force_login(self.user)

    def change(self, **changes):
        page = self.client.get(self.url).context["adminform"].form.initial
        fields = ["name", "email", "website", "body", "addendum", "language"]
        data = {name: page[name] for name in fields} | changes
        for prefix in ("spam_check", "spam_feedback"):
            data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        return self.client.post(self.url, data)

    def test_a_moderators_edit_is_kept_cleaned_and_shown_as_difference(self):
        self.assertRedirects(self.change(body="Das ist <script>x</script>besser."), LIST)
        self.comment.refresh_from_db()
        self.assertNotIn("<script", self.comment.body_html)
        revision = CommentRevision.objects.get()
        self.assertEqual(revision.body, "Das ist <b>gut</b>.")
        self.assertEqual((revision.edited_by, revision.moderator), ("moderator", self.user))
        page = self.client.get(self.url)
        self.assertContains(page, "<del>&lt;b&gt;gut&lt;/b&gt;.</del>")
        self.assertContains(page, "moderatorin")
        self.assertNotContains(page, "style=")

    def test_a_change_of_the_name_alone_keeps_no_text(self):
        self.change(name="Berta L.")
        self.assertFalse(CommentRevision.objects.exists())

    def test_a_moderator_can_write_and_take_away_an_addendum(self):
        self.change(addendum="Mehr <i>dazu</i>")
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.addendum_html, "<p>Mehr dazu</p>")
        self.assertIsNotNone(self.comment.addendum_at)
        self.change(addendum="")
        self.comment.refresh_from_db()
        self.assertEqual((self.comment.addendum_html, self.comment.addendum_at), ("", None))
        self.assertEqual(CommentRevision.objects.count(), 2)
