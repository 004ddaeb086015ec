"""pytest-benchmark: the benchmarks of a test file, in one process for each sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "tests": Key(kind="text", means="the file or folder with the benchmarks", example="tests/bench_cart.py"),
    "select": Key(kind="text", means="only those that this expression of `-k` names", example="total", optional=True),
    "rounds": Key(kind="whole", means="the fewest rounds of each", example="20", default=5),
    "time": Key(kind="duration", means="how long each is repeated", example="1s", default=0.2),
    "program": Key(
        kind="command", means="what runs pytest", example='["uv", "run", "pytest"]', default=("python3", "-m", "pytest")
    ),
    "arguments": arguments("pytest", '["-p", "no:cacheprovider"]'),
}
PROGRAM = Program(name="pytest-benchmark", install="pip install pytest-benchmark")
METRICS = ("wall",)


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    select = ("-k", given["select"]) if given["select"] else ()
    command = (
        *given["program"], "-q", "--benchmark-only", f"--benchmark-min-rounds={given['rounds']}",
        f"--benchmark-max-time={given['time']:g}", "--benchmark-json={out}/benchmarks.json", *select,
        *given["arguments"], given["tests"],
    )  # fmt: skip
    return ToolSettings(tool="pytest-benchmark", command=command)
