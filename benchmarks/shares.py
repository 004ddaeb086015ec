"""How often out of so many: shares with their exact limits, for the benchmarks beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95


def limits(hits: int, trials: int) -> tuple[float, float]:
    """The two-sided 95 % interval of a share (Clopper & Pearson, Biometrika 26, 1934)."""
    tail = (1 - CONFIDENCE) / 2
    low = _root(lambda share: 1 - _below(hits - 1, trials, share) - tail) if hits else 0.0
    high = _root(lambda share: tail - _below(hits, trials, share)) if hits < trials else 1.0
    return low, high


def at_most(trials: int) -> float:
    """Where nothing was seen in so many trials: the one-sided 95 % upper bound of its share."""
    return 1.0 - (1 - CONFIDENCE) ** (1 / trials) if trials else 1.0


def told(hits: int, trials: int) -> str:
    """`3/20`; where nothing was seen, with the bound: `0/20 (< 14 %)`."""
    if not trials:
        return ""
    return f"{hits}/{trials}" if hits else f"0/{trials} (< {at_most(trials) * 100:.2g} %)"


def percentile(values: Sequence[float], q: float) -> float:
    """The q-quantile (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def _below(hits: int, trials: int, share: float) -> float:
    """The probability of at most so many hits."""
    if share <= 0 or hits >= trials:
        return 1.0
    if hits < 0 or share >= 1:
        return 0.0
    odds, rest, ways = log(share), log1p(-share), lgamma(trials + 1)
    return sum(
        exp(ways - lgamma(k + 1) - lgamma(trials - k + 1) + k * odds + (trials - k) * rest) for k in range(hits + 1)
    )


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
