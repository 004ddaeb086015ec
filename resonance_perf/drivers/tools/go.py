"""go: the benchmarks of a Go package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "package": Key(kind="text", means="the package", example="./cart", default="."),
    "select": Key(kind="text", means="the benchmarks that this expression names", example="^BenchmarkTotal$",
                  default="."),
    "count": Key(kind="whole", means="how often each is measured", example="10", default=3),
    "rounds": Key(kind="whole", means="exactly so many rounds of each", example="1000", optional=True),
    "time": Key(kind="duration", means="how long each is repeated, unless there are rounds", example="1s", default=0.2),
    "arguments": arguments("go test", '["-cpu=2"]'),
}  # fmt: skip
PROGRAM = Program(name="go", version=("version",), install="apt install golang-go")
METRICS = ()


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`. No test is run besides."""
    for_ = f"{given['rounds']}x" if given["rounds"] else f"{given['time']:g}s"
    command = (
        "go", "test", "-run=^$", f"-bench={given['select']}", "-benchmem", f"-count={given['count']}",
        f"-benchtime={for_}", *given["arguments"], given["package"],
    )  # fmt: skip
    return ToolSettings(tool="go", command=command)
