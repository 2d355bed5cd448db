"""Whose videos, recordings and maps can stand in a text: one table, from which all else follows.

Cards, frames, the Content-Security-Policy and the privacy page read it. A provider is here if the
address of its frame is a pure function of the address that people share; its HTML is never printed.
Plain data and patterns, without Django, because the settings read it, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

Kind = Literal["video", "audio", "map"]


@dataclass(frozen=True)
class Provider:
    key: str
    name: str
    company: str  # who learns the reader's IP address
    privacy: str  # what the company says about it
    kind: Kind
    hosts: tuple[str, ...]  # of shared addresses, without "www." and "m."
    frame_host: str
    pattern: str  # of path and query of a shared address
    frame: str  # path and query of the frame, with the names of `pattern` in it
    page: str  # the address for people without script
    start: str = ""  # what is added to the frame's query after a click, so that it plays at once
    offset: str = ""  # the parameter that takes a start in seconds
    poster: str = ""  # the address of a picture, if it follows from the id
    oembed: str = ""  # where the address of a picture can be asked for, if it does not

    @property
    def origin(self) -> str:
        return f"https://{self.frame_host}"


@dataclass(frozen=True)
class Embed:
    """One video, recording or map: where it is shown in a frame, and where on a page."""

    provider: Provider
    frame: str
    page: str
    poster: str = ""
    oembed: str = ""


PROVIDERS = (
    Provider(
        key="youtube",
        name="YouTube",
        company="YouTube (Google)",
        privacy="https://policies.google.com/privacy",
        kind="video",
        hosts=("youtube.com", "youtube-nocookie.com"),
        frame_host="www.youtube-nocookie.com",
        pattern=r"/(?:(?:embed|shorts|live|v)/|watch\?(?:[^#]*&)?v=)(?P<id>[\w-]{11})(?:[/?&#].*)?",
        frame="/embed/{id}",
        page="https://www.youtube.com/watch?v={id}",
        start="autoplay=1",
        offset="start",
        poster="https://i.ytimg.com/vi/{id}/hqdefault.jpg",
    ),
    Provider(
        key="vimeo",
        name="Vimeo",
        company="Vimeo",
        privacy="https://vimeo.com/privacy",
        kind="video",
        hosts=("vimeo.com", "player.vimeo.com"),
        frame_host="player.vimeo.com",
        pattern=r"/(?:video/)?(?P<id>\d{5,12})/?(?:[?#].*)?",
        frame="/video/{id}?dnt=1",
        page="https://vimeo.com/{id}",
        start="autoplay=1",
        oembed="https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F{id}",
    ),
    Provider(
        key="ccc",
        name="media.ccc.de",
        company="Chaos Computer Club",
        privacy="https://media.ccc.de/about.html",
        kind="video",
        hosts=("media.ccc.de",),
        frame_host="media.ccc.de",
        pattern=r"/v/(?P<id>[\w.-]{1,120})/?(?:[?#].*)?",
        frame="/v/{id}/oembed",
        page="https://media.ccc.de/v/{id}",
    ),
    Provider(
        key="soundcloud",
        name="SoundCloud",
        company="SoundCloud",
        privacy="https://soundcloud.com/pages/privacy",
        kind="audio",
        hosts=("soundcloud.com",),
        frame_host="w.soundcloud.com",
        pattern=r"/(?P<id>[\w-]{1,60}/(?:sets/)?[\w-]{1,250})/?(?:[?#].*)?",
        frame="/player/?url=https%3A%2F%2Fsoundcloud.com%2F{id_quoted}",
        page="https://soundcloud.com/{id}",
        start="auto_play=true",
    ),
    Provider(
        key="spotify",
        name="Spotify",
        company="Spotify",
        privacy="https://www.spotify.com/legal/privacy-policy/",
        kind="audio",
        hosts=("open.spotify.com",),
        frame_host="open.spotify.com",
        pattern=(
            r"/(?:intl-[a-z]{2}/)?(?:embed/)?"
            r"(?P<id>(?:album|artist|episode|playlist|show|track)/[A-Za-z0-9]{22})(?:[/?#].*)?"
        ),
        frame="/embed/{id}",
        page="https://open.spotify.com/{id}",
    ),
    Provider(
        key="apple",
        name="Apple Podcasts",
        company="Apple",
        privacy="https://www.apple.com/legal/privacy/",
        kind="audio",
        hosts=("podcasts.apple.com", "embed.podcasts.apple.com"),
        frame_host="embed.podcasts.apple.com",
        pattern=r"/(?P<id>[a-z]{2}/podcast/(?:[\w%-]{1,200}/)?id\d{5,12}(?:\?i=\d{5,15})?)(?:[&#].*)?",
        frame="/{id}",
        page="https://podcasts.apple.com/{id}",
    ),
)  # fmt: skip

# Addresses of another form of the same video: youtu.be/ID.
SHORT = {"youtu.be": ("youtube.com", "/watch?v=")}

MAP = Provider(
    key="openstreetmap",
    name="OpenStreetMap",
    company="OpenStreetMap Foundation",
    privacy="https://osmfoundation.org/wiki/Privacy_Policy",
    kind="map",
    hosts=("openstreetmap.org",),
    frame_host="www.openstreetmap.org",
    pattern=r"/(?:\?[^#]*)?#map=(?P<zoom>\d{1,2})/(?P<lat>-?\d{1,2}(?:\.\d+)?)/(?P<lon>-?\d{1,3}(?:\.\d+)?)(?:&.*)?",
    frame="/export/embed.html?bbox={box}&layer=mapnik{marker}",
    page="https://www.openstreetmap.org/{query}#map={zoom}/{lat}/{lon}",
)  # fmt: skip


def peertube(hosts: Iterable[str]) -> tuple[Provider, ...]:
    """Return a provider for each PeerTube server that the settings name."""
    return tuple(
        Provider(
            key=f"peertube-{host}",
            name=host,
            company=host,
            privacy=f"https://{host}/about",
            kind="video",
            hosts=(host.removeprefix("www."),),
            frame_host=host,
            pattern=r"/(?:w|videos/(?:watch|embed))/(?P<id>[0-9a-f-]{36}|[1-9A-HJ-NP-Za-km-z]{22})(?:[/?;&#].*)?",
            # Peers learn each other's IP addresses, and this reader agreed to the server alone.
            frame="/videos/embed/{id}?p2p=0",
            page=f"https://{host}/w/{{id}}",
            start="autoplay=1",
            offset="start",
            oembed=f"https://{host}/services/oembed?url=https%3A%2F%2F{host}%2Fw%2F{{id}}",
        )
        for host in hosts
    )  # fmt: skip


def all_providers(peertube_hosts: Iterable[str]) -> tuple[Provider, ...]:
    return (*PROVIDERS, MAP, *peertube(peertube_hosts))


def frame_sources(peertube_hosts: Iterable[str]) -> list[str]:
    """Return what the Content-Security-Policy has to let into frames."""
    return list(dict.fromkeys(provider.origin for provider in all_providers(peertube_hosts)))


def find(address: str, providers: Iterable[Provider]) -> Embed | None:
    """Return what stands at `address`, or None if no provider has that form of address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    query = f"?{parts.query}" if parts.query else ""
    rest = f"{parts.path}{query}" + (f"#{parts.fragment}" if parts.fragment else "")
    if host in SHORT:
        host, start = SHORT[host]
        rest = start + rest.removeprefix("/").replace("?", "&", 1)
    for provider in providers:
        match = re.fullmatch(provider.pattern, rest, re.ASCII) if host in provider.hosts else None
        if match:
            return _map(match, rest) if provider is MAP else _player(provider, match, rest)
    return None


