"""Sizes of pictures: drawn by the worker from a row, offered by posts once they are there."""

from django.core.files.storage import default_storage
from django.test import TestCase
from PIL import Image

from blog import library
from blog.feeds import absolute_addresses
from blog.images import open_clean
from blog.models import Change, MediaFile, MediaRendering, Post
from blog.tasks import make_renditions
from tests.factories import make_media, make_picture_file, make_post


def body_with(media, alt="", caption=""):
    figcaption = f"<figcaption>{caption}</figcaption>" if caption else ""
    img = f'<img src="{media.file.url}" alt="{alt}" data-file="{media.pk}">'
    return f"<figure>{img}{figcaption}</figure>"


def draw():
    make_renditions.func()


class DrawingTests(TestCase):
    def test_a_new_picture_is_drawn_by_the_worker_and_not_in_the_request(self):
        with self.captureOnCommitCallbacks() as callbacks:
            media = make_media(size=(1000, 500))
        self.assertFalse(media.has_renditions)
        self.assertEqual(len(callbacks), 1)

        callbacks[0]()

        media.refresh_from_db()
        self.assertTrue(media.has_renditions)
        self.assertIsNotNone(MediaRendering.objects.get().done_at)

    def test_both_types_are_there_in_every_width_up_to_the_pictures_own(self):
        media = make_media(size=(1000, 500))
        draw()
        sizes = {}
        for drawn in media.file.get_picture_files_list():
            with default_storage.open(drawn.name) as stored, Image.open(stored) as picture:
                sizes.setdefault(picture.format, []).append(picture.size)
        expected = [(400, 200), (800, 400), (1000, 500)]
        self.assertEqual(
            {kind: sorted(found) for kind, found in sizes.items()},
            {"AVIF": expected, "WEBP": expected},
        )

    def test_an_opaque_picture_gets_no_alpha_and_a_transparent_one_keeps_it(self):
        glass = make_picture_file(mode="RGBA", color=(255, 0, 0, 0))
        for mode, media in [("RGB", make_media()), ("RGBA", library.add(glass))]:
            with media.file.open() as stored:
                self.assertEqual(open_clean(stored).mode, mode)

    def test_a_lost_file_leaves_the_row_to_be_tried_again(self):
        media = make_media()
        default_storage.delete(media.file.name)
        draw()
        row = MediaRendering.objects.get()
        self.assertIsNone(row.done_at)
        self.assertIn("FileNotFoundError", row.last_error)

    def test_a_picture_that_was_replaced_meanwhile_is_not_called_ready(self):
        media = make_media()
        row = MediaRendering.objects.select_related("media").get()
        MediaFile.objects.filter(pk=media.pk).update(digest="other")
        with self.captureOnCommitCallbacks(execute=True):
            library.draw_renditions(row)
        self.assertFalse(MediaFile.objects.get().has_renditions)
        self.assertFalse(any(map(default_storage.exists, media.file.names()[1:])))

    def test_a_deleted_picture_takes_its_files_along(self):
        media = make_media()
        draw()
        names = media.file.names()
        self.assertTrue(all(map(default_storage.exists, names)))
        with self.captureOnCommitCallbacks(execute=True):
            media.delete()
        self.assertFalse(any(map(default_storage.exists, names)))


class ShownTests(TestCase):
    def test_until_the_sizes_are_there_the_picture_itself_is_shown(self):
        media = make_media(alt_de="Der Hafen")
        html = make_post(body=body_with(media)).body_html
        self.assertNotIn("<source", html)
        self.assertIn(f'<img src="{media.file.url}" width="60" height="40" alt="Der Hafen"', html)
        self.assertIn('loading="lazy"', html)

    def test_then_every_post_that_shows_it_offers_them(self):
        media = make_media(size=(1000, 500))
        post = make_post(body=body_with(media))
        Change.objects.all().delete()
        draw()
        post.refresh_from_db()
        self.assertRegex(
            post.body_html,
            r'<picture><source type="image/avif" srcset="/media/library/'
            r'[0-9a-f]+/400w\.avif 400w, .* 1000w" sizes="',
        )
        self.assertLess(post.body_html.index("avif"), post.body_html.index("image/webp"))
        self.assertIn(f"post:{post.pk}", Change.objects.values_list("tag", flat=True))

    def test_drawing_does_not_touch_the_dates_of_a_post(self):
        post = make_post(body=body_with(make_media()))
        draw()
        self.assertEqual(Post.objects.get().updated_at, post.updated_at)

    def test_a_feed_has_one_size_with_an_absolute_address(self):
        post = make_post(body=body_with(make_media()))
        draw()
        post.refresh_from_db()
        markup = absolute_addresses(post.body_html)
        self.assertNotIn("srcset", markup)
        self.assertIn('src="http://localhost:8000/media/library/', markup)

    def test_a_cover_is_offered_in_sizes_and_cropped_around_its_focal_point(self):
        media = make_media(alt_de="Der Hafen", focal_x=12, focal_y=100)
        post = make_post(cover=media)
        draw()
        page = self.client.get(post.get_absolute_url()).text
        self.assertIn('alt="Der Hafen" fetchpriority="high"', page)
        self.assertIn("image/avif", page)
        self.assertContains(self.client.get("/"), 'class="focus-x-1 focus-y-10"')

    def test_a_list_shows_the_smallest(self):
        make_media()
        draw()
        self.assertEqual(MediaFile.objects.get().preview_url[-8:], "60w.webp")
