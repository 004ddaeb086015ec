"""hyperfine: a program, run without a shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "program": Key(kind="command", means="the program that is measured", example='["./report", "--all"]'),
    "runs": Key(kind="whole", means="how many runs a sample has", example="10", default=5),
    "discarded": Key(kind="whole", means="how many runs come before, and do not count", example="3", default=1),
    "prepare": Key(kind="command", means="what comes before each run", example='["make", "clean"]', optional=True),
    "arguments": arguments("hyperfine", '["--input", "orders.csv"]'),
}
PROGRAM = Program(name="hyperfine", install="apt install hyperfine")
METRICS = ("wall", "cpu")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    prepare = ("--prepare", shlex.join(given["prepare"])) if given["prepare"] else ()
    command = (
        "hyperfine", "-N", "--style=none", f"--runs={given['runs']}", f"--warmup={given['discarded']}", *prepare,
        "--export-json={out}/hyperfine.json", *given["arguments"], shlex.join(given["program"]),
    )  # fmt: skip
    return ToolSettings(tool="hyperfine", command=command)
