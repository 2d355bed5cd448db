import re
from urllib.parse import urlsplit

from django.conf import settings
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import reverse

from blog.embeds import find_embed, known_providers, render_card
from blog.feeds import absolute_addresses
from blog.providers import frame_sources
from blog.text import render_post

YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
EPISODE = "episode/4rOoJ6Egrf8K2IrywzwOMk"
FRAMES = {
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": YOUTUBE,
    "https://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ": YOUTUBE,
    "https://youtu.be/dQw4w9WgXcQ": YOUTUBE,
    "https://youtu.be/dQw4w9WgXcQ?si=abc&t=1m5s": f"{YOUTUBE}?start=65",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=90": f"{YOUTUBE}?start=90",
    "https://www.youtube.com/shorts/dQw4w9WgXcQ": YOUTUBE,
    "https://www.youtube.com/live/dQw4w9WgXcQ?feature=share": YOUTUBE,
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ": YOUTUBE,
    "https://vimeo.com/123456": "https://player.vimeo.com/video/123456?dnt=1",
    "https://player.vimeo.com/video/123456": "https://player.vimeo.com/video/123456?dnt=1",
    "https://media.ccc.de/v/37c3-1-talk": "https://media.ccc.de/v/37c3-1-talk/oembed",
    "https://soundcloud.com/wer/wie-was?utm_source=x": (
        "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fwer%2Fwie-was"
    ),
    f"https://open.spotify.com/intl-de/{EPISODE}?si=1": f"https://open.spotify.com/embed/{EPISODE}",
    "https://podcasts.apple.com/de/podcast/ein-name/id1234567890?i=1000654321987": (
        "https://embed.podcasts.apple.com/de/podcast/ein-name/id1234567890?i=1000654321987"
    ),
}
NOTHING = [
    "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/@somebody",
    'https://youtu.be/dQw4w9Wg"><',
    "https://www.youtube.com/watch?v=short",
    "https://vimeo.com/about",
    "https://vimeo.com/１２３４５６",
    "https://soundcloud.com/discover",
    "https://open.spotify.com/user/4rOoJ6Egrf8K2IrywzwOMk",
    "https://www.openstreetmap.org/#map=99/1/1",
    "https://tube.example/w/4raoJ6Egrf8K2aryw7woMk",
    "ftp://youtu.be/dQw4w9WgXcQ",
    "http://[",
    "not an address",
]
FILM = "<p>https://youtu.be/dQw4w9WgXcQ</p>"


class ProviderTests(SimpleTestCase):
    def test_forms_of_address(self):
        for address, frame in FRAMES.items():
            with self.subTest(address):
                self.assertEqual(find_embed(address).frame, frame)

    def test_what_nobody_shows(self):
        for address in NOTHING:
            with self.subTest(address):
                self.assertIsNone(find_embed(address))

    def test_a_page_is_the_same_video_again(self):
        for address in FRAMES:
            embed = find_embed(address)
            self.assertEqual(
                find_embed(embed.page).frame.partition("?start")[0],
                embed.frame.partition("?start")[0],
            )

    def test_a_map_shows_the_same_place(self):
        embed = find_embed("https://www.openstreetmap.org/?mlat=52.5&mlon=13.4#map=15/52.5/13.4")
        box = re.search(r"bbox=([^&]+)", embed.frame)[1].split("%2C")
        west, south, east, north = map(float, box)
        self.assertAlmostEqual((west + east) / 2, 13.4, 4)
        self.assertAlmostEqual((south + north) / 2, 52.5, 4)
        self.assertTrue(embed.frame.endswith("&marker=52.5%2C13.4"))

    @override_settings(PEERTUBE_HOSTS=["tube.example"])
    def test_peertube_servers_are_those_of_the_settings_and_their_peers_learn_nothing(self):
        embed = find_embed("https://tube.example/w/4raoJ6Egrf8K2aryw7woMk?start=1m")
        self.assertEqual(
            embed.frame,
            "https://tube.example/videos/embed/4raoJ6Egrf8K2aryw7woMk?p2p=0&start=60",
        )
        self.assertIn("https://tube.example", frame_sources(["tube.example"]))

    def test_the_policy_lets_in_the_frames_of_the_table_and_no_others(self):
        let_in = settings.SECURE_CSP["frame-src"]
        self.assertEqual({provider.origin for provider in known_providers()}, set(let_in))
        for address in FRAMES:
            frame = urlsplit(find_embed(address).frame)
            self.assertIn(f"{frame.scheme}://{frame.netloc}", let_in)


class CardTests(SimpleTestCase):
    def test_a_card_says_who_learns_what_and_asks_nobody(self):
        card = render_card("https://vimeo.com/123456", "de")
        self.assertIn('href="https://vimeo.com/123456"', card)
        self.assertIn('href="https://vimeo.com/privacy"', card)
        self.assertIn("Erst mit dem Klick", card)
        self.assertNotRegex(card, r"<(?:iframe|img|script)|\bsrc=")

    def test_a_card_has_the_words_of_its_kind(self):
        self.assertIn(
            "Play the recording", render_card(f"https://open.spotify.com/{EPISODE}", "en")
        )
        self.assertIn("Show the map", render_card("https://openstreetmap.org/#map=9/1/1", "en"))

    def test_own_recordings_are_played_from_here_without_a_card(self):
        for address in (f"{settings.BASE_URL}/media/folge-1.mp3", "/media/folge-1.MP3"):
            self.assertIn("<audio controls", render_card(address, "de"))
        self.assertIn("<video controls", render_card("/media/film.webm", "de"))

    def test_recordings_of_others_stay_links(self):
        for address in ("https://other.example/media/a.mp3", "/static/a.mp3", "/media/a.pdf"):
            self.assertIsNone(render_card(address, "de"))

    def test_in_feeds_a_card_is_a_link_with_its_notice(self):
        told = absolute_addresses(render_post(FILM, "de"))
        self.assertIn('href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"', told)
        self.assertNotIn("data-", told)


class PrivacyPageTests(TestCase):
    def test_every_provider_is_named_with_its_own_words(self):
        page = self.client.get(reverse("blog:privacy"))
        for provider in known_providers():
            self.assertContains(page, f'href="{provider.privacy}"')
            self.assertContains(page, f"{provider.name}: ")
