"""lighthouse: the load of a page in Chromium, and steps on it for INP.

The script beside this file runs Lighthouse through its own interface: its command line knows no steps, and leaves a
browser behind when it is killed.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the page", example="http://127.0.0.1:{port}/"),
    "preset": Key(kind="text", means="mobile or desktop", example="desktop", default="mobile"),
    "throttling": Key(
        kind="text", means="simulate, devtools, or provided, which is none", example="devtools", default="simulate"
    ),
    "steps": Key(
        kind="texts", means="what a user does on the page then: click, type, press, scroll, wait",
        example='["click #buy", "type #name Ada", "press Enter", "scroll 600", "wait 300"]', default=(),
    ),
    "lighthouse_config": Key(
        kind="text", means="a Lighthouse config instead of the preset", example="lighthouse.config.mjs", optional=True
    ),
    "chrome": Key(
        kind="text", means="the browser, if not the one installed", example="/usr/bin/chromium", optional=True
    ),
    "chrome_flags": Key(kind="texts", means="more flags for it", example='["--lang=de"]', default=()),
}  # fmt: skip
PROGRAM = Program(name="lighthouse", install="npm install --save-dev lighthouse")
METRICS = (
    "lcp", "cls", "tbt", "fcp", "si", "tti", "ttfb", "inp", "score", "bytes", "requests", "script_bytes",
    "script_requests", "image_bytes", "image_requests", "stylesheet_bytes", "stylesheet_requests", "font_bytes",
    "font_requests", "document_bytes", "document_requests", "media_bytes", "media_requests", "other_bytes",
    "other_requests", "third_party_bytes", "third_party_requests",
)  # fmt: skip
_CHOICES = {"preset": ("mobile", "desktop"), "throttling": ("simulate", "devtools", "provided")}
_WORDS = {"click": 1, "type": 2, "press": 1, "scroll": 1, "wait": 1}
"""Each step, with how many words it needs."""
_NUMBERS = ("scroll", "wait")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    for key, choices in _CHOICES.items():
        if given[key] not in choices:
            raise ValueError(f'has {key} "{given[key]}", which is not {" or ".join(choices)}')
    if "inp" in metrics and not given["steps"]:
        raise ValueError("wants inp, but has no steps: nothing happens that could be slow")
    settings = {
        "url": given["url"], "preset": given["preset"], "throttling": given["throttling"],
        "flags": given["chrome_flags"], "chrome": given["chrome"] or "",
        "steps": [_step(one) for one in given["steps"]],
    }  # fmt: skip
    own = given["lighthouse_config"]
    command = (
        "node",
        "{given}/lighthouse.mjs",
        "{given}/settings.json",
        "{out}/lighthouse.json",
        *([own] if own else []),
    )
    return ToolSettings(
        tool="lighthouse", command=command, env=(("CHROME_PATH", None),), result="lighthouse.json",
        provided=(("lighthouse.mjs", _script()), ("settings.json", json.dumps(settings))),
    )  # fmt: skip


def _step(text: str) -> list[str | int]:
    """The verb and what it needs; the last of that holds the rest of the line."""
    try:
        verb, *words = shlex.split(text) or [""]
    except ValueError as error:
        raise ValueError(f'has the step "{text}", which cannot be read ({error})') from error
    wanted = _WORDS.get(verb)
    if wanted is None or len(words) < wanted:
        raise ValueError(f'has the step "{text}", which is none such as {KEYS["steps"].example}')
    told = [*words[: wanted - 1], " ".join(words[wanted - 1 :])]
    if verb not in _NUMBERS:
        return [verb, *told]
    try:
        return [verb, int(told[0])]
    except ValueError as error:
        raise ValueError(f'has the step "{text}", whose "{told[0]}" is not a whole number') from error


@cache
def _script() -> str:
    return files("resonance_perf.drivers.tools").joinpath("lighthouse.mjs").read_text(encoding="utf-8")
