"""size-limit: the checks of its own config; `part` names the one that counts where there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "options": Key(kind="texts", means="more options", example='["--config", "sizes.json"]', default=()),
    "program": Key(
        kind="text", means="size-limit itself", example="node_modules/.bin/size-limit",
        default="node_modules/.bin/size-limit",
    ),
}  # fmt: skip
PROGRAM = Program(name="size-limit", install="npm install size-limit @size-limit/file")
METRICS = ("size",)


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`. Its own limits decide nothing here: it ends with 1 where one is crossed, and its result counts."""
    command = (given["program"], "--json", *given["options"])
    return ToolSettings(tool="size-limit", command=command, exact=METRICS, repeats=1)
