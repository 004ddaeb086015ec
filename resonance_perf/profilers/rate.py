"""How often a profiler looks."""

from __future__ import annotations

WANTED = 2000.0
"""So many samples are taken in the time that a program takes; a share of 10 % is known to 7 % of itself then."""


def per_second(seconds: float, low: int, high: int) -> int:
    """The samples in a second of a program that takes so long; 0 seconds: not known."""
    return min(high, max(low, round(WANTED / seconds))) if seconds else low
