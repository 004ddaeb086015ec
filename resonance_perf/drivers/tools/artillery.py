"""artillery: a test script.

A run of five seconds took 22 here: mind `timeout`, and `time` in `samples`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "script": Key(kind="text", means="the test script", example="load.yml"),
    "target": Key(
        kind="text", means="the server, in place of the script's", example="http://127.0.0.1:{port}", optional=True
    ),
    "arguments": arguments("artillery run", '["--environment", "local"]'),
}
PROGRAM = Program(name="artillery", install="npm install artillery")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    target = ("--target", given["target"]) if given["target"] else ()
    command = (
        "artillery", "run", "--quiet", "--output", "{out}/report.json", *target, *given["arguments"], given["script"],
    )  # fmt: skip
    return ToolSettings(tool="artillery", command=command, env=(("ARTILLERY_DISABLE_TELEMETRY", "true"),))
