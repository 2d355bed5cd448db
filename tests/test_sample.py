import shutil
import tempfile
from io import StringIO
from pathlib import Path
from unittest import skipUnless

from django.test import TestCase, override_settings

from blog.models import Author, Category, Post
from comments import tree
from comments.models import Comment, Tally
from newsletter.models import Newsletter
from sample.from_pages import read_pages
from sample.load import SAMPLE, SEEDS, load
from tests.factories import make_post

NOWHERE = Path("/nonexistent")


class SampleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.media = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.media)
        cls.out = StringIO()
        with override_settings(MEDIA_ROOT=cls.media):
            load(cls.out, NOWHERE)

    def setUp(self):
        self.bell = Post.objects.get(slug="die-glocke-die-niemand-hoert")

    def test_posts_are_in_both_languages_each_with_an_author(self):
        languages = sorted(Post.objects.published().values_list("language", flat=True))
        self.assertEqual(languages, ["de", "de", "de", "en", "en"])
        self.assertFalse(Post.objects.filter(bylines=None).exists())
        self.assertEqual(Category.objects.get(slug="briefe").parent.slug, "gespraech")

    def test_two_people_talk_five_turns_deep(self):
        turns = Comment.objects.filter(post=self.bell, level__gte=0).order_by("tree_id", "lft")
        talk = [(c.level, c.name) for c in turns.filter(tree_id=turns.get(level=4).tree_id)]
        self.assertEqual(
            talk,
            [
                (0, "Ruth Oberlin"),
                (1, "Mira Falkenried"),
                (2, "Ruth Oberlin"),
                (3, "Mira Falkenried"),
                (4, "Ruth Oberlin"),
                (5, "Jonas Adeyemi"),
            ],
        )
        self.assertEqual(list(tree.check()), [])

    def test_count_tells_answers_reblogs_and_mentions_apart(self):
        tally = Tally.objects.get(post=self.bell)
        counts = (tally.answer_count, tally.people_count, tally.reblog_count, tally.mention_count)
        self.assertEqual(counts, (7, 4, 1, 1))
        self.assertEqual(Comment.objects.filter(status=Comment.Status.PENDING).count(), 1)

    def test_linkbacks_lead_to_their_source(self):
        sources = Comment.objects.exclude(kind="comment").values_list("source_url", flat=True)
        self.assertTrue(all(source.startswith("https://") for source in sources))

    def test_pictures_are_ours_and_described(self):
        with_cover = Post.objects.exclude(cover=None)
        self.assertEqual(with_cover.count(), 3)
        self.assertFalse(with_cover.filter(cover_alt="").exists())
        self.assertIn("<figcaption>", self.bell.body_html)
        self.assertNotIn("not found", self.out.getvalue())

    def test_video_is_a_card_and_quotation_says_its_language(self):
        self.assertTrue(Post.objects.get(slug="was-das-kaninchen-gesagt-hat").has_embed)
        answering = Post.objects.get(slug="antworten-ist-ein-handwerk")
        self.assertIn('<blockquote lang="en">', answering.body_html)

    def test_people_have_bios_and_newsletters_words(self):
        written = Author.objects.exclude(posts=None).distinct()
        self.assertFalse(written.filter(bio_de="").exists() or written.filter(bio_en="").exists())
        self.assertEqual({letter.language for letter in Newsletter.objects.public()}, {"de", "en"})

    def test_pages_of_all_posts_open(self):
        for post in Post.objects.all():
            self.assertEqual(self.client.get(post.get_absolute_url()).status_code, 200)

    def test_pictures_are_small(self):
        for picture in (SAMPLE / "uploads").iterdir():
            self.assertLess(picture.stat().st_size, 60_000)


class LoadTests(TestCase):
    def test_installation_with_a_post_is_left_alone(self):
        make_post()
        out = StringIO()
        load(out, NOWHERE)
        self.assertEqual(Post.objects.count(), 1)
        self.assertIn("There are posts already", out.getvalue())

    @skipUnless(SEEDS.is_dir(), "the seed pages are not on this machine")
    def test_seed_pages_come_with_bio_newsletter_and_subtitles(self):
        load(StringIO())
        tobias = Author.objects.get(name="Tobias Siebel")
        self.assertTrue(tobias.bio_de.startswith("Tobias Siebel ist Theologe"))
        self.assertIn("Weiterempfehlung", Newsletter.objects.get().description)
        self.assertEqual(Post.objects.exclude(subtitle="").count(), 2)
        self.assertEqual(Comment.objects.count(), 10)


class FromPagesTests(TestCase):
    PAGE = """Holz hört zu
Warum es knackt
von Ada Beispiel 1. Mai 2026
Ein Absatz.
Infos zum Autor: Ada Beispiel hobelt, |
Der Span & Spahn Newsletter erscheint monatlich. Wir freuen uns über Wünsche. |
"""

    def read(self, page):
        from tests.wxr import item_xml, wxr

        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "seite.txt").write_text(page, "utf-8")
        export = wxr(item_xml(1, "Ein Absatz.", title="Holz hört zu"))
        (folder / "export.wxr.xml").write_text(export, "utf-8")
        return read_pages(folder)

    def test_what_the_export_lacks_is_read(self):
        found = self.read(self.PAGE)
        self.assertEqual(found["people"][0]["bio_de"], "Ada Beispiel hobelt …")
        self.assertEqual(found["people"][0]["email"], "ada@example.org")
        self.assertEqual(found["newsletters"][0]["name"], "Span & Spahn Newsletter")
        self.assertEqual(found["newsletters"][0]["rhythm"], "monatlich")
        subtitle = {"title": "Holz hört zu", "subtitle": "Warum es knackt"}
        self.assertEqual(found["subtitles"], [subtitle])

    def test_text_and_byline_are_no_subtitle(self):
        for after in ("von Ada Beispiel 1. Mai 2026", "Ein Absatz."):
            self.assertEqual(self.read(f"Holz hört zu\n{after}\n")["subtitles"], [])

    def test_page_that_says_nothing_gives_nothing(self):
        found = self.read("Nur Text.")
        self.assertEqual(found, {"people": [], "newsletters": [], "subtitles": []})
