"""Asking a provider, once, what its video looks like, and showing that on the card."""

import json

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from blog.embeds import find_embed
from blog.fetch import Answer, FetchError, NoSuchHost, NotAllowed, TooLarge, fetch
from blog.images import clean_picture
from blog.models import Poster, SiteSettings
from blog.rendering import render_posts

MAX_BYTES = 3_000_000
MOST_ATTEMPTS = 6
GONE = {400, 401, 403, 404, 410}


class NoPoster(Exception):
    """There is none to be had, now or later."""


def fetch_poster(row: Poster) -> None:
    """Ask for the picture of a video and show it on its cards; done, too, if there is none."""
    if not SiteSettings.load().shows_posters:
        row.finish()
        return
    try:
        clean = clean_picture(_picture(row.page))
    except (NoPoster, NotAllowed, NoSuchHost, TooLarge, ValidationError):
        row.finish()
        return
    except FetchError:
        if row.attempts < MOST_ATTEMPTS:
            raise
        row.finish()
        return
    row.file.save(clean.name or "", clean, save=False)
    with transaction.atomic():
        row.finish(file=row.file, width=row.width, height=row.height)
        render_posts(row.posts.all())


def forget_unused() -> None:
    """Delete pictures of videos that no post shows, each by itself, under a lock of its row.

    A post that shows such a video again, or a revision that is restored, has it asked for anew: so
    no revision keeps a picture, and a post saved at the same moment either waits and makes a new
    row or has its use seen here.
    """
    for pk in list(Poster.objects.unused().values_list("pk", flat=True)):
        with transaction.atomic():
            row = Poster.objects.select_for_update().filter(pk=pk).first()
            if row is not None and not row.posts.exists():
                row.delete()


def _picture(page):
    embed = find_embed(page)
    if embed is None or not (embed.poster or embed.oembed):
        raise NoPoster
    address = embed.poster or _address_in(_asked(embed.oembed))
    return SimpleUploadedFile("poster", _asked(address).body)


def _asked(address) -> Answer:
    answer = fetch(address, max_bytes=MAX_BYTES, seconds=10)
    if answer.status in GONE:
        raise NoPoster
    if not answer.is_success:
        raise FetchError(f"answered {answer.status}")
    return answer


def _address_in(answer):
    """Return the address of the picture in an oEmbed answer; nothing else of it is looked at."""
    try:
        address = json.loads(answer.body)["thumbnail_url"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoPoster from error
    if not isinstance(address, str):
        raise NoPoster
    return address