def _player(provider, match, rest):
    found = match["id"]
    names = {"id": found, "id_quoted": quote(found, safe="")}
    frame = provider.origin + provider.frame.format(**names)
    seconds = _seconds(rest) if provider.offset else 0
    if seconds:
        frame = with_parameter(frame, f"{provider.offset}={seconds}")
    page = provider.page.format(**names)
    return Embed(
        provider, frame, page, provider.poster.format(**names), provider.oembed.format(**names)
    )


def with_parameter(address: str, parameter: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


def _seconds(rest):
    query = parse_qs(rest.partition("?")[2].partition("#")[0])
    given = (query.get("t") or query.get("start") or [""])[0]
    match = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", given, re.ASCII)
    if not match or not any(match.groups()):
        return 0
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


MAP_WIDTH, MAP_HEIGHT, TILE = 640, 360, 256  # in pixels; a card is about that large


def _map(match, rest):
    """Return a map of the same place and scale: its frame wants the corners, not the scale."""
    zoom, lat, lon = int(match["zoom"]), float(match["lat"]), float(match["lon"])
    if not (1 <= zoom <= 19 and abs(lat) <= 85 and abs(lon) <= 180):
        return None
    wide = 360 / 2**zoom * MAP_WIDTH / TILE
    high = wide * MAP_HEIGHT / MAP_WIDTH * cos(radians(lat))
    corners = (lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)
    query = parse_qs(rest.partition("?")[2].partition("#")[0])
    number = r"-?\d{1,3}(?:\.\d+)?"
    at = [query.get(name, [""])[0] for name in ("mlat", "mlon")]
    is_marked = all(re.fullmatch(number, value, re.ASCII) for value in at)
    frame = MAP.frame.format(
        box="%2C".join(f"{corner:.5f}" for corner in corners),
        marker=f"&marker={at[0]}%2C{at[1]}" if is_marked else "",
    )
    page = MAP.page.format(
        query=f"?mlat={at[0]}&mlon={at[1]}" if is_marked else "",
        zoom=zoom,
        lat=match["lat"],
        lon=match["lon"],
    )
    return Embed(MAP, MAP.origin + frame, page)
