"""A cache of whole public pages in each process, in front of Django (docs/decisions/0009).

What is served from here costs a lookup in a dictionary: no handler, no database, no compressing.
Pages leave it when what they show changes: every process looks once a second which tags have been
noted (blog/changes.py), and a page knows its own.
"""

import gzip
import hashlib
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from blog.changes import POSTS, SITE
from blog.models import Change, Post, SiteSettings
from comments.own import COOKIE as OWN_COOKIE
from config.http import PAGE_TAGS

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]

KEPT_SECONDS = 300  # what no tag tells, such as the day on which a conversation closes
LOOK_EVERY_SECONDS = 1
ASLEEP_SECONDS = 600  # after a longer pause between two looks, rows may be gone already
OVERLAP = 200  # numbers that may be committed after a higher one was seen
MAX_BYTES = 64 * 2**20
WAIT_SECONDS = 5  # for a page that somebody else is having made
MAX_QUERY = 200

# What pages ask for by name. Whatever else stands in an address is not kept, so nobody can fill the
# cache with one page or put words into it; what only counts visitors is cut off before.
KNOWN_PARAMETERS = frozenset({"page", "after", "order", "p"})
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

    def send(self, environ, start_response) -> list[bytes]:
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
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


class Changes:
    """What this process knows of changes; `count` goes up with each, `last[tag]` is its number."""

    def __init__(self):
        self.count = 0
        self.last: dict[str, int] = {}
        self.seen_ids: set[int] = set()
        self.newest_id = -1
        self.tried_at = self.looked_at = 0.0
        self.looked_until: datetime | None = None
        self.lock = threading.Lock()

    def look(self, now: float) -> bool:
        """Read what is new, at most once a second; return False if too much may have been missed.

        If the database does not answer, the pages that are here stay as they are.
        """
        if now - self.tried_at < LOOK_EVERY_SECONDS or not self.lock.acquire(blocking=False):
            return True
        try:
            self.tried_at = now  # a database that is gone is not asked by every reader
            has_missed = now - self.looked_at > ASLEEP_SECONDS
            self._read()
            self.looked_at = now
            return not has_missed
        except Exception:  # whatever the driver raises: readers get the pages that are here
            logger.exception("the cache of pages cannot read what has changed")
            return True
        finally:
            self.lock.release()
            close_old_connections()

    def touch(self, tag: str) -> None:
        self.count += 1
        self.last[tag] = self.count
        if tag == SITE:
            SiteSettings.forget()  # or a page made now would still show those of a second ago

    def _read(self):
        close_old_connections()
        until = timezone.now()
        if self.newest_id < 0:
            newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self.newest_id, self.looked_until = newest, until
            self.seen_ids = set(range(max(newest - OVERLAP, 0), newest + 1))
            return
        # Numbers are given before they are committed: a lower one can appear after a higher one.
        after = max(self.newest_id - OVERLAP, 0)
        rows = list(Change.objects.filter(pk__gt=after).values_list("pk", "tag"))
        for pk, tag in rows:
            if pk not in self.seen_ids:
                self.touch(tag)
        self.seen_ids = {pk for pk, _tag in rows}
        self.newest_id = max([self.newest_id, *self.seen_ids])
        # A scheduled post appears because time passes, not because somebody writes.
        posts = Post.objects.published(now=until)
        if posts.filter(published_at__gt=self.looked_until).exists():
            self.touch(POSTS)
        self.looked_until = until


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
        if under_way is None:
            return self._make(key, environ, start_response)
        under_way.wait(WAIT_SECONDS)
        page = self._fresh(key)
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
