"""esbuild: a build, in a work tree of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "entry": Key(kind="texts", means="the entry points", example='["src/index.js"]'),
    "options": Key(
        kind="texts", means="how to build them", example='["--bundle", "--minify", "--splitting", "--format=esm"]',
        default=("--bundle", "--minify"),
    ),
    "outdir": Key(kind="text", means="where the build goes", example="dist", default="dist"),
    "program": Key(
        kind="text", means="esbuild itself", example="node_modules/.bin/esbuild", default="node_modules/.bin/esbuild"
    ),
}  # fmt: skip
PROGRAM = Program(name="esbuild", install="npm install esbuild")
METRICS = ("raw", "js_bytes", "css_bytes", "duplicates")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    command = (
        given["program"], *given["entry"], *given["options"], f"--outdir={given['outdir']}",
        "--metafile={out}/meta.json", "--log-level=warning",
    )  # fmt: skip
    return ToolSettings(tool="esbuild", command=command, exact=METRICS, repeats=1)
