"""The load: an open loop of GET requests over HTTP/1.1, each latency counted from the time when it was due.

A server that stalls for a second delays the requests that were due in that second, and every one of them says so:
coordinated omission cannot happen. It runs as a bare process of its own (`main`; the arguments of `Load` as JSON), so
that nothing else shares its interpreter, and prints its result as JSON. No event loop from a library: asyncio rounds
its timers up to whole milliseconds, which would be most of the latency of a fast server.
"""

from __future__ import annotations

import gc
import json
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from resonance_perf.model.counted import ordered, to_json
from resonance_perf.plan.arrivals import arrivals, how_many, stages
from resonance_perf.plan.knee import is_borne, knee, next_rate
from resonance_perf.system.answer import Request
from resonance_perf.system.connections import Connections
from resonance_perf.system.latencies import MOST_EXACT, Latencies

SPIN_S = 80e-6
"""Timers of the system fire up to so late; the last moment before a request is due is polled instead."""
SPIN_SHARE = 0.1
"""At high rates less is polled: at most this share of a core."""


class Load:
    """Sends what is due, when it is due or as soon as a connection is free, and collects the latencies."""

    def __init__(
        self, *, url: str, rate: float, warmup_s: float, duration_s: float, timeout_s: float, shape: str = "constant",
        peak: float = 0.0, most_exact: int = MOST_EXACT,
    ) -> None:  # fmt: skip
        self.rate, self.timeout_s = max(rate, peak), timeout_s
        self.course = stages(shape, rate, peak, duration_s)
        self.warm, self.counting = round(warmup_s * rate), how_many(self.course)
        self.cold_rate, self.duration_s = rate, duration_s
        self.start = 0.0
        self.under_way: deque[Request] = deque()
        """Those that are due, from the oldest that is not settled on; also settled ones that came behind it."""
        self.waiting: deque[Request] = deque()
        self.connections = Connections(url, self._settle, self.waiting.appendleft)
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
            if wait > spin_s:
                self.connections.wait(wait - spin_s)
            self.connections.attend()
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
            if not self.waiting and self.connections.free:
                self.late_s = max(self.late_s, now - request.due)
        self.waiting.append(request)
        self.under_way.append(request)

    def _dispatch(self) -> None:
        """Send what waits, as long as there are connections to be had."""
        while self.waiting and self.connections.free:
            self.connections.send(self.waiting.popleft())

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
                    self.connections.drop(request.connection, failure)
            if request.took_ms is not None:
                self.latencies.add(request.took_ms)
            self.under_way.popleft()


def stress(limit_ms: float, most: float, spec: dict[str, Any]) -> dict[str, Any]:
    """What the load saw at the knee: the highest rate at which the p99 is within the limit, a failure being without."""
    tried: dict[float, bool] = {}
    seen: dict[float, dict[str, Any]] = {}
    while (rate := next_rate(tried, spec["rate"], most)) is not None:
        seen[rate] = found = Load(**spec | {"rate": rate}).run()
        tried[rate] = is_borne(ordered(found["latencies_ms"]), found["sent"], limit_ms)
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
