"""When the requests of an open load are due: at a constant rate, or at one that rises or jumps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, sqrt

Stage = tuple[float, float, float]
"""(requests per second at its start, at its end, seconds); in between the rate moves evenly."""
_ROUNDING = 1e-6
_CALM = 0.4
"""The share of a spike's time before the peak, and after it."""


def stages(shape: str, rate: float, peak: float, duration_s: float) -> tuple[Stage, ...]:
    """The stages of a load: `ramp` rises from `rate` to `peak`, `spike` jumps there in the middle of its time."""
    if shape == "ramp":
        return ((rate, peak, duration_s),)
    if shape == "spike":
        calm = (rate, rate, _CALM * duration_s)
        return (calm, (peak, peak, (1 - 2 * _CALM) * duration_s), calm)
    return ((rate, rate, duration_s),)


def how_many(course: Iterable[Stage]) -> int:
    """How many requests are due; at least one."""
    return max(1, ceil(sum((first + last) / 2 * seconds for first, last, seconds in course) - _ROUNDING))


def arrivals(course: Iterable[Stage]) -> Iterator[float]:
    """When each request is due, in seconds after the start; at least one.

    Request n is due when the integral of the rate reaches n.
    """
    number, begun, area = 0, 0.0, 0.0
    for first, last, seconds in course:
        slope = (last - first) / seconds
        whole = area + (first + last) / 2 * seconds
        while number < whole - _ROUNDING:
            done = max(0.0, number - area)
            yield begun + (2 * done / (first + sqrt(first * first + 2 * slope * done)) if done else 0.0)
            number += 1
        begun, area = begun + seconds, whole
    if not number:
        yield 0.0
