"""hey: one URL from some connections.

Its list of requests, which a warm-up and p99.9 need, leaves out those that got no answer, so that it tells no errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import CONNECTIONS, DURATION, URL, WARMUP, arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": URL,
    "connections": CONNECTIONS,
    "duration": DURATION,
    "rate": Key(kind="rate", means="requests per second that all connections send at most", example="100/s",
                optional=True),
    "warmup": WARMUP,
    "arguments": arguments("hey", '["-m", "POST"]'),
}  # fmt: skip
PROGRAM = Program(name="hey", install="apt-get install hey")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate")
_INTO = 'exec "$@" >"$0"'
"""A list of requests has megabytes, of which what is printed keeps the first and last half only."""


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    rate = ("-q", f"{given['rate'] / given['connections']:g}") if given["rate"] else ()
    command = (
        "hey", "-c", str(given["connections"]), "-z", f"{given['duration']:g}s", *rate, *given["arguments"],
    )  # fmt: skip
    if not given["warmup"] and "p999" not in metrics:
        return ToolSettings(tool="hey", command=(*command, given["url"]))
    if "error_rate" in metrics:
        raise ValueError("cannot have error_rate together with warmup or p999: hey lists no request without an answer")
    listed = ("sh", "-c", _INTO, "{out}/requests.csv", *command, "-o", "csv", given["url"])
    return ToolSettings(tool="hey", command=listed, warmup_s=given["warmup"] or 0.0)
