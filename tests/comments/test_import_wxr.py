from datetime import UTC, datetime
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from django.core.management import CommandError
from django.test import TestCase

from blog.models import Author, OldAddress, Post
from comments import tree
from comments.models import Comment, Tally, Thread
from config.settings import BASE_DIR
from tests.factories import make_author, make_comment
from tests.wxr import comment_xml, import_wxr, item_xml, write_file, write_wxr, wxr

SEEDS = BASE_DIR.parent / "shared" / "seeds"


def run_comments(*comments, content="<p>Ein Absatz.</p>", **options):
    return import_wxr(write_wxr(item_xml(1, content, *comments)), **options)


def shape():
    """The comments as (level, name) in the order of the conversation."""
    return list(Comment.objects.order_by("tree_id", "lft").values_list("level", "name"))


@skipUnless(SEEDS.is_dir(), "the seed pages are not on this machine")
class SeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.files = sorted(SEEDS.glob("*.wxr.xml"))
        cls.receipt = import_wxr(*cls.files)

    def test_ten_entries_stand_where_they_stood(self):
        self.assertEqual(
            shape(),
            [
                (0, "greich"),
                (0, "greich"),
                (0, "Lutz Breunig"),
                (0, "Michael"),
                (0, "Carlo Düllings"),
                (1, "Bernhard Steimel"),
                (2, "Carlo Düllings"),
                (3, "Bernhard Steimel"),
                (4, "Carlo Düllings"),
                (0, "Neuland, Arroganz und Empathie: Das Jahr in Blogposts. | Smarter Service"),
            ],
        )
        self.assertEqual(list(tree.check()), [])

    def test_the_count_is_what_is_true(self):
        tally = Tally.objects.get()
        self.assertEqual((tally.answer_count, tally.people_count), (8, 5))
        self.assertEqual((tally.reblog_count, tally.mention_count), (1, 1))
        self.assertEqual(Thread.objects.filter(is_linkback=True).count(), 2)

    def test_only_the_author_who_was_logged_in_is_verified(self):
        verified = Comment.objects.filter(is_verified=True).order_by("created_at")
        author = Post.objects.get(import_key="smarter-service.example#1").authors.get()
        self.assertEqual({comment.author for comment in verified}, {author})
        self.assertEqual(len(verified), 2)
        self.assertFalse(Author.objects.exclude(email_verified_at=None).exists())

    def test_times_are_those_that_readers_saw(self):
        turn = Comment.objects.get(import_key="smarter-service.example#6")
        self.assertEqual(turn.created_at, datetime(2013, 9, 3, 6, 42, tzinfo=UTC))

    def test_old_addresses_redirect(self):
        post = Post.objects.get(title__startswith="Empathy matters")
        response = self.client.get(
            "/2022/03/01/empathy-matters-warum-es-bei-marken-immer-um-beziehungen-geht/"
        )
        self.assertRedirects(response, post.get_absolute_url(), 301, fetch_redirect_response=False)

    def test_receipt_says_what_came_in(self):
        for line in ("2 posts", "8 answers", "1 passed on", "1 mentions", "has 5 turns"):
            self.assertIn(line, self.receipt)

    def test_second_run_adds_nothing(self):
        self.assertIn("Nothing new", import_wxr(*self.files))
        self.assertEqual((Comment.objects.count(), Author.objects.count()), (10, 6))


