"""pyperf: a script of `pyperf.Runner`, in several processes for each sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "script": Key(kind="text", means="the script with the benchmarks", example="bench_cart.py"),
    "processes": Key(kind="whole", means="how many processes", example="6", default=3),
    "values": Key(kind="whole", means="how many values each of them gives", example="5", default=3),
    "program": Key(kind="command", means="the Python that runs it", example=".venv/bin/python", default=("python3",)),
    "arguments": arguments("the script", '["--affinity=1"]'),
}
PROGRAM = Program(name="pyperf", install="pip install pyperf")
METRICS = ("wall",)


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    command = (
        *given["program"], given["script"], "--quiet", f"--processes={given['processes']}",
        f"--values={given['values']}", "--output={out}/pyperf.json", *given["arguments"],
    )  # fmt: skip
    return ToolSettings(tool="pyperf", command=command)
