"""Files that attackers and cameras send: refused fast with a sentence, or only their pixels stay.

All are made here; none lies in the repository.
"""

import struct
import time
import zlib
from io import BytesIO

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase, TestCase
from PIL import Image, PngImagePlugin

from blog import images
from blog.models import MediaFile
from tests.factories import make_user

URL = "/admin/blog/mediafile/upload/"
SCRIPT = b"<script>alert(1)</script>"
PHP = b"<?php system($_GET[0]); __HALT_COMPILER(); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SLOWEST_SECONDS = 2  # measured: up to 5 ms each, by what stands at the head of a file


def encoded(format="JPEG", *, mode="RGB", size=(40, 30), color=None, **options):
    out = BytesIO()
    Image.new(mode, size, color or 0).save(out, format, **options)
    return out.getvalue()


def noise(format="JPEG"):
    out = BytesIO()
    Image.effect_noise((200, 200), 60).convert("RGB").save(out, format)
    return out.getvalue()


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, *chunks, data=b"\0" * 1000):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [
        chunk(b"IHDR", head),
        *chunks,
        chunk(b"IDAT", zlib.compress(data)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def gif(width, height, frame_width, frame_height):
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6
    frame = b"," + struct.pack("<HHHHB", 0, 0, frame_width, frame_height, 0)
    return screen + frame + b"\x02\x02\x44\x01\x00;"


def jpeg_head(width, height):
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame + b"\xff\xd9"


def webp_head(width, height):
    data = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_many_frames():
    frames = [Image.new("RGB", (20, 20), (number % 256, 0, 0)) for number in range(300)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


REFUSED = {
    "no bytes": b"",
    "words": b"just words",
    "page": b"<!doctype html>" + SCRIPT,
    "SVG with a script": SVG,
    "SVG behind an XML head, in capitals": b'<?xml version="1.0"?>' + SVG.upper(),
    "SVG behind a comment": b"<!-- " + b"x" * 600 + b" -->" + SVG,
    "compressed SVG": zlib.compress(SVG),
    "PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF",
    "TIFF": encoded("TIFF"),
    "BMP": encoded("BMP"),
    "ICO": encoded("ICO"),
    "EPS, which Ghostscript would run": encoded("EPS"),
    "PSD": b"8BPS\x00\x01" + b"\0" * 200,
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 100,
    "ZIP": b"PK\x03\x04" + b"\0" * 100,
    "program": b"\x7fELF" + b"\0" * 200,
    "PHAR with the head of a GIF": b"GIF89a" + PHP,
    "script with the head of a GIF": b"GIF89a/*" + b"\0" * 10 + b"*/=1;alert(1)",
    "page with the head of a PNG": b"\x89PNG\r\n\x1a\n" + SCRIPT,
    "half a JPEG": noise()[:4000],
    "half a WebP": noise("WEBP")[:3000],
    "PNG without an end": noise("PNG")[:-2000],
    "PNG with a broken check sum": noise("PNG")[:60] + b"\0" * 40 + noise("PNG")[100:],
    "bomb: PNG of 50,000 × 50,000": png(50_000, 50_000),
    "bomb: PNG of 65,535 × 1,000": png(65_535, 1_000),
    "bomb: PNG of 2³¹ pixels in a row": png(2**31 - 1, 1),
    "bomb: PNG of no height": png(100, 0),
    "bomb: text of 200 MB in a PNG": png(
        10, 10, chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 200_000_000, 9))
    ),
    "bomb: GIF of 60,000 × 60,000": gif(60_000, 60_000, 1, 1),
    "bomb: GIF whose frame is larger than its screen": gif(10, 10, 60_000, 60_000),
    "bomb: JPEG of 65,500 × 65,500": jpeg_head(65_500, 65_500),
    "bomb: WebP of 16,383 × 16,383": webp_head(16_383, 16_383),
}


class RefusedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.user)

    def test_each_is_refused_with_a_sentence_and_leaves_nothing(self):
        for what, content in REFUSED.items():
            with self.subTest(what):
                started = time.perf_counter()
                upload = SimpleUploadedFile("bild.jpg", content, "image/jpeg")
                response = self.client.post(URL, {"files": upload})
                self.assertLess(time.perf_counter() - started, SLOWEST_SECONDS)
                self.assertEqual(response.status_code, 200)
                (result,) = response.context["results"]
                self.assertTrue(result["errors"][0].endswith((".", "GIF.")), result)
        self.assertFalse(MediaFile.objects.exists())

    def test_one_bad_file_does_not_keep_the_others_out(self):
        contents = [REFUSED["words"], encoded("PNG"), REFUSED["SVG with a script"]]
        files = [SimpleUploadedFile("x.png", content) for content in contents]
        self.client.post(URL, {"files": files})
        self.assertEqual(MediaFile.objects.count(), 1)


