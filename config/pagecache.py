"""A cache of whole public pages in each process, in front of Django (docs/decisions/0009).

What is served from here costs a lookup in a dictionary: no handler, no database, no compressing.
Pages leave it when what they show changes: every process looks once a second which tags have been
noted (blog/changes.py), and a page knows its own.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from blog.changes import SITE
from comments.own import COOKIE as OWN_COOKIE
from config.http import PAGE_TAGS
from config.pagechanges import Changes

Headers = list[tuple[str, str]]

KEPT_SECONDS = 300  # what no tag tells, such as the day on which a conversation closes
MAX_BYTES = 64 * 2**20
WAIT_SECONDS = 5  # for a page that somebody else is having made
MAX_QUERY = 200

# What pages ask for by name. Whatever else stands in an address is not kept, so nobody can fill the
# cache with one page or put words into it; what only counts visitors is cut off before.
KNOWN_PARAMETERS = frozenset({"page", "after", "order"})
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mtm_\w+|pk_\w+")
# Who has one of these gets a page of their own, or may get one.
PERSONAL_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, OWN_COOKIE, "messages"})
GZIP = re.compile(r"(?:^|[,\s])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))")


@dataclass(slots=True)
class Page:
    """An answer with status 200, ready to be sent in two encodings."""

    headers: Headers
    plain: bytes
    packed: bytes
    etag: str
    tags: frozenset[str]
    seen: int
    made_at: float

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed) + 1000

    def _is_known(self, environ):
        """Whether the asker has these bytes: by ETag, else by the date that it was told."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None:
            return self.etag in known
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and ("last-modified", since) in (
            (name.lower(), value) for name, value in self.headers
        )

    def send(self, environ, start_response) -> list[bytes]:
        if self._is_known(environ):
            kept = [pair for pair in self.headers if pair[0].lower() != "content-type"]
            start_response("304 Not Modified", kept)
            return []
        headers, body = list(self.headers), self.plain
        if GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")):
            headers.append(("Content-Encoding", "gzip"))
            body = self.packed
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@dataclass
class PageCache:
    """WSGI middleware around the whole of Django."""

    application: Callable
    clock: Callable[[], float] = time.monotonic
    max_bytes: int = MAX_BYTES
    changes: Changes = field(default_factory=Changes)
    pages: OrderedDict[tuple, Page] = field(default_factory=OrderedDict)
    making: dict[tuple, threading.Event] = field(default_factory=dict)
    bytes_kept: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self._pass(environ, start_response)
        if not self.changes.look(self.clock()):
            self.clear()
        page = self._fresh(key)
        if page is not None:
            return page.send(environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self._pass(environ, start_response)
        return self._make_once(key, environ, start_response)

    def _pass(self, environ, start_response):
        """Hand on what Django answers, without the tags that are meant for this cache alone."""

        def start(status, headers, exc_info=None):
            return start_response(status, without_tags(headers), exc_info)

        return self.application(environ, start)

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.bytes_kept = 0

    def _fresh(self, key):
        page = self.pages.get(key)
        if page is None or self.clock() - page.made_at > KEPT_SECONDS:
            return None
        last = self.changes.last
        if any(last.get(tag, 0) > page.seen for tag in page.tags):
            return None
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
        return page

    def _make_once(self, key, environ, start_response):
        """Let Django make a page once for all who ask for it at the same time."""
        with self.lock:
            under_way = self.making.get(key)
            if under_way is None:
                self.making[key] = threading.Event()
        if under_way is not None:
            under_way.wait(WAIT_SECONDS)
        page = self._fresh(key)  # it may have come between our first look and the lock
        if under_way is None:
            if page is None:
                return self._make(key, environ, start_response)
            with self.lock:
                self.making.pop(key).set()
        if page is None:  # it was not to be shared, or failed
            return self._pass(environ, start_response)
        return page.send(environ, start_response)

    def _make(self, key, environ, start_response):
        seen, made_at = self.changes.count, self.clock()
        try:
            answer = _Answer(self.application, environ)
            page = answer.page(seen, made_at)
            if page is not None:
                self._keep(key, page)
        finally:
            with self.lock:
                self.making.pop(key).set()
        return (page or answer).send(environ, start_response)

    def _keep(self, key, page):
        with self.lock:
            old = self.pages.pop(key, None)
            self.bytes_kept += page.size - (old.size if old else 0)
            self.pages[key] = page
            while self.bytes_kept > self.max_bytes:
                _key, oldest = self.pages.popitem(last=False)
                self.bytes_kept -= oldest.size


class _Answer:
    """What the application answered: to be kept, or to be handed on as it is."""

    def __init__(self, application, environ):
        self.written: list[bytes] = []
        self.body = application(environ, self._start)

    def _start(self, status, headers, exc_info=None):
        self.status, self.headers, self.exc_info = status, headers, exc_info
        return self.written.append

    def page(self, seen: int, made_at: float) -> Page | None:
        """Return the page if it may be shared by all readers; else None, and nothing is read."""
        named = {name.lower(): value for name, value in self.headers}
        if not self.status.startswith("200") or not may_be_kept(named):
            return None
        try:
            plain = b"".join([*self.written, *self.body])
        finally:
            if hasattr(self.body, "close"):
                self.body.close()
        etag = f'W/"{hashlib.blake2b(plain, digest_size=12).hexdigest()}"'
        dropped = {PAGE_TAGS.lower(), "content-length", "etag", "vary"}
        headers = [pair for pair in self.headers if pair[0].lower() not in dropped]
        return Page(
            headers=[*headers, ("ETag", etag), ("Vary", "Accept-Encoding")],
            plain=plain,
            # No time in the bytes, so that the same page is the same bytes.
            packed=gzip.compress(plain, 6, mtime=0),
            etag=etag,
            tags=frozenset([*named[PAGE_TAGS.lower()].split(), SITE]),
            seen=seen,
            made_at=made_at,
        )

    def send(self, environ, start_response) -> Iterable[bytes]:
        start_response(self.status, without_tags(self.headers), self.exc_info)
        return self.body


def without_tags(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0].lower() != PAGE_TAGS.lower()]


def may_be_kept(headers: dict[str, str]) -> bool:
    """Whether an answer is the same for everybody; `headers` by their names in lower case."""
    vary = {name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip()}
    return (
        PAGE_TAGS.lower() in headers
        and "public" in headers.get("cache-control", "")
        and "set-cookie" not in headers
        and vary <= {"accept-encoding"}
    )


def key_of(environ: dict[str, Any]) -> tuple | None:
    """Return what a page hangs on; None for a request that neither gets nor fills the cache.

    Cuts from the query what only counts visitors.
    """
    if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"} or "HTTP_HX_REQUEST" in environ:
        return None
    if "HTTP_AUTHORIZATION" in environ or _has_personal_cookie(environ.get("HTTP_COOKIE", "")):
        return None
    query = environ.get("QUERY_STRING", "")
    if query:
        if len(query) > MAX_QUERY:
            return None
        pairs = parse_qsl(query, keep_blank_values=True)
        pairs = [(name, value) for name, value in pairs if not TRACKING.fullmatch(name)]
        if not KNOWN_PARAMETERS.issuperset(name for name, _value in pairs):
            return None
        query = environ["QUERY_STRING"] = urlencode(pairs)
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("PATH_INFO", ""),
        query,
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
    )


def _has_personal_cookie(header):
    if not header:
        return False
    try:
        return not PERSONAL_COOKIES.isdisjoint(SimpleCookie(header))
    except CookieError:
        return True
