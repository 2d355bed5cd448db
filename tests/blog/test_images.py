"""Pictures are made by the tests themselves; none lies in the repository."""

import struct
import zlib
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase
from PIL import Image

from blog import images
from blog.images import PictureField, clean_picture


def make_file(picture, format="JPEG", name="foto.jpg", **options):
    out = BytesIO()
    picture.save(out, format, **options)
    return SimpleUploadedFile(name, out.getvalue())


def make_picture(mode="RGB", size=(60, 40), color=None):
    return Image.new(mode, size, color or 0)


def png_head(width, height):
    """Return a PNG that says it is that large and has next to nothing in it."""
    parts = b"\x89PNG\r\n\x1a\n"
    for kind, data in [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1000)),
        (b"IEND", b""),
    ]:
        parts += struct.pack(">I", len(data)) + kind + data
        parts += struct.pack(">I", zlib.crc32(kind + data))
    return SimpleUploadedFile("riesig.png", parts)


class CleanPictureTests(SimpleTestCase):
    def clean(self, upload):
        cleaned = clean_picture(upload)
        self.raw = cleaned.read()
        picture = Image.open(BytesIO(self.raw))
        picture.load()
        return picture

    def assert_refused(self, upload, code):
        with self.assertRaises(ValidationError) as caught:
            clean_picture(upload)
        self.assertEqual(caught.exception.code, code)
        self.assertTrue(caught.exception.messages[0])

    def test_the_result_is_webp_under_a_name_of_ours(self):
        cleaned = clean_picture(make_file(make_picture(), name="../../Oma <b>.php.jpg"))
        self.assertRegex(cleaned.name, r"^[0-9a-f]{16}\.webp$")
        self.assertEqual(Image.open(cleaned).format, "WEBP")

    def test_place_and_camera_are_not_kept(self):
        exif = Image.Exif()
        exif[0x010F] = "SecretCamera"
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
        picture = self.clean(make_file(make_picture(), exif=exif, comment=b"SecretCamera"))
        self.assertEqual(dict(picture.getexif()), {})
        self.assertNotIn("exif", picture.info)
        self.assertNotIn(b"SecretCamera", self.raw)

    def test_a_picture_taken_sideways_is_turned_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        self.assertEqual(self.clean(make_file(make_picture(), exif=exif)).size, (40, 60))

    def test_what_hides_behind_the_picture_is_gone(self):
        upload = make_file(make_picture())
        polyglot = upload.read() + b"<?php system($_GET[0]); ?><script>alert(1)</script>"
        self.clean(SimpleUploadedFile("foto.php.jpg", polyglot))
        self.assertNotIn(b"<?php", self.raw)
        self.assertNotIn(b"<script>", self.raw)

    def test_wide_pictures_are_made_smaller_and_small_ones_stay(self):
        self.assertEqual(self.clean(make_file(make_picture(size=(4000, 1000)))).size, (2000, 500))
        self.assertEqual(self.clean(make_file(make_picture(size=(60, 40)))).size, (60, 40))

    def test_cmyk_becomes_rgb(self):
        picture = self.clean(make_file(make_picture("CMYK", color=(0, 255, 255, 0))))
        self.assertEqual(picture.mode, "RGB")
        red, green, _blue = picture.getpixel((5, 5))
        self.assertGreater(red, green + 100)

    def test_sixteen_bits_are_scaled_and_not_cut(self):
        upload = make_file(make_picture("I;16", color=32768), "PNG", "grau.png")
        grey = self.clean(upload).getpixel((5, 5))[0]
        self.assertAlmostEqual(grey, 128, delta=3)

    def test_transparency_is_kept(self):
        upload = make_file(make_picture("RGBA", color=(255, 0, 0, 0)), "PNG", "logo.png")
        self.assertEqual(self.clean(upload).getpixel((5, 5))[3], 0)

    def test_of_an_animation_the_first_frame_stays(self):
        frames = [make_picture(color=(250, 0, 0)), make_picture(color=(0, 0, 250))]
        upload = make_file(frames[0], "GIF", "a.gif", save_all=True, append_images=frames[1:])
        picture = self.clean(upload)
        self.assertFalse(getattr(picture, "is_animated", False))
        self.assertGreater(picture.getpixel((5, 5))[0], 200)

    def test_a_broken_colour_profile_is_no_obstacle(self):
        upload = make_file(make_picture(), icc_profile=b"not a profile")
        self.assertEqual(self.clean(upload).size, (60, 40))

    def test_a_bomb_is_refused_by_its_head(self):
        self.assert_refused(png_head(8000, 8000), "too_many_pixels")
        self.assert_refused(png_head(12000, 12000), "too_many_pixels")
        self.assert_refused(png_head(60000, 60000), "too_many_pixels")

    def test_a_file_that_is_too_large_is_not_even_opened(self):
        upload = SimpleUploadedFile("gross.jpg", b"x" * 10)
        upload.size = images.MAX_BYTES + 1
        self.assert_refused(upload, "too_large")

    def test_text_is_no_picture_whatever_its_name(self):
        self.assert_refused(SimpleUploadedFile("bild.png", b"just words"), "no_picture")
        self.assert_refused(SimpleUploadedFile("bild.png", b"\x89PNG\r\n\x1a\nxx"), "no_picture")

    def test_a_picture_that_ends_halfway_is_refused(self):
        whole = make_file(Image.effect_noise((200, 200), 50)).read()
        self.assert_refused(SimpleUploadedFile("halb.jpg", whole[: len(whole) // 2]), "no_picture")

    def test_other_formats_of_pillow_are_not_opened(self):
        self.assert_refused(make_file(make_picture(), "TIFF", "bild.tiff"), "no_picture")
        self.assert_refused(make_file(make_picture(), "EPS", "bild.jpg"), "no_picture")

    def test_svg_is_refused_and_says_why(self):
        svg = b'<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"></SVG>'
        self.assert_refused(SimpleUploadedFile("bild.png", svg), "svg")


class PictureFieldTests(SimpleTestCase):
    def test_an_upload_is_cleaned(self):
        field = PictureField()
        self.assertTrue(field.clean(make_file(make_picture())).name.endswith(".webp"))

    def test_nothing_is_fine_where_nothing_is_required(self):
        self.assertIsNone(PictureField(required=False).clean(None))

    def test_an_empty_file_is_refused(self):
        with self.assertRaises(ValidationError):
            PictureField().clean(SimpleUploadedFile("leer.jpg", b""))
