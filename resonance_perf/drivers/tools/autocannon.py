"""autocannon: one URL from some connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import CONNECTIONS, DURATION, URL, arguments, whole_seconds
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": URL,
    "connections": CONNECTIONS,
    "duration": DURATION,
    "rate": Key(kind="rate", means="requests per second of all connections", example="100/s", optional=True),
    "arguments": arguments("autocannon", '["-m", "POST"]'),
}
PROGRAM = Program(name="autocannon", install="npm install autocannon")
METRICS = ("p50", "p90", "p99", "p999", "throughput", "error_rate")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    rate = ("-R", f"{given['rate']:g}") if given["rate"] else ()
    command = (
        "autocannon", "--json", "-c", str(given["connections"]), "-d", whole_seconds("autocannon", given["duration"]),
        *rate, *given["arguments"], given["url"],
    )  # fmt: skip
    return ToolSettings(tool="autocannon", command=command)
