"""What Lighthouse calls things, and what we call them."""

from __future__ import annotations

AUDITS = {
    "first-contentful-paint": ("fcp", "ms"),
    "largest-contentful-paint": ("lcp", "ms"),
    "cumulative-layout-shift": ("cls", ""),
    "interaction-to-next-paint": ("inp", "ms"),
    "total-blocking-time": ("tbt", "ms"),
    "speed-index": ("si", "ms"),
    "interactive": ("tti", "ms"),
    "server-response-time": ("ttfb", "ms"),
    "first-meaningful-paint": ("fmp", "ms"),
    "first-cpu-idle": ("first_cpu_idle", "ms"),
    "estimated-input-latency": ("input_latency", "ms"),
    "max-potential-fid": ("max_potential_fid", "ms"),
    "mainthread-work-breakdown": ("main_thread", "ms"),
    "bootup-time": ("script_time", "ms"),
    "total-byte-weight": ("bytes", "B"),
    "dom-size": ("dom_size", ""),
}
"""Audit with a numeric value -> our metric and the unit of that value."""

METRICS = {metric: (audit, unit) for audit, (metric, unit) in AUDITS.items()}

RESOURCES = ("total", "document", "script", "stylesheet", "image", "media", "font", "third-party", "other")
RESOURCE_UNITS = {"size": "B", "count": "requests"}


def resource_metric(kind: str, what: str) -> str:
    """`script_size`, `third_party_count`."""
    return f"{kind.replace('-', '_')}_{what}"


def resource_of(metric: str) -> tuple[str, str] | None:
    """(type, `size` or `count`) of such a metric, or None."""
    head, _, what = metric.rpartition("_")
    kind = head.replace("_", "-")
    return (kind, what) if kind in RESOURCES and what in RESOURCE_UNITS else None
