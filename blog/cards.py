"""The picture that other sites show beside a link to a post without a cover: its title, drawn here.

It stands at an address that names all that it shows, so that it never goes stale and caches may
keep it for ever; what is drawn is kept as a file, one a post. Only public posts have one.
"""

from hashlib import blake2b
from io import BytesIO
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from blog.addresses import address
from blog.carddrawing import SIZE, draw_card
from blog.colours import LIGHT_PAPERS
from blog.models import Post, SiteSettings

# Another way of drawing has to be another number here.
DRAWN = 1
FOLDER = "cards"
OUR_ACCENT = "#0b5351"


class Picture(NamedTuple):
    address: str
    width: int
    height: int
    alt: str


def card_path(post: Post) -> str:
    """Return the address of a post's card; without a query for what `with_card_data` has loaded."""
    return address("card", post.pk, _digest(_shown(post)))


def link_picture(post: Post) -> Picture:
    """Return what others show beside a link to a post: its cover, else its card."""
    if cover := post.cover:
        path, alt = cover.file.url, post.cover_text
        return Picture(settings.BASE_URL + path, cover.width, cover.height, alt)
    return Picture(settings.BASE_URL + card_path(post), *SIZE, post.title)


def card_of(post: Post) -> bytes:
    """Return the PNG of a post's card; drawn if it is not kept, which takes about 0.1 s."""
    shown = _shown(post)
    name = f"{FOLDER}/{post.pk}/{_digest(shown)}.png"
    if default_storage.exists(name):
        with default_storage.open(name) as kept:
            return kept.read()
    out = BytesIO()
    draw_card(paper=LIGHT_PAPERS[0], **shown).save(out, "PNG", optimize=True)
    _keep(post.pk, name, out.getvalue())
    return out.getvalue()


def forget_card(pk: int) -> None:
    """Delete what is kept of a post that is gone, once that is certain."""
    transaction.on_commit(lambda: _delete_others(f"{FOLDER}/{pk}", ""), robust=True)


def _keep(pk, name, data):
    default_storage.save(name, ContentFile(data))
    _delete_others(f"{FOLDER}/{pk}", name.rpartition("/")[2].removesuffix(".png"))


def _delete_others(folder, digest):
    """Delete the cards of a folder that do not begin with `digest`: two may be drawn at once."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if not digest or not name.startswith(digest):
            default_storage.delete(f"{folder}/{name}")


def _shown(post):
    site = SiteSettings.load()
    return {
        "title": post.title,
        "byline": ", ".join(author.name for author in post.bylined_authors),
        "site": site.title,
        "accent": site.accent_light or OUR_ACCENT,
        "language": post.language,
    }


def _digest(shown):
    text = "\0".join([str(DRAWN), *shown.values()])
    return blake2b(text.encode(), digest_size=8).hexdigest()
