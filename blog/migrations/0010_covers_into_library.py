"""Bring the covers of posts into the media library; no file moves."""

import hashlib

from django.db import migrations


def fill(apps, schema_editor):
    Post, MediaFile, PostMedia, MediaRendering = (
        apps.get_model("blog", name)
        for name in ("Post", "MediaFile", "PostMedia", "MediaRendering")
    )
    for post in Post.objects.exclude(cover="").iterator():
        digest, size = _fingerprint(post.cover)
        media, is_new = MediaFile.objects.get_or_create(
            digest=digest,
            defaults={
                "file": post.cover.name, "title": post.title[:150], "byte_size": size,
                "width": post.cover_width or 1, "height": post.cover_height or 1,
            },
        )
        if is_new:
            MediaRendering.objects.create(media=media)
        post.cover_media = media
        if not getattr(media, f"alt_{post.language}"):
            setattr(media, f"alt_{post.language}", post.cover_alt)
            media.save()
        if getattr(media, f"alt_{post.language}") == post.cover_alt:
            post.cover_alt = ""
        post.save(update_fields=["cover_media", "cover_alt"])
        PostMedia.objects.get_or_create(post=post, media=media)


def empty(apps, schema_editor):
    Post = apps.get_model("blog", "Post")
    for post in Post.objects.exclude(cover_media=None).select_related("cover_media").iterator():
        media = post.cover_media
        Post.objects.filter(pk=post.pk).update(
            cover=media.file.name,
            cover_width=media.width,
            cover_height=media.height,
            cover_alt=post.cover_alt or getattr(media, f"alt_{post.language}"),
        )


def _fingerprint(file):
    """Return (SHA-256, size); of the name where the file is lost, which is just as unique."""
    try:
        with file.storage.open(file.name) as content:
            data = content.read()
    except OSError:
        return hashlib.sha256(file.name.encode()).hexdigest(), 0
    return hashlib.sha256(data).hexdigest(), len(data)


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_media_library")]

    operations = [migrations.RunPython(fill, empty)]