class OnlyPixelsStayTests(SimpleTestCase):
    def cleaned(self, content, name="bild.png"):
        clean = images.clean_picture(SimpleUploadedFile(name, content))
        self.assertRegex(clean.name, r"^[0-9a-f]{16}\.webp$")
        raw = clean.read()
        self.assertTrue(raw.startswith(b"RIFF"))
        return raw

    def test_what_hides_in_or_behind_a_picture_is_gone(self):
        note = PngImagePlugin.PngInfo()
        note.add_text("Comment", "<script>alert(1)</script>")
        note.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Erika Muster</x:xmpmeta>")
        for what, content in {
            "page behind a JPEG": encoded() + b"<html>" + SCRIPT,
            "PHP behind a PNG": encoded("PNG") + PHP,
            "archive behind a WebP": encoded("WEBP") + b"PK\x03\x04" + PHP,
            "script in a GIF's comment": encoded("GIF", comment=SCRIPT),
            "PHP in a JPEG's comment": encoded(comment=PHP),
            "script in a PNG's text": encoded("PNG", pnginfo=note),
            "script in XMP": encoded("WEBP", xmp=b"<x:xmpmeta>" + SCRIPT + b"</x:xmpmeta>"),
        }.items():
            with self.subTest(what):
                raw = self.cleaned(content)
                for word in [b"script", b"<?php", b"PK\x03\x04", b"xmpmeta", b"Erika"]:
                    self.assertNotIn(word, raw)

    def test_place_camera_and_owner_are_gone_and_the_picture_is_upright(self):
        exif = Image.Exif()
        exif[0x0112], exif[0x010F], exif[0x8298] = 8, "SecretCamera", "Erika Muster"
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
        for format in ["JPEG", "WEBP", "PNG", "AVIF"]:
            with self.subTest(format):
                raw = self.cleaned(encoded(format, exif=exif))
                picture = Image.open(BytesIO(raw))
                self.assertEqual(dict(picture.getexif()), {})
                self.assertNotIn(b"SecretCamera", raw)
                self.assertEqual(picture.size, (30, 40))

    def test_unusual_colours_come_out_as_plain_ones(self):
        for mode, format in [
            ("CMYK", "JPEG"), ("L", "JPEG"), ("I;16", "PNG"), ("1", "PNG"), ("P", "PNG"),
            ("LA", "PNG"),
        ]:  # fmt: skip
            with self.subTest(mode):
                raw = self.cleaned(encoded(format, mode=mode))
                self.assertIn(Image.open(BytesIO(raw)).mode, {"RGB", "RGBA"})

    def test_a_broken_colour_profile_does_no_harm(self):
        raw = self.cleaned(encoded(icc_profile=b"\0" * 100_000))
        self.assertNotIn("icc_profile", Image.open(BytesIO(raw)).info)

    def test_of_an_animation_of_300_frames_one_stays(self):
        picture = Image.open(BytesIO(self.cleaned(with_many_frames())))
        self.assertEqual(getattr(picture, "n_frames", 1), 1)

    def test_the_ending_and_the_type_a_browser_names_mean_nothing(self):
        for name in ["bild.php", "bild.svg", "bild.html", "bild.jpg.exe", "bild"]:
            with self.subTest(name):
                self.cleaned(encoded(), name)


class NameTests(TestCase):
    def test_names_lead_nowhere_and_turn_nothing_round(self):
        self.client.force_login(make_user("chefin", is_staff=True, is_superuser=True))
        names = [
            "../../../etc/cron.d/x.png", "..\\..\\windows\\x.png", "a\u202egnp.exe.png",
            "x" * 240 + ".png", '"><img src=x onerror=alert(1)>.png', "CON.png", " .png",
            "{{ 7 }}{% now %}.png",
        ]  # fmt: skip
        for number, name in enumerate(names):
            with self.subTest(name):
                upload = SimpleUploadedFile("x.png", encoded("PNG", size=(20 + number, 10)))
                upload._name = name  # past the cleaning that SimpleUploadedFile does itself
                response = self.client.post(URL, {"files": upload})
                self.assertNotContains(response, "<img src=x")
                media = MediaFile.objects.first()
                self.assertRegex(media.file.name, r"^library/[0-9a-f]{16}\.webp$")
                media.full_clean()
        self.assertEqual(MediaFile.objects.count(), len(names))
        folders, _files = default_storage.listdir("")
        self.assertNotIn("etc", folders)
