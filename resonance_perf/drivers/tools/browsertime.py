"""browsertime: the load of a page in Chromium, or a script of it.

One iteration is one sample: the sides take turns, and every load has a browser of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the page, or a script of browsertime", example="http://127.0.0.1:{port}/"),
    "arguments": Key(
        kind="texts", means="more arguments for it", example='["--pageCompleteWaitTime", "2000"]', default=()
    ),
    "browser": Key(
        kind="text", means="the browser, if not the one installed", example="/usr/bin/chromium", optional=True
    ),
    "chromedriver": Key(
        kind="text", means="its driver, if not the one on PATH", example="/usr/bin/chromedriver", optional=True
    ),
}
PROGRAM = Program(name="browsertime", install="npm install --save-dev browsertime")
METRICS = ("lcp", "cls", "fcp", "tbt", "ttfb", "inp")
_PATHS = {"browser": "--chrome.binaryPath", "chromedriver": "--chrome.chromedriverPath"}


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`. A video takes long, changes what is measured, and gives no web vital."""
    paths = (word for key, flag in _PATHS.items() if given[key] for word in (flag, given[key]))
    command = (
        "node", "{given}/browsertime.mjs", given["url"], "-b", "chrome", "-n", "1", "--headless", "--silent",
        "--video", "false", "--visualMetrics", "false", "--xvfb", "false", "--resultDir", "{out}",
        "--chrome.args", "disable-gpu", *paths, *given["arguments"],
    )  # fmt: skip
    provided = (("browsertime.mjs", _script()),)
    return ToolSettings(tool="browsertime", command=command, provided=provided, result="browsertime.json")


@cache
def _script() -> str:
    return files("resonance_perf.drivers.tools").joinpath("browsertime.mjs").read_text(encoding="utf-8")