class TreeTests(TestCase):
    def test_parents_are_found_whatever_the_order_of_numbers(self):
        run_comments(
            comment_xml(1, comment_parent=3, comment_author="Zweite"),
            comment_xml(2, comment_parent=1, comment_author="Dritte"),
            comment_xml(3, comment_author="Erste"),
        )

        self.assertEqual(shape(), [(0, "Erste"), (1, "Zweite"), (2, "Dritte")])
        self.assertEqual(list(tree.check()), [])

    def test_threads_and_siblings_stand_in_order_of_time(self):
        run_comments(
            comment_xml(1, comment_author="B", comment_date_gmt="2013-08-03 10:00:00"),
            comment_xml(2, comment_author="A", comment_date_gmt="2013-08-02 10:00:00"),
            comment_xml(3, comment_author="A2", comment_parent=2),
            comment_xml(
                4, comment_author="A1", comment_parent=2, comment_date_gmt="2013-08-02 10:01:00"
            ),
        )

        self.assertEqual(shape(), [(0, "A"), (1, "A1"), (1, "A2"), (0, "B")])
        roots = Thread.objects.order_by("pk").values_list("created_at", flat=True)
        self.assertEqual(list(roots), sorted(roots))

    def test_answer_to_what_does_not_exist_begins_a_thread(self):
        receipt = run_comments(comment_xml(5, comment_parent=99))

        self.assertEqual(shape(), [(0, "Berta Leserin")])
        self.assertIn("number 5 (line", receipt)
        self.assertIn("answers number 99", receipt)

    def test_circle_of_answers_is_opened_and_reported(self):
        receipt = run_comments(
            comment_xml(1, comment_parent=2, comment_author="Eins"),
            comment_xml(2, comment_parent=1, comment_author="Zwei"),
            comment_xml(3, comment_parent=3, comment_author="Drei"),
            comment_xml(4, comment_parent=2, comment_author="Vier"),
        )

        self.assertEqual(shape(), [(0, "Eins"), (1, "Zwei"), (2, "Vier"), (0, "Drei")])
        self.assertIn("2 × answers in a circle", receipt)

    def test_removed_and_spam_stay_hidden_in_place(self):
        trash = "<wp:commentmeta><wp:meta_key>_wp_trash_meta_status</wp:meta_key>"
        trash += "<wp:meta_value>1</wp:meta_value></wp:commentmeta>"
        run_comments(
            comment_xml(1, comment_approved="trash", comment_author="Weg", meta=trash),
            comment_xml(2, comment_parent=1, comment_author="Bleibt"),
            comment_xml(3, comment_approved="spam", comment_parent=2, comment_author="Spam"),
            comment_xml(4, comment_parent=3, comment_approved="0", comment_author="Wartet"),
        )

        self.assertEqual(shape(), [(0, "Weg"), (1, "Bleibt"), (2, "Spam"), (3, "Wartet")])
        statuses = Comment.objects.order_by("lft").values_list("status", flat=True)
        self.assertEqual(list(statuses), ["removed", "approved", "spam", "pending"])
        self.assertEqual(Comment.objects.get(level=0).status_before_removal, "approved")
        self.assertEqual(Tally.objects.get().answer_count, 1)

    def test_longer_export_adds_replies_to_threads_that_are_here(self):
        first = comment_xml(1, comment_author="Erste")
        run_comments(first)
        receipt = run_comments(
            first,
            comment_xml(2, comment_author="Zweite", comment_parent=1),
            comment_xml(3, comment_author="Dritte", comment_parent=2),
            comment_xml(4, comment_author="Neue"),
        )

        self.assertEqual(shape(), [(0, "Erste"), (1, "Zweite"), (2, "Dritte"), (0, "Neue")])
        self.assertEqual(list(tree.check()), [])
        self.assertIn("1 answers and mentions", receipt)
        self.assertIn("has 3 turns", receipt)

    def test_answers_given_here_stay_among_imported_ones(self):
        first, second = comment_xml(1), comment_xml(2, comment_parent=1)
        run_comments(first)
        make_comment(Post.objects.get(), parent=Comment.objects.get(), name="Hier")
        run_comments(first, second)

        self.assertEqual(shape(), [(0, "Berta Leserin"), (1, "Hier"), (1, "Berta Leserin")])
        self.assertEqual(list(tree.check()), [])

    def test_chain_of_any_depth_comes_in(self):
        run_comments(*(comment_xml(n, comment_parent=n - 1) for n in range(1, 301)))

        self.assertEqual(Comment.objects.order_by("-level").first().level, 299)
        self.assertEqual(list(tree.check()), [])

    def test_ten_thousand_comments_take_few_queries(self):
        items = [
            item_xml(
                post,
                "Text",
                *(
                    comment_xml(
                        post * 1000 + n,
                        comment_parent=post * 1000 + n - 1 if n % 5 else 0,
                        comment_author_email=f"leser{n}@example.org",
                    )
                    for n in range(1000)
                ),
            )
            for post in range(1, 11)
        ]
        path = write_wxr(*items)

        with self.assertNumQueries(FewerThan(500)):
            import_wxr(path)
        self.assertEqual(Comment.objects.count(), 10_000)
        self.assertEqual(Author.objects.count(), 1001)
        self.assertEqual(list(tree.check()), [])


