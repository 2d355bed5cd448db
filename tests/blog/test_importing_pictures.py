import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.test import TestCase, override_settings
from PIL import Image

from blog.models import Post
from tests.wxr import import_wxr, item_xml, meta_xml, write_wxr


def import_items(*parts, **options):
    return import_wxr(write_wxr(*parts), **options)


class PictureTests(TestCase):
    ADDRESS = "https://werkstatt.example/wp-content/uploads/2013/08/span.jpg"

    def setUp(self):
        self.media, self.uploads = (Path(tempfile.mkdtemp()) for _ in range(2))
        override = override_settings(MEDIA_ROOT=str(self.media))
        override.enable()
        for undo in (override.disable, *(self.remover(p) for p in (self.media, self.uploads))):
            self.addCleanup(undo)
        (self.uploads / "2013/08").mkdir(parents=True)
        Image.new("RGB", (16, 9), "white").save(self.uploads / "2013/08/span.jpg")

    def remover(self, folder):
        return lambda: shutil.rmtree(folder)

    def stored(self):
        return [path for path in self.media.rglob("*") if path.is_file()]

    def attachment(self):
        return item_xml(
            9,
            post_type="attachment",
            status="inherit",
            attachment_url=self.ADDRESS,
            more=meta_xml("_wp_attached_file", "2013/08/span.jpg")
            + meta_xml("_wp_attachment_image_alt", "Ein Span"),
        )

    def test_cover_comes_with_its_description(self):
        import_items(
            item_xml(1, more=meta_xml("_thumbnail_id", "9")), self.attachment(), media=self.uploads
        )
        post = Post.objects.get()
        self.assertEqual((post.cover.width, post.cover.height), (16, 9))
        self.assertEqual(post.cover_alt, "Ein Span")

    def test_picture_in_the_text_is_served_by_us_once(self):
        small = self.ADDRESS.replace(".jpg", "-300x200.jpg")
        import_items(
            item_xml(1, f'<img src="{self.ADDRESS}" alt="Ein Span"><img src="{small}" alt="">'),
            media=self.uploads,
        )
        (name,) = default_storage.listdir("library")[1]
        body = Post.objects.get().body_html
        self.assertEqual(body.count(f'src="{settings.MEDIA_URL}library/{name}"'), 2)
        self.assertIn('width="16"', body)
        self.assertEqual(len(self.stored()), 1)

    def test_without_media_a_picture_is_a_link(self):
        receipt = import_items(item_xml(1, f'<img src="{self.ADDRESS}" alt="Ein Span">'))
        self.assertIn(f'<a href="{self.ADDRESS}"', Post.objects.get().body_html)
        self.assertIn(self.ADDRESS, receipt)

    def test_gallery_shows_its_pictures(self):
        import_items(item_xml(1, '[gallery ids="9"]'), self.attachment(), media=self.uploads)
        self.assertIn('alt="Ein Span"', Post.objects.get().body_html)

    def test_file_outside_the_folder_is_not_read(self):
        secret = self.uploads.parent / "geheim.jpg"
        shutil.copy(self.uploads / "2013/08/span.jpg", secret)
        self.addCleanup(secret.unlink)
        import_items(
            item_xml(1, '<img src="/wp-content/uploads/../geheim.jpg">'), media=self.uploads
        )
        self.assertNotIn("<img", Post.objects.get().body_html)

    def test_file_that_is_no_picture_is_not_taken(self):
        (self.uploads / "2013/08/span.jpg").write_text("<svg onload=alert(1)>")
        import_items(
            item_xml(1, f'<img src="{self.ADDRESS}">', more=meta_xml("_thumbnail_id", "9")),
            self.attachment(),
            media=self.uploads,
        )
        self.assertFalse(Post.objects.get().cover)
        self.assertEqual(self.stored(), [])

    def test_dry_run_leaves_no_file(self):
        import_items(
            item_xml(1, f'<img src="{self.ADDRESS}">', more=meta_xml("_thumbnail_id", "9")),
            self.attachment(),
            media=self.uploads,
            dry_run=True,
        )
        self.assertEqual(self.stored(), [])
