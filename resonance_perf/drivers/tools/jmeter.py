"""jmeter: a test plan.

It has a port for commands, which is closed here; its samples are written as CSV whatever its properties say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import WARMUP, arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "plan": Key(kind="text", means="the test plan", example="load.jmx"),
    "properties": Key(
        kind="texts", means="what the plan reads by `${__P(NAME)}`", example='["port={port}", "users=5"]', default=()
    ),
    "program": Key(
        kind="command", means="how JMeter is started", example='["java", "-jar", "ApacheJMeter.jar"]',
        default=("jmeter",),
    ),
    "warmup": WARMUP,
    "arguments": arguments("JMeter", '["-q", "more.properties"]'),
}  # fmt: skip
PROGRAM = Program(name="jmeter", install="see jmeter.apache.org; Debian's 2.13 runs no test")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate")
_ALWAYS = (
    "-Jjmeterengine.nongui.port=0", "-Jjmeter.save.saveservice.output_format=csv",
    "-Jjmeter.save.saveservice.print_field_names=true",
)  # fmt: skip
_RESULT = "samples.jtl"


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    properties = (f"-J{one}" for one in given["properties"])
    command = (
        *given["program"], "-n", "-t", given["plan"], "-l", f"{{out}}/{_RESULT}", "-j", "{out}/jmeter.log", *_ALWAYS,
        *properties, *given["arguments"],
    )  # fmt: skip
    return ToolSettings(tool="jmeter", command=command, result=_RESULT, warmup_s=given["warmup"] or 0.0)
