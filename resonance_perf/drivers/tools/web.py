"""web: a page in Chromium with real clicks and keys, measured by web-vitals and by DevTools.

Every probe makes a visit of its own, so only those run whose metrics are wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from resonance_perf.drivers.steps import read_step
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

PROBES: Mapping[str, Sequence[str]] = {
    "vitals": ("lcp", "inp", "cls", "fcp", "ttfb"),
    "trace": (
        "long_tasks", "long_task_time", "load_blocking_time", "script_time", "render_time", "paint_time",
        "forced_reflows", "forced_reflow_time",
    ),
    "network": (
        "requests", "bytes", "waterfall_depth", "uncompressed_bytes", "uncached_requests", "uncached_bytes",
        "compressible_bytes", "serial_requests", "serial_time", "revalidation_time",
    ),
    "coverage": ("unused_js_bytes", "unused_css_bytes", "idle_js_bytes"),
    "fields": ("unread_bytes",),
    "memory": ("heap_growth", "detached_nodes"),
    "layers": ("layers", "layer_memory"),
    "frames": ("fps", "frame_p95"),
    "page": (
        "image_waste_bytes", "image_format_bytes", "unsized_images", "offscreen_image_bytes", "lcp_image_delay",
        "hidden_text_time", "render_blocking_time", "connection_wait", "dom_nodes",
    ),
}  # fmt: skip
"""Probe of `system/browser/probes` -> the metrics that it is run for."""
NETWORKS: Mapping[str, tuple[int, int] | None] = {
    "none": None, "slow-3g": (400, 400), "fast-3g": (150, 1600), "4g": (170, 9000),
}  # fmt: skip
"""Name -> (round trip in ms, kbit/s). Source: slow 3G of the RAIL model, 3GFast and 4G of WebPageTest."""
DEVICES = ("desktop", "mobile")
KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the page", example="http://127.0.0.1:{port}/"),
    "steps": Key(
        kind="texts", means="what is done on it", example='["click #buy", "type #q shoes", "wait 200ms"]', default=()
    ),
    "script": Key(
        kind="text", means="a Python file with `def steps(page)` instead, a page of Playwright",
        example="perf/checkout.py", optional=True,
    ),
    "device": Key(kind="text", means="desktop or mobile", example="mobile", default="desktop"),
    "viewport": Key(kind="text", means="width and height of the window", example="1280x720", optional=True),
    "cpu_slowdown": Key(kind="whole", means="how many times slower the processor is", example="4", default=1),
    "network": Key(kind="text", means=f"one of {', '.join(NETWORKS)}", example="slow-3g", default="none"),
    "step_timeout": Key(kind="duration", means="how long a step may take", example="5s", default=10.0),
    "repeat": Key(kind="whole", means="how often the steps are done again for the memory", example="10", default=5),
    "browser": Key(kind="text", means="the Chromium, where it is not on PATH", example="/opt/chrome", optional=True),
}  # fmt: skip
PROGRAM = Program(
    name="chromium", install='apt install chromium, and pip install "resonance-perf[web]"', module="playwright"
)
METRICS = tuple(metric for metrics in PROBES.values() for metric in metrics)
_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")


def seeing(settings: ToolSettings, probes: Sequence[str], network: str) -> tuple[ToolSettings, bool]:
    """(the same visit under these probes, whatever metrics the config names; whether it is over `network`: where the
    config names none)."""
    visit = json.loads(dict(settings.provided)["visit.json"]) | {"probes": list(probes)}
    slowed = visit["network"] is None
    visit["network"] = visit["network"] or NETWORKS[network]
    return replace(settings, provided=(("visit.json", json.dumps(visit)),)), slowed


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    if given["script"] and given["steps"]:
        raise ValueError("has steps and a script")
    viewport = _SIZE.fullmatch(given["viewport"]) if given["viewport"] else None
    if given["viewport"] and viewport is None:
        raise ValueError(f'has a viewport "{given["viewport"]}" that is not like 1280x720')
    for key, known in (("network", NETWORKS), ("device", DEVICES)):
        if given[key] not in known:
            raise ValueError(f'has the {key} "{given[key]}" that is none of {", ".join(known)}')
    size = [int(one) for one in viewport.groups()] if viewport else None
    visit = {
        "url": given["url"], "steps": [read_step(one) for one in given["steps"]],
        "mobile": given["device"] == "mobile", "viewport": size,
        "cpu_slowdown": given["cpu_slowdown"], "network": NETWORKS[given["network"]],
        "step_timeout_s": given["step_timeout"], "browser": given["browser"], "repeat": given["repeat"],
        "probes": [probe for probe, its in PROBES.items() if set(its) & set(metrics)],
    }  # fmt: skip
    script = (given["script"],) if given["script"] else ()
    command = ("{python}", "-I", "-m", "resonance_perf.system.browser", "{given}/visit.json", "{out}/web.json", *script)
    return ToolSettings(tool="web", command=command, provided=(("visit.json", json.dumps(visit)),))
