"""Pictures of the library as HTML: every size offered, described and credited."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from blog.models.media import CENTRE, Licence, MediaFile
from blog.models.poster import Poster
from blog.models.site import SiteSettings
from blog.text import embed_pages, media_numbers, render_post

IN_TEXT = "(min-width: 44rem) 42rem, 92vw"
STEP = 10  # of the focal point, in percent: what site.css has classes for


@dataclass(frozen=True)
class Figure:
    """What blog.text puts in place of a picture's number."""

    media: MediaFile
    language: str

    def picture(self, alt: str) -> SafeString:
        return picture_html(self.media, alt=alt or self.media.alt(self.language))

    @property
    def credit(self) -> SafeString | str:
        with override(self.language):
            return credit_html(self.media)


def render_body(source: str, language: str) -> SafeString:
    """Return the HTML of a post's text; one query for pictures of the library, one for videos."""
    numbers = media_numbers(source)
    found = MediaFile.objects.in_bulk(numbers) if numbers else {}
    figures = {number: Figure(media, language) for number, media in found.items()}
    return render_post(source, language, figures, _posters(source))


def _posters(source):
    """Return the pictures that we have of the videos of a text, by the address of their page."""
    pages = embed_pages(source)
    if not pages or not SiteSettings.load().shows_posters:
        return {}
    found = Poster.objects.filter(page__in=pages).exclude(file="")
    return {poster.page: _poster_html(poster) for poster in found}


def _poster_html(poster):
    return format_html(
        '<img class="embed-poster" src="{}" width="{}" height="{}" alt="" loading="lazy">',
        poster.file.url,
        poster.width,
        poster.height,
    )


def picture_html(
    media: MediaFile,
    *,
    alt: str,
    sizes: str = IN_TEXT,
    is_first: bool = False,
    is_cropped: bool = False,
) -> SafeString:
    """Return a <picture>; the plain <img> until the worker has drawn the sizes.

    `is_first` is for what is seen before any scrolling; `is_cropped` if CSS cuts the picture, so
    that its focal point stays in sight.
    """
    focus = _focus(media) if is_cropped else ""
    img = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}"{}{}>',
        media.file.url,
        media.width,
        media.height,
        alt,
        format_html(' class="{}"', focus) if focus else "",
        format_html(' {}="{}"', *(("fetchpriority", "high") if is_first else ("loading", "lazy"))),
    )
    if not media.has_renditions:
        return img
    sources = ((kind, srcset, sizes) for kind, srcset in media.file.sources())
    return format_html(
        "<picture>{}{}</picture>",
        format_html_join("", '<source type="{}" srcset="{}" sizes="{}">', sources),
        img,
    )


def credit_html(media: MediaFile) -> SafeString | str:
    """Return who made the picture and under which licence; "" if neither is to be told."""
    licence = Licence(media.licence)
    if not media.credit and not licence.address:
        return ""
    parts = [_linked(media.credit, media.source_url)] if media.credit else []
    if licence.address:
        parts.append(_linked(licence.label, licence.address))
    words = format_html_join(", ", "{}", ((part,) for part in parts))
    return format_html(gettext("Picture: {credit}"), credit=words)


def _linked(words, address):
    return format_html('<a href="{}" rel="noopener">{}</a>', address, words) if address else words


def _focus(media):
    x, y = (round(value / STEP) for value in (media.focal_x, media.focal_y))
    centre = CENTRE // STEP
    names = [f"focus-x-{x}" if x != centre else "", f"focus-y-{y}" if y != centre else ""]
    return " ".join(filter(None, names))
