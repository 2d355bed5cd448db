"""An end in time and size for whole answers of other servers.

httpx's timeout is that of each read, so a server that sends a byte a second holds a worker
for ever.
"""

import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpcore
import httpx


class Deadline(httpx.BaseTransport):
    """Ask by `inner`, and give up on an answer that takes too long or gets too large.

    Raise httpx.ReadTimeout or httpx.ReadError. The size is that of the bytes as they come, packed
    or not; the head of an answer is under httpx's own timeout and limit.
    """

    def __init__(self, inner: httpx.BaseTransport, *, seconds: float, max_bytes: int) -> None:
        self.inner, self.seconds, self.max_bytes = inner, seconds, max_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + self.seconds
        response = self.inner.handle_request(request)
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Ending(response.stream, request, until, self.max_bytes)
        return response

    def close(self) -> None:
        self.inner.close()


class _Ending(httpx.SyncByteStream):
    def __init__(self, inner, request, until, max_bytes):
        self.inner, self.request, self.until, self.max_bytes = inner, request, until, max_bytes

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self.inner:
            size += len(chunk)
            if size > self.max_bytes:
                raise httpx.ReadError("the answer is too large", request=self.request)
            if time.monotonic() > self.until:
                raise httpx.ReadTimeout("the answer takes too long", request=self.request)
            yield chunk

    def close(self) -> None:
        self.inner.close()


class Clock:
    """Seconds left until an end, for everything that belongs to one task."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def left(self) -> float:
        """Return what is left; raise TimeoutError if nothing is."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class TimedStream(httpcore.NetworkStream):
    """A connection of httpcore on which nothing, the head of an answer included, outlasts `clock`.

    Raise TimeoutError, or httpcore's own timeouts.
    """

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self.inner, self.clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.clock.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, self.clock.left())
        return TimedStream(inner, self.clock)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)

    def close(self) -> None:
        self.inner.close()
