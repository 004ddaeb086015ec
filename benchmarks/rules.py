"""The rules of thumb of CI gates, on samples of two blocks: all of the base, then all of the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import copysign, log, sqrt
from statistics import NormalDist, fmean, variance
from typing import Literal

Answer = Literal["slower", "faster", ""]
Rule = Callable[[Sequence[float], Sequence[float]], Answer]


def welch(base: Sequence[float], head: Sequence[float]) -> Answer:
    """Welch's t test, p < .05 two-sided."""
    first, second = variance(base) / len(base), variance(head) / len(head)
    spread = first + second
    if spread == 0:
        return ""
    free = spread**2 / (first**2 / (len(base) - 1) + second**2 / (len(head) - 1))
    return _sign(_normal((fmean(head) - fmean(base)) / sqrt(spread), free), -NormalDist().inv_cdf(0.025))


def mean_5(base: Sequence[float], head: Sequence[float]) -> Answer:
    """The means differ by more than 5 %."""
    return _sign(log(fmean(head) / fmean(base)), log(1.05))


def min_2(base: Sequence[float], head: Sequence[float]) -> Answer:
    """The minima differ by more than 2 %."""
    return _sign(log(min(head) / min(base)), log(1.02))


RULES: Mapping[str, Rule] = {"block, Welch t": welch, "block, mean > 5 %": mean_5, "block, min > 2 %": min_2}


def _sign(value: float, limit: float) -> Answer:
    if abs(value) <= limit:
        return ""
    return "slower" if value > 0 else "faster"


def _normal(t: float, free: float) -> float:
    """Student's t as a normal deviate (Wallace, Annals of Mathematical Statistics 30, 1959: error < 0.01 at 8)."""
    return copysign((8 * free + 1) / (8 * free + 3) * sqrt(free * log(1 + t * t / free)), t)
