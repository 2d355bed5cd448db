"""Videos as cards: nothing is fetched from a provider before the reader clicks.

The address is parsed and our own frame is built from the id; a provider's HTML is never printed.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override


@dataclass(frozen=True)
class Video:
    provider: str
    company: str
    page: str
    frame: str


def parse_video(address: str) -> Video | None:
    """Return the video at `address`, or None if no provider we know has that form of address."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in {"youtube.com", "youtube-nocookie.com", "youtu.be"}:
        return _youtube(parts, host)
    if host in {"vimeo.com", "player.vimeo.com"}:
        return _vimeo(parts)
    return None


def render_card(address: str, language: str) -> SafeString | None:
    """Return the card of the video at `address` in `language`; None if it is not a known video.

    Without script the card is a plain link; static/js/embeds.js puts the frame in its place.
    """
    video = parse_video(address)
    if video is None:
        return None
    with override(language):
        return format_html(
            '<figure class="embed" data-embed="{frame}" data-embed-title="{title}">'
            '<a class="embed-link" href="{page}" rel="noopener noreferrer">{call}</a>'
            "<figcaption>{notice}</figcaption></figure>",
            frame=video.frame,
            page=video.page,
            title=_("Video from %(provider)s") % {"provider": video.provider},
            call=_("Play the video from %(provider)s") % {"provider": video.provider},
            notice=_(
                "Only when you click does your browser contact %(company)s, "
                "which then learns your IP address."
            )
            % {"company": video.company},
        )


def _youtube(parts, host):
    path = re.fullmatch(r"/(?:(?:embed|shorts|live|v)/)?([\w-]{11})/?", parts.path)
    query = parse_qs(parts.query)
    if path and (host == "youtu.be" or parts.path.count("/") > 1):
        video_id = path[1]
    elif parts.path == "/watch" and re.fullmatch(r"[\w-]{11}", query.get("v", [""])[0], re.ASCII):
        video_id = query["v"][0]
    else:
        return None
    return Video(
        provider="YouTube",
        company="YouTube (Google)",
        page=f"https://www.youtube.com/watch?v={video_id}",
        frame=f"https://www.youtube-nocookie.com/embed/{video_id}?autoplay=1{_start(query)}",
    )


def _start(query):
    given = (query.get("t") or query.get("start") or [""])[0]
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", given)
    if not match or not any(match.groups()):
        return ""
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return f"&start={hours * 3600 + minutes * 60 + seconds}"


def _vimeo(parts):
    path = re.fullmatch(r"/(?:video/)?(\d{5,12})/?", parts.path)
    if not path:
        return None
    return Video(
        provider="Vimeo",
        company="Vimeo",
        page=f"https://vimeo.com/{path[1]}",
        frame=f"https://player.vimeo.com/video/{path[1]}?dnt=1&autoplay=1",
    )
