"""vitest: the files of `vitest bench`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "files": Key(kind="texts", means="the files with the benchmarks", example='["src/cart.bench.ts"]'),
    "select": Key(kind="text", means="only those whose name matches this", example="total", optional=True),
    "program": Key(
        kind="command", means="what runs vitest", example="node_modules/.bin/vitest", default=("npx", "vitest")
    ),
    "arguments": arguments("vitest bench", '["--globals"]'),
}
PROGRAM = Program(name="vitest", install="npm install vitest")
METRICS = ("wall", "p99")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    select = ("--testNamePattern", given["select"]) if given["select"] else ()
    command = (
        *given["program"], "bench", "--run", "--outputJson={out}/bench.json", *select, *given["arguments"],
        *given["files"],
    )  # fmt: skip
    return ToolSettings(tool="vitest", command=command)
