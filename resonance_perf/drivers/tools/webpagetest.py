"""webpagetest: a page that a WebPageTest server can reach, tested there.

The server needs minutes: give the benchmark a `timeout` that is longer than `wait`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the page", example="https://staging.example.org/"),
    "server": Key(
        kind="text", means="the WebPageTest server", example="http://wpt.example.org",
        default="https://www.webpagetest.org",
    ),
    "key": Key(
        kind="text", means="the environment variable that holds the key of its API", example="WPT_API_KEY",
        optional=True,
    ),
    "location": Key(kind="text", means="where it is tested from", example="Dulles:Chrome.Cable", optional=True),
    "runs": Key(kind="whole", means="how often the page is loaded; the median run counts", example="3", default=1),
    "parameters": Key(
        kind="texts", means="more parameters of runtest.php", example='["mobile=1", "video=1"]', default=()
    ),
    "wait": Key(kind="duration", means="how long to wait for the result", example="20min", default=600.0),
}  # fmt: skip
PROGRAM = Program(name="python3", install='pip install "resonance-perf[webpagetest]"', module="httpx")
METRICS = ("ttfb", "fcp", "lcp", "cls", "si", "tbt", "load", "start_render", "fully_loaded", "bytes", "requests")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    more = dict(_parameter(one) for one in given["parameters"])
    where = {"location": given["location"]} if given["location"] else {}
    parameters = {"url": given["url"], "runs": str(given["runs"]), "fvonly": "1", **where, **more}
    test = {
        "server": given["server"], "key": given["key"] or "", "wait_s": given["wait"], "parameters": parameters,
    }  # fmt: skip
    command = ("{python}", "-I", "-m", "resonance_perf.system.webpagetest", "{given}/test.json", "{out}/result.json")
    return ToolSettings(
        tool="webpagetest", command=command, provided=(("test.json", json.dumps(test)),), result="result.json",
        env=((given["key"], None),) if given["key"] else (),
    )  # fmt: skip


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f'has the parameter "{text}", which is not like mobile=1')
    if name == "k":
        raise ValueError("has the key of the API among its parameters: name the variable that holds it in key")
    return name, value
