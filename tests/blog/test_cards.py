"""The cards of posts: who gets one, when it is drawn anew, how words are set on it."""

import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone
from PIL import Image

from blog import cards
from blog.carddrawing import SIZE, TITLE_SIZES, draw_card
from blog.cards import card_path
from blog.models import Post, SiteSettings
from blog.typesetting import fit
from tests.factories import make_author, make_media, make_post

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


class CardTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.enterContext(override_settings(MEDIA_ROOT=folder.name))
        self.files = Path(folder.name) / "cards"
        self.post = make_post(LONG, authors=[make_author("Jörg Groß")])

    def kept(self):
        return sorted(path.name for path in self.files.rglob("*.png"))

    def test_page_offers_the_card_and_it_stays_for_ever(self):
        path = card_path(self.post)
        self.assertContains(
            self.client.get(self.post.get_absolute_url()),
            f'<meta property="og:image" content="http://localhost:8000{path}">',
        )
        answer = self.client.get(path)
        self.assertEqual(Image.open(BytesIO(answer.content)).size, SIZE)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertEqual(answer.headers["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertEqual(answer.headers["Cross-Origin-Resource-Policy"], "cross-origin")
        self.assertFalse(answer.cookies)

    def test_it_is_drawn_once(self):
        first = self.client.get(card_path(self.post)).content
        with mock.patch.object(cards, "draw_card", side_effect=AssertionError):
            self.assertEqual(self.client.get(card_path(self.post)).content, first)

    def test_what_it_shows_makes_another_one_and_the_old_one_goes(self):
        paths = [card_path(self.post)]
        self.client.get(paths[0])

        def look():
            post = Post.objects.with_card_data().get()
            paths.append(card_path(post))
            self.assertRedirects(self.client.get(paths[0]), paths[-1])
            self.assertEqual(len(self.kept()), 1)

        self.post.title = "Anders"
        self.post.save()
        look()
        author = self.post.authors.get()
        author.name = "Jörg Klein"
        author.save()
        look()
        SiteSettings(name="Blatt", accent_light="#7a1020").save()
        look()
        SiteSettings(name="Blatt").save()
        look()
        self.assertEqual(len(set(paths)), 5)

    def test_text_and_time_change_nothing(self):
        before = card_path(self.post)
        self.post.body = "<p>Ganz neu.</p>"
        self.post.save()
        self.assertEqual(card_path(self.post), before)

    def test_a_cover_comes_first(self):
        media = make_media()
        self.post.cover = media
        self.post.save()
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, f'og:image" content="http://localhost:8000{media.file.url}"')
        self.assertNotContains(page, "/cards/")

    def test_only_public_posts_have_one(self):
        soon = timezone.now() + timedelta(days=1)
        for post in [make_post("Bald", published_at=soon), make_post("Nie", status="draft")]:
            self.assertEqual(self.client.get(card_path(post)).status_code, 404)
        for path in ["/cards/999-abc.png", f"/cards/{self.post.pk}-.png", "/cards/x-abc.png"]:
            self.assertEqual(self.client.get(path).status_code, 404)
        self.assertEqual(self.client.post(card_path(self.post)).status_code, 405)
        self.assertEqual(self.kept(), [])

    def test_a_wrong_address_draws_nothing(self):
        answer = self.client.get(f"/cards/{self.post.pk}-0123456789abcdef.png")
        self.assertEqual((answer.status_code, answer.url), (302, card_path(self.post)))
        self.assertEqual(self.kept(), [])

    def test_it_goes_with_its_post(self):
        self.client.get(card_path(self.post))
        with self.captureOnCommitCallbacks(execute=True):
            self.post.delete()
        self.assertEqual(self.kept(), [])

    def test_other_sites_hear_of_it_by_oembed(self):
        data = self.client.get("/oembed/", {"url": self.post.get_canonical_url()}).json()
        self.assertTrue(data["thumbnail_url"].endswith(card_path(self.post)))
        self.assertEqual((data["thumbnail_width"], data["thumbnail_height"]), SIZE)


class DrawingTests(SimpleTestCase):
    def test_signs_that_the_font_has_not_leave_no_boxes(self):
        one, other = (
            draw_card(
                title=title, byline="Ada", site="Blatt", accent="#0b5351", paper="#faf7f1",
                language="de",
            )
            for title in ["Größe 😀 日本", "Größe"]
        )  # fmt: skip
        self.assertEqual(one.tobytes(), other.tobytes())


class SettingTests(SimpleTestCase):
    """With letters that are all half as wide as they are high."""

    def set(self, text, *, width=200, most_lines=3, sizes=(40, 30, 20)):
        return fit(
            text,
            "de",
            sizes,
            lambda size: most_lines,
            lambda line, size: len(line) * size / 2,
            width,
        )

    def test_words_stand_as_large_as_they_fit(self):
        self.assertEqual(self.set("Größe"), (40, ["Größe"]))
        self.assertEqual(self.set("Elf Zeichen"), (40, ["Elf", "Zeichen"]))

    def test_lines_are_about_as_long_as_each_other(self):
        lines = self.set("aa bb cc dd", sizes=(40,), width=160).lines
        self.assertEqual(lines, ["aa bb", "cc dd"])

    def test_a_word_is_parted_only_where_it_fits_nowhere_whole(self):
        self.assertEqual(self.set("Spiegelneuronen").size, 20)
        self.assertEqual(self.set("Spiegelneuronen").lines, ["Spiegelneuronen"])
        setting = self.set("Spiegelneuronen", width=120, sizes=(20,))
        self.assertEqual(setting.lines, ["Spiegel-", "neuronen"])

    def test_compounds_part_at_their_own_hyphen(self):
        self.assertEqual(self.set("Empathie-Trainer", sizes=(40,)).lines, ["Empathie-", "Trainer"])

    def test_soft_hyphens_part_and_are_not_seen(self):
        text = "Blumen\u00adtopf\u00aderde"
        self.assertEqual(self.set(text, width=400).lines, ["Blumentopferde"])
        self.assertEqual(self.set(text, width=110, sizes=(20,)).lines, ["Blumen-", "topferde"])

    def test_nothing_is_left_out_whatever_its_length(self):
        for text in [LONG, "x" * 200, f"{LONG} und {LONG}, a b c", " ".join("abcdefgh" * 9)]:
            with self.subTest(text):
                lines = self.set(text, width=300, sizes=TITLE_SIZES).lines
                told = "".join(lines).replace("-", "").replace(" ", "")
                self.assertEqual(told, text.replace(" ", ""))
