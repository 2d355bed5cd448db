"""Verbs of the media library: take a picture in, put another in its place, draw its sizes."""

import hashlib
import re
import unicodedata
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog import tasks
from blog.images import clean_picture
from blog.models import MediaFile, MediaRendering
from blog.rendering import render_posts_with

TITLE_LENGTH = MediaFile._meta.get_field("title").max_length


class KnownPicture(Exception):
    """The picture is in the library already, as `media`."""

    def __init__(self, media: MediaFile):
        super().__init__(media.title)
        self.media = media


def add(upload: File, **fields: Any) -> MediaFile:
    """Take a picture into the library; `fields` are those of MediaFile.

    Raise ValidationError if it is none or too large, KnownPicture if the same is there already.
    """
    name = upload.name or ""
    clean = clean_picture(upload)
    if known := find(clean):
        raise KnownPicture(known)
    digest = digest_of(clean)
    media = MediaFile(
        digest=digest, byte_size=clean.size or 0, **{"title": title_of(name)} | fields
    )
    media.file.save(clean.name, clean, save=False)
    try:
        with transaction.atomic():
            media.save()
            _ask_for_renditions(media)
    except IntegrityError:  # the same picture came in twice at once
        media.file.storage.delete(media.file.name)
        raise KnownPicture(MediaFile.objects.get(digest=digest)) from None
    return media


def replace(media: MediaFile, clean: File) -> None:
    """Put a picture that PictureField has cleaned in place of the one that `media` is.

    Every post that shows it shows the new one at once; the old files are deleted. The caller has
    asked `find` whether the library has the new one already.
    """
    old_names, storage = media.file.names(), media.file.storage
    media.digest, media.byte_size, media.has_renditions = digest_of(clean), clean.size or 0, False
    media.replaced_at = timezone.now()
    media.file.save(clean.name, clean, save=False)
    with transaction.atomic():
        media.save()
        _ask_for_renditions(media)
        render_posts_with(media)
        transaction.on_commit(lambda: [storage.delete(name) for name in old_names], robust=True)


def find(clean: File) -> MediaFile | None:
    """Return the picture of the library that is this one, written anew by blog.images."""
    return MediaFile.objects.filter(digest=digest_of(clean)).first()


def digest_of(clean: File) -> str:
    clean.seek(0)
    digest = hashlib.sha256(clean.read()).hexdigest()
    clean.seek(0)
    return digest


def draw_renditions(row: MediaRendering) -> None:
    """Draw what `row` asks for, then show it in all posts; nothing if it was replaced meanwhile."""
    media = row.media
    media.file.draw_renditions()
    with transaction.atomic():
        drawn = MediaFile.objects.filter(pk=media.pk, digest=media.digest)
        if drawn.update(has_renditions=True):
            render_posts_with(media)
        else:
            names = media.file.names()[1:]
            transaction.on_commit(lambda: [media.file.storage.delete(name) for name in names])
        row.finish()


def title_of(name: str) -> str:
    """Return what a file's name says: "../../Oma_im-Garten.JPG" → "Oma im Garten"."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or name
    plain = unicodedata.normalize("NFC", stem)
    plain = "".join(char for char in plain if not unicodedata.category(char).startswith("C"))
    words = " ".join(re.sub(r"[_\-./\\]+", " ", plain).split())
    return words[:TITLE_LENGTH] or "?"


def _ask_for_renditions(media):
    MediaRendering.objects.create(media=media)
    transaction.on_commit(tasks.make_renditions.enqueue, robust=True)
