"""The one client for addresses that strangers gave (docs/decisions/0076).

Each name is looked up once, every address it has must be public, and the connection goes to one of
those very addresses. Redirects are followed step by step, each checked the same way. No cookies, no
proxy from the environment, one end in time and size for all of it.
"""

import time
import zlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import httpcore
import httpx
from django.conf import settings
from django.utils.http import parse_http_date_safe

from blog import publichosts
from blog.deadline import Clock, TimedStream
from blog.text import plain_text

SECONDS = 5.0  # for everything: names, redirects, the last byte
MAX_BYTES = 1_000_000  # of an answer, unpacked
MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}


class FetchError(Exception):
    """There is no answer; says why, in words for logs and the admin."""


class NotAllowed(FetchError):
    """An address that is not asked: not of the web, not public, or with a password in it."""


class NoSuchHost(FetchError):
    """The host's name is sure to lead nowhere."""


class Unreachable(FetchError):
    """No connection, no trusted certificate, or no answer that follows HTTP."""


class TooSlow(FetchError):
    """Not all of the answer came in time."""


class TooLarge(FetchError):
    """The answer, of this status, is larger than was asked for."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class TooManyRedirects(FetchError):
    """It leads on and on, or in a circle."""


class NotTold(FetchError):
    """Whoever was told something did not take it; `retry_after` is set if they said when."""

    def __init__(self, words: str, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(words)
        self.status, self.retry_after = status, retry_after


@dataclass(frozen=True)
class Answer:
    """What came, from `url` in the end; of any status."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type without its parameters: "text/html"."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def fetch(
    address: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
) -> Answer:
    """Ask an address and return what it answers, or raise a FetchError.

    What is sent with a `body` is sent to that address alone: only GET and HEAD follow redirects.
    """
    clock = Clock(seconds)
    url = _checked(address)
    sent = {"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip"}
    sent |= headers or {}
    with httpcore.ConnectionPool(
        ssl_context=_ssl_context(), network_backend=_PublicNetwork(clock)
    ) as pool:
        for _hop in range(MAX_REDIRECTS + 1):
            answer = _ask(pool, method, url, sent, body, max_bytes)
            target = answer.headers.get("Location")
            if method not in {"GET", "HEAD"} or answer.status not in REDIRECTS or not target:
                return answer
            url = _checked(target, base=url)
    raise TooManyRedirects(f"more than {MAX_REDIRECTS} redirects")


def send(address: str, body: bytes, content_type: str) -> Answer:
    """POST `body` to an address that takes it with a 2xx, or raise a FetchError."""
    answer = fetch(address, method="POST", body=body, headers={"Content-Type": content_type})
    if not answer.is_success:
        said = plain_text(answer.body[:500].decode("utf-8", "replace"))[:100]
        words = f"it answered {answer.status} {said}".strip()
        raise NotTold(words, answer.status, _retry_after(answer.headers.get("Retry-After", "")))
    return answer


def user_agent() -> str:
    """Who asks, with an address that says more."""
    return f"Resonanz (+{settings.BASE_URL})"


def _retry_after(value):
    """Return what the header says in seconds or as a date, between a minute and a day."""
    if value.isascii() and value.isdigit() and len(value) < 10:
        wait = timedelta(seconds=int(value))
    else:
        moment = parse_http_date_safe(value)
        if moment is None:
            return None
        wait = timedelta(seconds=moment - time.time())
    return min(max(wait, timedelta(minutes=1)), timedelta(days=1))


def _checked(address, base=None):
    try:
        url = base.join(address) if base else httpx.URL(address)
        raw_host = url.raw_host  # an international name that is none raises here
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        raise NotAllowed(f"not a web address: {error}") from error
    if url.scheme not in PORTS or not raw_host:
        raise NotAllowed("only http:// and https:// are asked")
    if url.userinfo:
        raise NotAllowed("an address with a name or password in it is not asked")
    if url.port not in {None, PORTS[url.scheme]}:
        raise NotAllowed(f"port {url.port} is not asked, only {PORTS[url.scheme]}")
    return url


def _ask(pool, method, url, headers, body, max_bytes):
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    sent = [("Host", url.netloc.decode("ascii")), *headers.items()]
    if body:
        sent.append(("Content-Length", str(len(body))))
    try:
        with pool.stream(method, target, headers=sent, content=body or None) as response:
            found = httpx.Headers(response.headers)
            content = _read(response, found, max_bytes)
            return Answer(str(url.copy_with(fragment=None)), response.status, found, content)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise TooSlow("the answer takes too long") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


def _read(response, headers, max_bytes):
    """Return the unpacked body; never more than one byte over `max_bytes` is unpacked."""
    unpack = _unpacker(headers)
    content = bytearray()
    received = 0
    for chunk in response.iter_stream():
        received += len(chunk)
        content += unpack(chunk, max_bytes + 1 - len(content))
        if len(content) > max_bytes or received > max_bytes:
            words = f"the answer has more than {max_bytes} bytes"
            raise TooLarge(words, response.status)
    return bytes(content)


def _unpacker(headers):
    packing = headers.get("Content-Encoding", "identity").strip().lower()
    if packing in {"identity", ""}:
        return lambda chunk, _most: chunk
    if packing not in {"gzip", "x-gzip"}:
        raise Unreachable(f"the answer is packed as {packing}, which was not asked for"[:300])
    stream = zlib.decompressobj(wbits=31)

    def unpack(chunk, most):
        try:
            # What is left over lies beyond the limit, and the next line but one says so.
            return stream.decompress(chunk, most)
        except zlib.error as error:
            raise Unreachable(f"the answer cannot be unpacked: {error}") from error

    return unpack


@cache
def _ssl_context():
    return httpx.create_ssl_context(trust_env=False)


class _PublicNetwork(httpcore.NetworkBackend):
    """Connect to public addresses alone, to the very ones that were checked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def connect_tcp(
        self, host, port, timeout=None, local_address=None, socket_options=None
    ) -> httpcore.NetworkStream:
        failure: Exception = Unreachable("the host has no address")
        addresses = self._public_addresses(host, port)
        for tried, address in enumerate(addresses):
            # One that swallows everything leaves time for the others.
            share = self.clock.left() / (len(addresses) - tried)
            try:
                stream = _dial.connect_tcp(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return TimedStream(stream, self.clock)
        raise failure

    def _public_addresses(self, host, port):
        try:
            found = publichosts.addresses_of(host, port, seconds=self.clock.left())
        except publichosts.NoSuchHost as error:
            kind = NoSuchHost if error.is_sure else Unreachable
            raise kind(f"{host}: {error}"[:300]) from error
        # One that is not public spoils the rest: no honest site has such a mixture.
        if not all(map(publichosts.is_public, found)):
            raise NotAllowed(f"{host} leads to an address that is not public"[:300])
        return found


_dial = httpcore.SyncBackend()
