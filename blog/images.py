"""Uploaded pictures: decoded and written anew, so that nothing but the picture is kept.

What a file says of place, camera and owner (EXIF, XMP, comments) goes, and so does anything hidden
beside the picture. Only this module and blog/carddrawing.py import Pillow.
"""

import secrets
from io import BytesIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = settings.PICTURE_MAX_MEGABYTES * 1024 * 1024
MAX_PIXELS = settings.PICTURE_MAX_MEGAPIXELS * 1_000_000
MAX_WIDTH = 2000
MAX_HEIGHT = 8000
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
QUALITY = 82


class PictureField(forms.ImageField):
    """An upload that leaves as WebP; what is no picture or too large is refused with a sentence."""

    def to_python(self, data):
        uploaded = forms.FileField.to_python(self, data)
        return uploaded and clean_picture(uploaded)

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        if "accept" in attrs:
            attrs["accept"] = ",".join(f"image/{name.lower()}" for name in FORMATS)
        return attrs


def clean_picture(uploaded: File) -> InMemoryUploadedFile:
    """Return the picture in `uploaded` as a new WebP file of a name of ours.

    At most MAX_WIDTH pixels wide, turned upright, of an animation the first frame. Raise
    ValidationError if it is none, is larger than MAX_BYTES or has more than MAX_PIXELS; that is
    known from the head of the file, before anything is unpacked.
    """
    if uploaded.size > MAX_BYTES:
        raise ValidationError(
            _("The file has %(size)s; pictures may have up to %(limit)s."),
            code="too_large",
            params={"size": filesizeformat(uploaded.size), "limit": filesizeformat(MAX_BYTES)},
        )
    picture = _open(uploaded)
    if picture.width * picture.height > MAX_PIXELS:
        _refuse_pixels()
    return _as_upload(_decode(picture))


def open_clean(stored: File) -> Image.Image:
    """Return the pixels of a picture that `clean_picture` wrote, without alpha if it has none."""
    with Image.open(stored, formats=["WEBP"]) as picture:
        picture.load()
        return picture if picture.has_transparency_data else picture.convert("RGB")


def _open(uploaded):
    uploaded.seek(0)
    head = uploaded.read(1024).lower()
    uploaded.seek(0)
    if b"<svg" in head:
        raise ValidationError(
            _("SVG drawings can hold programs. Please save the picture as PNG."), code="svg"
        )
    try:
        return Image.open(uploaded, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_pixels()
    except Exception as error:  # Pillow raises whatever a broken file leads it to
        raise _no_picture() from error


def _decode(picture):
    """Return the pixels alone, upright, in a mode that WebP has."""
    try:
        # Smaller while decoding where the format can do it; a no-op otherwise.
        picture.draft("RGB", (MAX_WIDTH, MAX_HEIGHT))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = _in_rgb(upright)
    except Exception as error:
        raise _no_picture() from error
    plain.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    return plain


def _in_rgb(picture):
    if picture.mode.startswith("I"):  # 16 bits a pixel: convert() would cut, not scale
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    mode = "RGBA" if has_alpha else "RGB"
    if profile := picture.info.get("icc_profile"):
        return _in_srgb(picture, profile, mode)
    return picture.convert(mode)


def _in_srgb(picture, profile, mode):
    """Convert colours by the file's own profile, which is not kept; by rule of thumb if broken."""
    if picture.mode not in {"RGB", "CMYK", "RGBA"} or (mode == "RGBA") != (picture.mode == "RGBA"):
        return picture.convert(mode)
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError):
        return picture.convert(mode)


def _as_upload(picture):
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    name = f"{secrets.token_hex(8)}.webp"
    size = out.tell()
    out.seek(0)
    upload = InMemoryUploadedFile(out, None, name, "image/webp", size, None)
    upload.image = clean
    return upload


def _no_picture():
    formats = ", ".join(FORMATS)
    return ValidationError(
        _("This file is no picture, or it is damaged. Possible are %(formats)s."),
        code="no_picture",
        params={"formats": formats},
    )


def _refuse_pixels():
    raise ValidationError(
        _("The picture has more than %(limit)d million pixels. Please make it smaller."),
        code="too_many_pixels",
        params={"limit": MAX_PIXELS // 1_000_000},
    )
