"""Which profiler can say why a metric changed, and by which of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from resonance_perf.model.profile import Profile
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


def aimed(profile: Profile, metric: str) -> Profile:
    """The profile with the type chosen that the metric is about, where it has that; as it is for no metric."""
    if not metric:
        return profile
    wanted, timed = _TYPES.get(metric), resource_of(metric) in ("wall", "cpu")
    fits = (at for at, one in enumerate(profile.types) if one.name == wanted or (timed and one.unit == "nanoseconds"))
    return replace(profile, chosen=next(fits, profile.chosen))
