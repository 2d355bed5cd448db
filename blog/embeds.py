"""Videos, recordings and maps as cards: nothing is fetched from a provider before a reader clicks.

Which there are stands in blog/providers.py. Recordings of our own are played by the browser itself.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog import providers
from blog.providers import Embed

OWN_FILES = {
    "audio": (".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav"),
    "video": (".m4v", ".mp4", ".ogv", ".webm"),
}


def known_providers() -> tuple[providers.Provider, ...]:
    return providers.all_providers(settings.PEERTUBE_HOSTS)


def find_embed(address: str) -> Embed | None:
    """Return what a provider shows at `address`; None if we know none with that form of address."""
    return providers.find(address, known_providers())


def is_alone(address: str) -> bool:
    """Whether a paragraph that is nothing but `address` becomes more than a link."""
    return find_embed(address) is not None or _own_file(address) is not None


def render_card(
    address: str, language: str, posters: Mapping[str, SafeString] | None = None
) -> SafeString | None:
    """Return the card of what stands at `address`, in `language`; None if it is only an address.

    It bears one of `posters`, by the address of its page.

    Without script the card is a plain link; static/js/embeds.js puts the frame in its place.
    """
    with override(language):
        if own := _own_file(address):
            return _own_player(*own)
        embed = find_embed(address)
        return _card(embed, (posters or {}).get(embed.page, "")) if embed else None


def _card(embed, poster):
    provider = embed.provider
    name = {"provider": provider.name}
    title, call, always = {
        "video": (
            _("Video from %(provider)s"),
            _("Play the video from %(provider)s"),
            _("From now on show videos from %(provider)s at once"),
        ),
        "audio": (
            _("Recording from %(provider)s"),
            _("Play the recording from %(provider)s"),
            _("From now on show recordings from %(provider)s at once"),
        ),
        "map": (
            _("Map from %(provider)s"),
            _("Show the map from %(provider)s"),
            _("From now on show maps from %(provider)s at once"),
        ),
    }[provider.kind]
    notice = _(
        "Only when you click does your browser contact %(company)s, "
        "which then learns your IP address."
    )
    return format_html(
        '<figure class="embed" data-embed="{frame}" data-embed-start="{start}"'
        ' data-embed-from="{key}" data-embed-kind="{kind}" data-embed-title="{title}"'
        ' data-embed-always="{always}">'
        '<a class="embed-link" href="{page}" rel="noopener noreferrer">'
        "{poster}<span>{call}</span></a>"
        "<figcaption><span>{notice}</span>"
        ' <a href="{privacy}" rel="noopener noreferrer">{about}</a></figcaption></figure>',
        frame=embed.frame,
        start=provider.start,
        key=provider.key,
        kind=provider.kind,
        title=title % name,
        always=always % name,
        page=embed.page,
        poster=poster,
        call=call % name,
        notice=notice % {"company": provider.company},
        privacy=provider.privacy,
        about=_("What %(company)s says about it") % {"company": provider.company},
    )


def _own_file(address):
    """Return (audio or video, path) of a file that this site serves itself, or None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    own = urlsplit(settings.BASE_URL)
    if parts.netloc not in {"", own.netloc} or parts.scheme not in {"", "http", "https"}:
        return None
    if not parts.path.startswith(settings.MEDIA_URL):
        return None
    for kind, endings in OWN_FILES.items():
        if parts.path.lower().endswith(endings):
            return kind, parts.path
    return None


def _own_player(kind, path):
    name = path.rpartition("/")[2]
    call = _("Listen to %(name)s") if kind == "audio" else _("Watch %(name)s")
    return format_html(
        '<figure><{kind} controls preload="none" src="{path}"><a href="{path}">{call}</a></{kind}>'
        "</figure>",
        kind=kind,
        path=path,
        call=call % {"name": name},
    )
