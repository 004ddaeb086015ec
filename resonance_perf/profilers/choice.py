"""Which profiler can say why a metric changed, and by which of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from resonance_perf.model.profile import Capture
from resonance_perf.model.profiling import Resource

_RESOURCES: Mapping[str, Resource] = {
    "cpu": "cpu", "user": "cpu", "sys": "cpu", "peak_rss": "memory", "rss": "memory", "allocations": "memory",
    "allocated": "memory", "peak_memory": "memory", "heap_growth": "memory", "calls": "calls",
    "primitive_calls": "calls", "instructions": "instructions", "l1_misses": "instructions",
    "ll_misses": "instructions", "cycles": "cpu", "branch_misses": "cpu", "cache_misses": "cpu",
}  # fmt: skip
_TYPES: Mapping[str, str] = {"allocations": "alloc_objects", "allocated": "alloc_space"}


def resource_of(metric: str) -> Resource:
    """What a metric is about; time, unless it is known to be about something else."""
    return _RESOURCES.get(metric, "wall")


def counted(capture: Capture, metric: str) -> Capture:
    """The capture by the type that the metric is about, where it has that; as it is for no metric.

    What is held in the end is held for all the work that was done: it is not told for one request.
    """
    profile = capture.profile
    if metric:
        wanted, timed = _TYPES.get(metric), resource_of(metric) in ("wall", "cpu")
        fits = (
            at for at, one in enumerate(profile.types) if one.name == wanted or (timed and one.unit == "nanoseconds")
        )
        profile = replace(profile, chosen=next(fits, profile.chosen))
    held = profile.types[profile.chosen].name.startswith("inuse")
    return replace(capture, profile=profile, work=1.0, per="run") if held else replace(capture, profile=profile)
