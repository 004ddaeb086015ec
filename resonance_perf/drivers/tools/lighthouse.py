"""lighthouse: the load of a page in Chromium, and steps on it for INP.

The script beside this file runs Lighthouse through its own interface: its command line knows no steps, and leaves a
browser behind when it is killed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from resonance_perf.drivers.steps import Step, read_step
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the page", example="http://127.0.0.1:{port}/"),
    "preset": Key(kind="text", means="mobile or desktop", example="desktop", default="mobile"),
    "throttling": Key(
        kind="text", means="simulate, devtools, or provided, which is none", example="devtools", default="simulate"
    ),
    "steps": Key(
        kind="texts", means="what is done on it then, for INP", example='["click #buy", "type #q shoes", "wait 200ms"]',
        default=(),
    ),
    "lighthouse_config": Key(
        kind="text", means="a Lighthouse config instead of the preset", example="lighthouse.config.mjs", optional=True
    ),
    "browser": Key(
        kind="text", means="the browser, if not the one installed", example="/usr/bin/chromium", optional=True
    ),
    "browser_flags": Key(kind="texts", means="more flags for it", example='["--lang=de"]', default=()),
}  # fmt: skip
PROGRAM = Program(name="lighthouse", install="npm install --save-dev lighthouse")
METRICS = (
    "lcp", "cls", "tbt", "fcp", "si", "tti", "ttfb", "inp", "score", "bytes", "requests", "script_bytes",
    "script_requests", "image_bytes", "image_requests", "stylesheet_bytes", "stylesheet_requests", "font_bytes",
    "font_requests", "document_bytes", "document_requests", "media_bytes", "media_requests", "other_bytes",
    "other_requests", "third_party_bytes", "third_party_requests",
)  # fmt: skip
_CHOICES = {"preset": ("mobile", "desktop"), "throttling": ("simulate", "devtools", "provided")}


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    for key, choices in _CHOICES.items():
        if given[key] not in choices:
            raise ValueError(f'has {key} "{given[key]}", which is not {" or ".join(choices)}')
    if "inp" in metrics and not given["steps"]:
        raise ValueError("wants inp, but has no steps: nothing happens that could be slow")
    settings = {
        "url": given["url"], "preset": given["preset"], "throttling": given["throttling"],
        "flags": given["browser_flags"], "browser": given["browser"] or "",
        "steps": [_step(one) for one in given["steps"]],
    }  # fmt: skip
    own = (given["lighthouse_config"],) if given["lighthouse_config"] else ()
    command = ("node", "{given}/lighthouse.mjs", "{given}/settings.json", "{out}/lighthouse.json", *own)
    return ToolSettings(
        tool="lighthouse", command=command, env=(("CHROME_PATH", None),), result="lighthouse.json",
        provided=(("lighthouse.mjs", _script()), ("settings.json", json.dumps(settings))),
    )  # fmt: skip


def _step(text: str) -> Step:
    step = read_step(text)
    if step[0] == "goto":
        raise ValueError(f'has the step "{text}", and a timespan ends where another page begins')
    return step


@cache
def _script() -> str:
    return files("resonance_perf.drivers.tools").joinpath("lighthouse.mjs").read_text(encoding="utf-8")
