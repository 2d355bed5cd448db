"""A small HTTP client for loopback: keep-alive connections, each asking when it was answered."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What some connections saw of one address for some seconds."""

    elapsed_seconds: float = 0.0
    body_bytes: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.elapsed_seconds

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]


def measure(port: int, path: str, *, connections: int, seconds: float) -> Measured:
    """Ask for `path` over `connections` at once for `seconds`, past every cache of pages.

    Raise RuntimeError if an answer is not 200.
    """
    return asyncio.run(_measure(port, path, connections, seconds))


async def _measure(port, path, connections, seconds):
    measured = Measured()
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_ask(port, path, started + seconds, measured))
    measured.elapsed_seconds = time.perf_counter() - started
    return measured


async def _ask(port, path, until, measured):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    # With this header a page is neither taken from the pages kept ready nor put among them.
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: none\r\n\r\n"
    request = head.encode()
    while (asked := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        measured.body_bytes = _length(head)
        await reader.readexactly(measured.body_bytes)
        measured.milliseconds.append((time.perf_counter() - asked) * 1000)
    writer.close()
    await writer.wait_closed()


def _length(head: bytes) -> int:
    status, *lines = head.decode("latin-1").split("\r\n")
    if " 200" not in status:
        raise RuntimeError(f"the server answered {status}")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return int(headers["content-length"])
