from datetime import UTC, datetime

from django.test import TestCase

from blog.models import Post
from comments.models import Comment, Thread
from tests.factories import make_author
from tests.wxr import comment_xml, import_comments, import_wxr, item_xml, write_file, wxr


class CommentTests(TestCase):
    def imported(self, content="Gut gesagt.", **fields):
        import_comments(comment_xml(1, content, **fields))
        return Comment.objects.get()

    def test_text_is_kept_as_typed_and_shown_clean(self):
        comment = self.imported("Erste Zeile\nzweite <script>alert(1)</script>")
        self.assertEqual(comment.body, "Erste Zeile\nzweite <script>alert(1)</script>")
        self.assertEqual(comment.body_html, "<p>Erste Zeile<br>zweite alert(1)</p>")

    def test_guest_with_an_address_becomes_an_unverified_author(self):
        comment = self.imported(comment_author_url="https://berta.example/")
        self.assertEqual(comment.author.email, "berta@example.org")
        self.assertEqual(comment.author.website, "https://berta.example/")
        self.assertFalse(comment.author.is_verified or comment.is_verified)

    def test_row_of_somebody_known_is_left_as_it_is(self):
        known = make_author("Berta L.", email="berta@example.org")
        comment = self.imported(comment_author_email="Berta@Example.org")
        known.refresh_from_db()
        self.assertEqual((comment.author, known.name), (known, "Berta L."))
        self.assertEqual(comment.name, "Berta Leserin")

    def test_guest_without_an_address_is_a_name_alone(self):
        self.assertIsNone(self.imported(comment_author_email="").author)

    def test_login_of_an_author_proves_who_wrote(self):
        comment = self.imported(comment_user_id=7, comment_author_email="anders@example.org")
        self.assertEqual(comment.author.email, "ada@example.org")
        self.assertTrue(comment.is_verified)

    def test_address_of_the_author_without_login_proves_nothing(self):
        comment = self.imported(comment_author_email="ada@example.org")
        self.assertEqual(comment.author, Post.objects.get().authors.get())
        self.assertFalse(comment.is_verified)

    def test_login_of_somebody_unknown_proves_nothing(self):
        self.assertFalse(self.imported(comment_user_id=99).is_verified)

    def test_language_is_that_of_the_text(self):
        comment = self.imported("I have been thinking about this and it is what we need to do.")
        self.assertEqual(comment.language, "en")

    def test_gmt_is_trusted_where_it_disagrees(self):
        comment = self.imported(
            comment_date="2013-08-02 12:00:00", comment_date_gmt="2013-08-02 07:30:00"
        )
        self.assertEqual(comment.created_at, datetime(2013, 8, 2, 7, 30, tzinfo=UTC))

    def test_missing_gmt_falls_back_to_local_time(self):
        comment = self.imported(
            comment_date="2013-08-02 12:00:00", comment_date_gmt="0000-00-00 00:00:00"
        )
        self.assertEqual(comment.created_at, datetime(2013, 8, 2, 10, 0, tzinfo=UTC))

    def test_name_is_read_once_from_entities(self):
        self.assertEqual(self.imported(comment_author="TALER &amp; TALAR").name, "TALER & TALAR")

    def test_nameless_guest_is_anonymous(self):
        self.assertTrue(self.imported(comment_author="").name)

    def test_long_name_is_shortened_and_named_in_full(self):
        receipt = import_comments(comment_xml(1, comment_author="Lang " * 40))
        self.assertLessEqual(len(Comment.objects.get().name), 120)
        self.assertIn(("Lang " * 40).strip(), receipt)

    def test_bad_addresses_are_dropped_and_reported(self):
        receipt = import_comments(
            comment_xml(
                1,
                comment_author_url="javascript:alert(1)",
                comment_author_email="nicht so",
                comment_author_IP="unbekannt",
            )
        )
        comment = Comment.objects.get()
        self.assertEqual((comment.website, comment.email, comment.ip), ("", "", None))
        for bad in ("javascript:alert(1)", "nicht so", "unbekannt"):
            self.assertIn(bad, receipt)

    def test_internal_notes_stay_out(self):
        receipt = import_comments(comment_xml(1, comment_type="note"), comment_xml(2))
        self.assertEqual(Comment.objects.count(), 1)
        self.assertIn("internal notes of kind “note”", receipt)

    def test_number_that_comes_twice_counts_once(self):
        receipt = import_comments(comment_xml(1), comment_xml(1))
        self.assertEqual(Comment.objects.count(), 1)
        self.assertIn("answers whose number came before", receipt)

    def test_unknown_state_waits_for_approval(self):
        receipt = import_comments(comment_xml(1, comment_approved="vielleicht"))
        self.assertEqual(Comment.objects.get().status, Comment.Status.PENDING)
        self.assertIn("state “vielleicht” is not known", receipt)

    def test_control_characters_are_removed_and_counted(self):
        path = write_file(wxr(item_xml(1, "", comment_xml(1, "Gut\x00 ge\x0bsagt"))))
        self.assertIn("2 control characters removed", import_wxr(path))
        self.assertEqual(Comment.objects.get().body, "Gut gesagt")


class KindTests(TestCase):
    def imported(self, content, **fields):
        import_comments(comment_xml(1, content, **fields))
        return Comment.objects.get()

    def test_pingback_is_a_mention_from_its_address(self):
        comment = self.imported(
            "[…] gelesen […]", comment_type="pingback", comment_author_url="https://a.example/b"
        )
        self.assertEqual((comment.kind, comment.source_url), ("pingback", "https://a.example/b"))
        self.assertEqual(comment.website, "")
        self.assertTrue(Thread.objects.get().is_linkback)

    def test_reblog_is_known_by_its_first_words_and_its_link(self):
        for content in (
            'Hat dies auf <a href="https://a.example/b" rel="nofollow">Zeit</a> rebloggt.',
            'Reblogged this on <a href="https://a.example/b">Time</a> and commented:\nYes.',
        ):
            for kind in ("", "comment", "pingback"):
                Post.objects.all().delete()
                comment = self.imported(content, comment_type=kind)
                self.assertEqual(comment.kind, Comment.Kind.REBLOG)
                self.assertEqual(comment.source_url, "https://a.example/b")

    def test_reblog_without_a_link_comes_from_the_address_of_who_signed(self):
        comment = self.imported(
            "Hat dies auf im Zuge der Zeit rebloggt und kommentierte:\nJa.",
            comment_author_url="https://zeit.example/",
        )
        self.assertEqual((comment.kind, comment.source_url), ("reblog", "https://zeit.example/"))

    def test_answer_that_only_talks_of_reblogs_is_an_answer(self):
        self.assertEqual(self.imported("Er hat dies auf X rebloggt.").kind, "comment")

    def test_kinds_of_plug_ins_find_their_place(self):
        kinds = {"review": "comment", "trackback": "trackback", "like": "webmention"}
        for wordpress, ours in (kinds | {"stimmung": "comment"}).items():
            Post.objects.all().delete()
            self.assertEqual(self.imported("Text", comment_type=wordpress).kind, ours)
