"""The load: an open loop of GET requests over HTTP/1.1, each latency counted from the time when it was due.

It runs as a process of its own (`python -I -S load.py SPEC`, the spec as JSON) so that nothing else shares its
interpreter, and prints its result as JSON. A server that stalls for a second delays the requests that were due in that
second, and every one of them says so: coordinated omission cannot happen.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections import Counter, deque
from urllib.parse import urlsplit

MOST_CONNECTIONS = 512
SPIN_S = 0.0015
"""epoll wakes up to 1 ms late; the last moments before a request is due are polled."""


class Load:
    """Sends what is due, on idle connections or new ones."""

    def __init__(self, url: str, rate: float, warmup_s: float, duration_s: float, timeout_s: float) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: resonance-perf\r\nAccept: */*\r\n\r\n".encode()
        self.rate, self.timeout_s = rate, timeout_s
        self.warm = round(warmup_s * rate)
        self.total = self.warm + max(1, round(duration_s * rate))
        self.loop = asyncio.get_running_loop()
        self.sent = 0
        self.open = 0
        self.idle: list[Connection] = []
        self.waiting: deque[int] = deque()
        self.latencies: list[float | None] = [None] * self.total
        self.failures: Counter[str] = Counter()
        self.late_s = 0.0
        self.left = self.total
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.start = 0.0

    def due(self, number: int) -> float:
        """When a request is due."""
        return self.start + number / self.rate

    def tick(self) -> None:
        """Send everything that is due, then come back for the next."""
        now = time.perf_counter()
        while self.sent < self.total and self.due(self.sent) <= now:
            self.send(self.sent)
            self.sent += 1
        if self.sent < self.total:
            wait = self.due(self.sent) - now - SPIN_S
            if wait > 0:
                self.loop.call_later(wait, self.tick)
            else:
                self.loop.call_soon(self.tick)

    def send(self, number: int) -> None:
        """Put one request on an idle connection, a new one, or in line when there are too many."""
        while self.idle:
            connection = self.idle.pop()
            if connection.usable:
                connection.ask(number)
                return
        if self.open < MOST_CONNECTIONS:
            self.open += 1
            self.loop.create_task(self.connect(number))
        else:
            self.waiting.append(number)

    async def connect(self, number: int) -> None:
        """Open a connection for a request."""
        try:
            _, connection = await self.loop.create_connection(lambda: Connection(self), self.host, self.port)
        except OSError as error:
            self.open -= 1
            self.settle(number, f"cannot connect: {error.strerror or error}")
            return
        connection.ask(number)

    def settle(self, number: int, failure: str = "") -> None:
        """Count a request that was answered or failed."""
        if number >= self.warm:
            if failure:
                self.failures[failure] += 1
            else:
                self.latencies[number] = (time.perf_counter() - self.due(number)) * 1000
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)

    def free(self, connection: Connection) -> None:
        """A connection can take the next request."""
        if self.waiting:
            connection.ask(self.waiting.popleft())
        else:
            self.idle.append(connection)

    async def run(self) -> dict[str, object]:
        """Everything, from the first request to the last answer or its time-out."""
        self.start = time.perf_counter() + 0.01
        self.loop.call_later(0.005, self.tick)
        limit = self.total / self.rate + self.timeout_s
        try:
            await asyncio.wait_for(asyncio.shield(self.done), limit)
        except TimeoutError:
            pending = sum(self.latencies[number] is None for number in range(self.warm, self.total))
            unanswered = pending - sum(self.failures.values())
            if unanswered:
                self.failures[f"no answer within {self.timeout_s:g} s"] += unanswered
        answered = [one for one in self.latencies[self.warm :] if one is not None]
        return {
            "latencies_ms": [round(one, 4) for one in answered], "sent": self.total - self.warm,
            "failed": sum(self.failures.values()), "failures": sorted(self.failures.items()),
            "seconds": time.perf_counter() - self.due(self.warm), "late_ms": round(self.late_s * 1000, 3),
            "client_cpu_s": time.process_time(),
        }  # fmt: skip


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.transport: asyncio.Transport | None = None
        self.buffer = b""
        self.number: int | None = None
        self.usable = True
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way out."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, number: int) -> None:
        """Send the request."""
        self.number, self.buffer = number, b""
        load = self.load
        if number >= load.warm:
            load.late_s = max(load.late_s, time.perf_counter() - load.due(number))
        assert self.transport is not None
        self.transport.write(load.request)
        rest = load.due(number) + load.timeout_s - time.perf_counter()
        self.timer = load.loop.call_later(max(0.0, rest), self.give_up)

    def data_received(self, data: bytes) -> None:
        """Collect the answer; when it is whole, count it."""
        self.buffer += data
        if self.number is None:
            return
        status, closes = answer_in(self.buffer)
        if status is None:
            return
        self.usable = self.usable and not closes
        self.end("" if 200 <= status < 400 else f"status {status}")
        if closes and self.transport:
            self.transport.close()
        elif self.usable:
            self.load.free(self)

    def connection_lost(self, error: Exception | None) -> None:
        """An answer without a length ends here; anything else is a failure."""
        self.usable = False
        self.load.open -= 1
        if self.number is not None:
            status, _ = answer_in(self.buffer, closed=True)
            whole = status is not None and 200 <= status < 400
            self.end("" if whole else f"connection lost: {error or 'closed by the server'}")
        if self.load.waiting:
            self.load.send(self.load.waiting.popleft())

    def give_up(self) -> None:
        """The answer did not come in time."""
        self.usable = False
        self.end(f"no answer within {self.load.timeout_s:g} s")
        if self.transport:
            self.transport.abort()

    def end(self, failure: str) -> None:
        """Count the request that was under way."""
        if self.timer:
            self.timer.cancel()
        number, self.number = self.number, None
        if number is not None:
            self.load.settle(number, failure)


def answer_in(data: bytes, *, closed: bool = False) -> tuple[int | None, bool]:
    """(status, connection closes) of the whole answer in `data`; (None, False) while it is not whole."""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        return None, False
    lines = head.split(b"\r\n")
    status = int(lines[0].split(b" ", 2)[1])
    fields = dict(line.lower().partition(b":")[::2] for line in lines[1:])
    closes = b"close" in fields.get(b"connection", b"") or lines[0].startswith(b"HTTP/1.0")
    if status in (204, 304):
        return status, closes
    if b"content-length" in fields:
        whole = len(body) >= int(fields[b"content-length"])
    elif b"chunked" in fields.get(b"transfer-encoding", b""):
        whole = body.endswith(b"0\r\n\r\n")
    else:
        whole, closes = closed, True
    return (status, closes) if whole else (None, False)


async def _main(spec: dict[str, float | str]) -> dict[str, object]:
    load = Load(
        str(spec["url"]),
        float(spec["rate"]),
        float(spec["warmup_s"]),
        float(spec["duration_s"]),
        float(spec["timeout_s"]),
    )
    gc.disable()  # a pause of the collector would be a latency of the server
    return await load.run()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(json.loads(sys.argv[1])))))
