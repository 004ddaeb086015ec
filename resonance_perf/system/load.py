"""The load: an open loop of GET requests over HTTP/1.1, each latency counted from the time when it was due.

A server that stalls for a second delays the requests that were due in that second, and every one of them says so:
coordinated omission cannot happen. It runs as a bare process of its own (`main`; the arguments of `Load` as JSON), so
that nothing else shares its interpreter, and prints its result as JSON. No event loop from a library: asyncio rounds
its timers up to whole milliseconds, which would be most of the latency of a fast server.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import select
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from resonance_perf.model.counted import ordered, to_json
from resonance_perf.plan.arrivals import arrivals, how_many, stages
from resonance_perf.plan.knee import knee, next_rate
from resonance_perf.system.answer import Answer, Connection, Request
from resonance_perf.system.latencies import MOST_EXACT, Latencies

MOST_CONNECTIONS = 512
MOST_FRESH = 100
"""Connections that may wait for their first answer: fewer than a usual listen queue holds (128). A server that stalls
accepts none, and a connection that overflows the queue is tried again after a whole second only."""
SPIN_S = 80e-6
"""Timers of the system fire up to so late; the last moment before a request is due is polled instead."""
SPIN_SHARE = 0.1
"""At high rates less is polled: at most this share of a core."""
_CHUNK = 1 << 16


class Load:
    """Sends what is due on idle connections or new ones, and collects the answers."""

    def __init__(
        self, *, url: str, rate: float, warmup_s: float, duration_s: float, timeout_s: float, shape: str = "constant",
        peak: float = 0.0, most_exact: int = MOST_EXACT,
    ) -> None:  # fmt: skip
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = f"Host: {parts.netloc}\r\nUser-Agent: resonance-perf\r\nAccept: */*\r\n"
        self.request = f"GET {target} HTTP/1.1\r\n{fields}\r\n".encode()
        self.rate, self.timeout_s = max(rate, peak), timeout_s
        self.course = stages(shape, rate, peak, duration_s)
        self.warm, self.counting = round(warmup_s * rate), how_many(self.course)
        self.cold_rate, self.duration_s = rate, duration_s
        self.family, self.address = _reach(parts.hostname or "127.0.0.1", parts.port or 80)
        self.selector = selectors.DefaultSelector()
        self.start = 0.0
        self.under_way: deque[Request] = deque()
        """Those that are due, from the oldest that is not settled on; also settled ones that came behind it."""
        self.idle: list[Connection] = []
        self.waiting: deque[Request] = deque()
        self.open = self.fresh = 0
        self.most = MOST_CONNECTIONS
        self.latencies = Latencies(self.counting, most_exact)
        self.failures: Counter[str] = Counter()
        self.late_s = self.end = self.cpu_s = 0.0

    def requests(self) -> Iterator[Request]:
        """All of them in the order in which they are due, made when they are."""
        for number in range(self.warm):
            yield Request(self.start + number / self.cold_rate, counts=False)
        for offset in arrivals(self.course):
            yield Request(self.start + self.warm / self.cold_rate + offset, counts=True)

    def run(self) -> dict[str, Any]:
        """Everything, from the first request to the last answer or its time-out."""
        self.start = time.perf_counter() + 0.01
        counts_from = self.start + self.warm / self.cold_rate
        spin_s = min(SPIN_S, SPIN_SHARE / self.rate)
        coming = self.requests()
        following = next(coming, None)
        while True:
            now = time.perf_counter()
            while following is not None and following.due <= now:
                self._enter(following, now)
                following = next(coming, None)
            self._dispatch()
            self._give_up(now)
            if following is None and not self.under_way:
                break
            gives_up = [self.under_way[0].due + self.timeout_s] if self.under_way else []
            wait = min([*gives_up, following.due] if following else gives_up) - time.perf_counter()
            if wait > spin_s:  # select(2) on the selector itself waits to the microsecond; epoll to the millisecond
                select.select([self.selector], [], [], wait - spin_s)
            for key, _ in self.selector.select(0):
                self._attend(key.data)
        return {
            "latencies_ms": self.latencies.told(), "sent": self.counting, "failed": sum(self.failures.values()),
            "failures": sorted(self.failures.items()), "late_ms": round(self.late_s * 1000, 4),
            "seconds": max(self.end - counts_from, self.duration_s),
            "client_cpu_s": time.process_time() - self.cpu_s, "requests": self.warm + self.counting,
        }  # fmt: skip

    def _enter(self, request: Request, now: float) -> None:
        """A request is due."""
        if request.counts:
            if not self.cpu_s:
                self.cpu_s = time.process_time()
            if not self.waiting and (self.idle or self._may_open()):
                self.late_s = max(self.late_s, now - request.due)
        self.waiting.append(request)
        self.under_way.append(request)

    def _dispatch(self) -> None:
        """Put what waits on idle connections and new ones, as long as there are any to be had."""
        while self.waiting and (self.idle or self._may_open()):
            request = self.waiting.popleft()
            if self.idle:
                self._ask(self.idle.pop(), request)
            else:
                self._connect(request)

    def _may_open(self) -> bool:
        return self.open < self.most and self.fresh < MOST_FRESH

    def _connect(self, request: Request) -> None:
        """Open a connection for a request."""
        try:
            made = socket.socket(self.family, socket.SOCK_STREAM)
        except OSError as error:  # no more descriptors: make do with the connections that there are
            if self.open:
                self.most = self.open
                self.waiting.appendleft(request)
            else:
                self._settle(request, f"cannot connect: {error.strerror}")
            return
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        failed = made.connect_ex(self.address)
        if failed not in (0, errno.EINPROGRESS):
            made.close()
            self._settle(request, f"cannot connect: {os.strerror(failed)}")
            return
        connection = Connection(made, request=request)
        self.selector.register(made, selectors.EVENT_WRITE, connection)
        request.connection = connection
        self.open += 1
        self.fresh += 1

    def _ask(self, connection: Connection, request: Request) -> None:
        connection.request, connection.answer = request, Answer()
        request.connection = connection
        try:
            connection.socket.sendall(self.request)
        except OSError as error:
            self._lost(connection, error.strerror or str(error))

    def _attend(self, connection: Connection) -> None:
        """Something happened on a connection."""
        if connection.connecting:
            self._connected(connection)
            return
        try:
            data = connection.socket.recv(_CHUNK)
            connection.answer.feed(data)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(connection, error.strerror or str(error))
            return
        except ValueError as error:
            self._drop(connection, f"bad answer: {error}")
            return
        answer = connection.answer
        if connection.request is None or (not data and not answer.done):
            self._lost(connection, "closed by the server")
        elif answer.done:
            self._settle(connection.request, "" if 200 <= answer.status < 400 else f"status {answer.status}")
            connection.request = None
            if not connection.used:
                connection.used = True
                self.fresh -= 1
            if answer.closes:
                self._drop(connection)
            else:
                self.idle.append(connection)

    def _connected(self, connection: Connection) -> None:
        failed = connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            self._drop(connection, f"cannot connect: {os.strerror(failed)}")
            return
        connection.connecting = False
        self.selector.modify(connection.socket, selectors.EVENT_READ, connection)
        assert connection.request is not None
        self._ask(connection, connection.request)

    def _lost(self, connection: Connection, why: str) -> None:
        """The connection ended. A server may close an idle one while a request is on its way: that is asked again."""
        request = connection.request
        if request is None or not connection.used or connection.answer.started:
            self._drop(connection, f"connection lost: {why}")
        else:
            connection.request = request.connection = None
            self.waiting.appendleft(request)
            self._drop(connection)

    def _drop(self, connection: Connection, failure: str = "") -> None:
        """Close a connection; the request on it, if any, failed."""
        if connection in self.idle:
            self.idle.remove(connection)
        self.selector.unregister(connection.socket)
        connection.socket.close()
        self.open -= 1
        self.fresh -= not connection.used
        if connection.request is not None:
            self._settle(connection.request, failure)

    def _settle(self, request: Request, failure: str) -> None:
        """Count a request that was answered or failed."""
        self.end = time.perf_counter()
        request.connection, request.settled = None, True
        if request.counts and failure:
            self.failures[failure] += 1
        elif request.counts:
            request.took_ms = (self.end - request.due) * 1000

    def _give_up(self, now: float) -> None:
        """Fail the requests whose time is up; all have the same time, so the oldest come first. Let go of those that
        are settled."""
        while self.under_way:
            request = self.under_way[0]
            if not request.settled:
                if now < request.due + self.timeout_s:
                    return
                failure = f"no answer within {self.timeout_s:g} s"
                if request.connection is None:
                    self.waiting.remove(request)
                    self._settle(request, failure)
                else:
                    self._drop(request.connection, failure)
            if request.took_ms is not None:
                self.latencies.add(request.took_ms)
            self.under_way.popleft()


def _reach(host: str, port: int) -> tuple[int, tuple[str | int | bytes, ...]]:
    """The family and address of the host that answers (localhost has two); the first if none does."""
    try:
        with socket.create_connection((host, port), timeout=1) as probe:
            return probe.family, probe.getpeername()
    except OSError:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return family, address


def stress(limit_ms: float, most: float, spec: dict[str, Any]) -> dict[str, Any]:
    """What the load saw at the knee: the highest rate at which the p99 is within the limit, a failure being without."""
    tried: dict[float, bool] = {}
    seen: dict[float, dict[str, Any]] = {}
    while (rate := next_rate(tried, spec["rate"], most)) is not None:
        seen[rate] = found = Load(**spec | {"rate": rate}).run()
        latencies = ordered(found["latencies_ms"])
        rank = ceil(0.99 * found["sent"])
        tried[rate] = rank <= len(latencies) and latencies[rank - 1] <= limit_ms
    at = knee(tried)
    requests = sum(one["requests"] for one in seen.values())
    return seen[min(seen) if at is None else at] | {"knee": at or 0.0, "requests": requests}


def main(spec: str) -> None:
    """Make the load that `spec` asks for, as JSON: the arguments of `Load`, and `limit_ms` for a search."""
    given = json.loads(spec)
    limit_ms, most = given.pop("limit_ms", 0.0), given.get("peak", 0.0)
    gc.disable()  # a pause of the collector would be a latency of the server
    found = stress(limit_ms, most, given | {"peak": 0.0}) if limit_ms else Load(**given).run()
    print(json.dumps(found | {"latencies_ms": to_json(found["latencies_ms"])}))
