"""The search for the highest rate that a server bears. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, sqrt

from resonance_perf.model.counted import Ordered

CLOSE = 1.1
"""The search ends when the lowest rate that was too much is so close to the highest that was borne."""
_DOWN = 16.0
"""So far below the first rate it is tried, too."""


def next_rate(tried: Mapping[float, bool], first: float, most: float) -> float | None:
    """The rate to try next, None when the knee is known; `tried` says which rates were borne.

    It doubles until one is too much and halves until one is borne, then splits what lies between evenly on the
    logarithmic scale.
    """
    if not tried:
        return first
    too_much = min((rate for rate, borne in tried.items() if not borne), default=None)
    if too_much is None:
        highest = max(tried)
        return min(2 * highest, most) if highest < most else None
    borne = knee(tried)
    if borne is None:
        return too_much / 2 if too_much > first / _DOWN else None
    return None if too_much <= CLOSE * borne else sqrt(too_much * borne)


def is_borne(latencies_ms: Ordered, sent: int, limit_ms: float) -> bool:
    """True when the p99 of the requests that were sent is within the limit; one without an answer is without."""
    rank = ceil(0.99 * sent)
    return rank <= len(latencies_ms) and latencies_ms[rank - 1] <= limit_ms


def knee(tried: Mapping[float, bool]) -> float | None:
    """The highest rate that was borne below every one that was too much."""
    too_much = min((rate for rate, borne in tried.items() if not borne), default=float("inf"))
    return max((rate for rate, borne in tried.items() if borne and rate < too_much), default=None)
