"""wrk: one URL from some connections.

It prints neither p95 nor p99.9; a script of ours does, in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import CONNECTIONS, DURATION, URL, arguments, whole_seconds
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": URL,
    "connections": CONNECTIONS,
    "threads": Key(kind="whole", means="how many threads make the load", example="2", default=1),
    "duration": DURATION,
    "arguments": arguments("wrk", '["-H", "Accept: text/html"]'),
}
PROGRAM = Program(name="wrk", version=("-v",), install="apt-get install wrk")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate")
_SCRIPT = "percentiles.lua"
_LUA = """done = function(summary, latency)
  for _, share in ipairs({50, 75, 90, 95, 99, 99.9, 99.99}) do
    print(string.format("  %g%% %.0fus", share, latency:percentile(share)))
  end
  print(string.format("  100%% %.0fus", latency.max))
end
"""


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    if given["connections"] < given["threads"]:
        raise ValueError("has more threads than connections, and wrk wants at least one for each")
    command = (
        "wrk", "-t", str(given["threads"]), "-c", str(given["connections"]),
        "-d", f"{whole_seconds('wrk', given['duration'])}s", "--latency", "-s", f"{{given}}/{_SCRIPT}",
        *given["arguments"], given["url"],
    )  # fmt: skip
    return ToolSettings(tool="wrk", command=command, provided=((_SCRIPT, _LUA),))
