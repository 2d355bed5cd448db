"""What a browser fetches by itself for a page, before anybody clicks, and where its links lead."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

FETCHED = {
    "audio": ["src"], "body": ["background"], "embed": ["src"], "frame": ["src"],
    "iframe": ["src"], "image": ["href", "xlink:href"], "img": ["src", "srcset"],
    "input": ["src"], "object": ["data"], "script": ["src"], "source": ["src", "srcset"],
    "track": ["src"], "use": ["href", "xlink:href"], "video": ["src", "poster"],
}  # fmt: skip
# Other relations of <link> are only addresses, until somebody asks for them.
FETCHED_RELATIONS = {
    "apple-touch-icon", "dns-prefetch", "icon", "manifest", "mask-icon", "modulepreload",
    "preconnect", "prefetch", "preload", "prerender", "stylesheet",
}  # fmt: skip
# A form is sent by a click, but to whom is nothing that a reader sees.
SENT_TO = {"form": "action", "button": "formaction", "input": "formaction", "a": "ping"}
CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
SCRIPT = re.compile(
    r"""(?:\bfrom|\bimport\s*\(?|\b(?:fetch|importScripts|WebSocket|EventSource)\s*\()\s*"""
    r"""["'`]((?:https?:|wss?:)?//[^"'`]+)"""
)


class Page(HTMLParser):
    """`fetched`, `links` and `ids` of a page, as they stand in its markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.is_style = False
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.is_style = tag == "style"
        self.ids.update(given[name] for name in ("id", "name") if given.get(name))
        if tag in {"a", "area"} and "href" in given:
            self.links.append(given["href"])
        self.fetched += css_addresses(given.get("style", ""))
        self.fetched += self._by_element(tag, given)

    def handle_data(self, data):
        if self.is_style:
            self.fetched += css_addresses(data)

    def handle_endtag(self, tag):
        self.is_style = False

    def _by_element(self, tag, given):
        for name in FETCHED.get(tag, []):
            value = given.get(name, "")
            yield from _sources(value) if name == "srcset" else [value]
        yield given.get(SENT_TO.get(tag, ""), "")
        if tag == "link" and FETCHED_RELATIONS & set(given.get("rel", "").lower().split()):
            yield given.get("href", "")
            yield from _sources(given.get("imagesrcset", ""))
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            yield given.get("content", "").partition("=")[2].strip("'\" ")


def css_addresses(text: str) -> list[str]:
    """Return what a stylesheet names by url() or @import."""
    return [first or second for first, second in CSS.findall(text)]


def script_addresses(text: str) -> list[str]:
    """Return the whole addresses that a script imports or asks by name."""
    return SCRIPT.findall(text)


def hosts(addresses: list[str], page: str) -> Iterator[str]:
    """Yield the hosts of `addresses`, as they stand on `page`, that are not its own."""
    for address in filter(None, addresses):
        try:
            parts = urlsplit(urljoin(page, address))
        except ValueError:
            continue
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(page).netloc:
            yield parts.netloc


def _sources(srcset):
    return [part.split()[0] for part in srcset.split(",") if part.strip()]
