"""webpack: a build, in a work tree of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "options": Key(
        kind="texts", means="how to build", example='["--config", "webpack.prod.js"]', default=("--mode=production",)
    ),
    "program": Key(
        kind="text", means="webpack itself", example="node_modules/.bin/webpack", default="node_modules/.bin/webpack"
    ),
}
PROGRAM = Program(name="webpack", install="npm install webpack webpack-cli")
METRICS = ("raw", "source", "duplicates")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    command = (given["program"], "build", *given["options"], "--json={out}/stats.json")
    return ToolSettings(tool="webpack", command=command, exact=METRICS, repeats=1)
