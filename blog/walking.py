"""The whole public site, page by page, as a stranger meets it who follows every link."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from blog.loading import Page

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MACHINE_READABLE = ("xml", "json")
FILES = (settings.MEDIA_URL, settings.STATIC_URL)  # no pages: a server hands them out


@dataclass
class Found:
    """What is at an address; `page` only if it is HTML."""

    path: str
    status: int
    location: str = ""
    text: str = ""
    links: list[str] = field(default_factory=list)
    page: Page | None = None


def walk(most: int = 5_000) -> Iterator[Found]:
    """Yield what is at each internal address, at most `most`: from front pages and sitemap onwards.

    Asked inside this process, without a server, a session or a cookie.
    """
    client = Client(raise_request_exception=False, headers={"host": _own_host()})
    waiting = deque(_starts())
    known = set(waiting)
    while waiting and len(known) <= most:
        found = _look(client, waiting.popleft())
        yield found
        for link in found.links:
            path = internal_path(link)
            if path and path not in known:
                known.add(path)
                waiting.append(path)


def internal_path(address: str) -> str:
    """Return the path of an absolute address of this site, without its fragment; else ""."""
    parts = urlsplit(urldefrag(address).url)
    if f"{parts.scheme}://{parts.netloc}" != settings.BASE_URL or parts.path.startswith(FILES):
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _starts():
    yield reverse("sitemap_index")
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield reverse("blog:post_list")


def _look(client, path):
    here = settings.BASE_URL + path
    answer = client.get(path, secure=settings.IS_HTTPS)
    found = Found(path, answer.status_code)
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code in REDIRECTS:
        found.location = urljoin(here, answer.headers["Location"])
        found.links = [found.location]
    elif "html" in kind:
        found.text = answer.text
        found.page = Page(found.text)
        alternates = re.findall(r'<link rel="(?:alternate|search|canonical)"[^>]*>', found.text)
        found.links = [urljoin(here, link) for link in found.page.links]
        found.links += [urljoin(here, link) for link in _hrefs("".join(alternates))]
    elif any(name in kind for name in MACHINE_READABLE):
        found.text = answer.text
        found.links = _named(found.text)
    return found


def _hrefs(markup):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', markup)]


def _named(text):
    """Return the addresses of pages of ours in a feed or sitemap; ids in feeds name no page."""
    found = re.findall(rf"""{re.escape(settings.BASE_URL)}/(?!#)[^\s"'<>\\\]]*""", text)
    return [link.replace("&amp;", "&") for link in found if "{" not in link]


def _own_host():
    return urlsplit(settings.BASE_URL).netloc
