"""Limits that others found, each with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresetLimit:
    """One limit of a preset: the metric's name within a benchmark, and where the number comes from."""

    metric: str
    text: str
    why: str


_VITALS = "Core Web Vitals, good at the 75th percentile of visits (web.dev/articles/vitals)"
_RAIL = "(web.dev/articles/rail)"
_API = "preset api of resonance-perf, a starting point and no standard"

PRESETS = {
    "web-vitals": (
        PresetLimit("lcp", "2.5s", f"Largest Contentful Paint: {_VITALS}"),
        PresetLimit("inp", "200ms", f"Interaction to Next Paint: {_VITALS}"),
        PresetLimit("cls", "0.1", f"Cumulative Layout Shift: {_VITALS}"),
    ),
    "rail": (
        PresetLimit("inp", "100ms", f"RAIL, response: what a person does is answered within 100 ms {_RAIL}"),
        PresetLimit("frame", "16ms", f"RAIL, animation: 60 frames a second, the browser's part included {_RAIL}"),
        PresetLimit(
            "tti", "5s", f"RAIL, load: interactive within 5 s on a mid-range phone over slow 3G; measure it so {_RAIL}"
        ),
    ),
    "api": (
        PresetLimit("p50", "20ms", f"Median of a backend API: {_API}"),
        PresetLimit("p95", "100ms", f"p95 of a backend API: {_API}; 100 ms is what feels instant {_RAIL}"),
        PresetLimit("p99", "250ms", f"p99 of a backend API: {_API}"),
    ),
}
"""Name -> its limits."""
