"""ab: one URL, so many times.

What it prints tells the errors, and times in whole milliseconds; its file of percentiles has microseconds and no
errors. So both are kept, one after the other. `-k` is left to the config: ab speaks HTTP/1.0, and waits for ever where
a server keeps a connection and does not say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import CONNECTIONS, URL, arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": URL,
    "requests": Key(kind="whole", means="how many requests a sample has", example="1000", default=500),
    "connections": CONNECTIONS,
    "arguments": arguments("ab", '["-k"]'),
}
PROGRAM = Program(name="ab", version=("-V",), install="apt-get install apache2-utils")
METRICS = ("p50", "p90", "p95", "p99", "throughput", "error_rate")
_BOTH = '"$@" >"$0" && cat "$0.csv" >>"$0"'
_RESULT = "ab.txt"


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    if given["requests"] < given["connections"]:
        raise ValueError("has more connections than requests, which ab refuses")
    out = f"{{out}}/{_RESULT}"
    command = (
        "sh", "-c", _BOTH, out, "ab", "-q", "-l", "-n", str(given["requests"]), "-c", str(given["connections"]),
        "-e", f"{out}.csv", *given["arguments"], given["url"],
    )  # fmt: skip
    return ToolSettings(tool="ab", command=command, result=_RESULT)
