"""How rare a value is: with few degrees of freedom, and among many that were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log1p, sqrt


def holm(chances: Sequence[float]) -> list[float]:
    """p adjusted so that one false finding among all of them is as rare as one alone would be (Holm, 1979)."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    adjusted = [1.0] * len(chances)
    worst = 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(1.0, (len(chances) - rank) * chances[at]))
        adjusted[at] = worst
    return adjusted


def as_normal(t: float, degrees: float) -> float:
    """A value of Student's t as the one of a normal distribution that is as rare; wrong by 1 % at 3 degrees, and on the
    safe side (Wallace, 1959)."""
    if degrees == inf:
        return t
    return (8 * degrees + 1) / (8 * degrees + 3) * sqrt(degrees * log1p(t * t / degrees))


def as_student(z: float, degrees: float) -> float:
    """The other way round: a value of a normal distribution as one of Student's t."""
    if degrees == inf:
        return z
    z *= (8 * degrees + 3) / (8 * degrees + 1)
    return sqrt(degrees * (exp(z * z / degrees) - 1))