class FewerThan(int):
    """A number for assertNumQueries that is equal to every smaller one."""

    __hash__ = int.__hash__

    def __eq__(self, other):
        return other < int(self)


class CommentTests(TestCase):
    def imported(self, content="Gut gesagt.", **fields):
        run_comments(comment_xml(1, content, **fields))
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
        receipt = run_comments(comment_xml(1, comment_author="Lang " * 40))
        self.assertLessEqual(len(Comment.objects.get().name), 120)
        self.assertIn(("Lang " * 40).strip(), receipt)

    def test_bad_addresses_are_dropped_and_reported(self):
        receipt = run_comments(
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
        receipt = run_comments(comment_xml(1, comment_type="note"), comment_xml(2))
        self.assertEqual(Comment.objects.count(), 1)
        self.assertIn("internal notes of kind “note”", receipt)

    def test_number_that_comes_twice_counts_once(self):
        receipt = run_comments(comment_xml(1), comment_xml(1))
        self.assertEqual(Comment.objects.count(), 1)
        self.assertIn("answers whose number came before", receipt)

    def test_unknown_state_waits_for_approval(self):
        receipt = run_comments(comment_xml(1, comment_approved="vielleicht"))
        self.assertEqual(Comment.objects.get().status, Comment.Status.PENDING)
        self.assertIn("state “vielleicht” is not known", receipt)

    def test_control_characters_are_removed_and_counted(self):
        path = write_file(wxr(item_xml(1, "", comment_xml(1, "Gut\x00 ge\x0bsagt"))))
        self.assertIn("2 control characters removed", import_wxr(path))
        self.assertEqual(Comment.objects.get().body, "Gut gesagt")


class KindTests(TestCase):
    def imported(self, content, **fields):
        run_comments(comment_xml(1, content, **fields))
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


class SafetyTests(TestCase):
    def assertNothing(self):
        for model in (Post, Comment, Thread, Author, OldAddress):
            self.assertFalse(model.objects.exists(), model)

    def test_malformed_file_changes_nothing_and_is_named(self):
        good = write_wxr(item_xml(1, "", comment_xml()))
        bad = write_file(wxr(item_xml(1, "", comment_xml(comment_id="eins"))))

        with self.assertRaisesMessage(CommandError, f"{bad}: line 14, <wp:comment_id>: “eins”"):
            import_wxr(good, bad)
        self.assertNothing()

    def test_abort_in_the_middle_changes_nothing(self):
        path = write_wxr(item_xml(1, "", comment_xml()), item_xml(2, "", comment_xml(2)))

        with (
            patch("comments.tree.count", side_effect=[None, KeyboardInterrupt]),
            self.assertRaises(KeyboardInterrupt),
        ):
            import_wxr(path)
        self.assertNothing()

    def test_dry_run_shows_the_receipt_and_keeps_nothing(self):
        receipt = run_comments(comment_xml(), dry_run=True)
        self.assertIn("1 answers", receipt)
        self.assertIn("dry run", receipt)
        self.assertNothing()

    def test_second_run_adds_nothing_even_after_a_move_to_https(self):
        parts = [item_xml(1, "", comment_xml())]
        import_wxr(write_wxr(*parts, site="http://werkstatt.example"))
        self.assertIn(
            "Nothing new", import_wxr(write_wxr(*parts, site="https://werkstatt.example/"))
        )

    def test_two_sites_may_use_the_same_numbers(self):
        item = item_xml(1, "", comment_xml())
        import_wxr(write_wxr(item), write_wxr(item, site="https://anders.example"))
        self.assertEqual((Post.objects.count(), Comment.objects.count()), (2, 2))

    def test_missing_file_and_folder_are_named(self):
        with self.assertRaisesMessage(CommandError, "fehlt.xml is not a file."):
            import_wxr("fehlt.xml")
        with self.assertRaisesMessage(CommandError, "fehlt is not a folder."):
            import_wxr(write_wxr(), media=Path("fehlt"))
