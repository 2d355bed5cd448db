"""An end in time and size for whole answers of other servers.

httpx's timeout is that of each read, so a server that sends a byte a second holds a worker
for ever.
"""

import time
from collections.abc import Iterator

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
