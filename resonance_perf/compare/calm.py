"""The median of differences in which a calm pair counts for more, with its exact interval: a sign test with weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import inf

from resonance_perf.compare.signed_rank import cut

_DIGITS = 9
"""Sums that agree in so many places are equal: the unit must not choose which of two pairs was calmer."""


def calm_middle(
    differences: Sequence[float], sums: Sequence[float], level: float
) -> tuple[float, float, float]:  # fmt: skip
    """(estimate, low, high) for the centre of differences of logarithms of times; `sums` are those of the same pairs.

    A neighbour adds to the sum of a pair, whichever side it hits, and the coin that says which side runs first does
    not touch the sum. So the sums may say how much each sign counts: the pair with the greatest sum 1, the calmest one
    n. If no side is slower, what the signs add up to has the distribution of Wilcoxon's statistic, which is the ranks
    1 … n under fair coins; only who has which rank is another matter. A constant factor between the sides moves all
    sums alike.

    Pairs of equal sums have their ranks in the order that is worst for the bound: it is at most as narrow as if
    another coin had chosen.
    """
    count, rank = len(differences), cut(len(differences), level)
    low_end, high_end = _weighed(differences, sums), _weighed([-one for one in differences], sums)
    half = count * (count + 1) / 4
    estimate = (_reaching(low_end, half) - _reaching(high_end, half)) / 2
    if rank < 1:
        return estimate, -inf, inf
    return estimate, _reaching(low_end, rank), -_reaching(high_end, rank)


def _weighed(differences: Sequence[float], sums: Sequence[float]) -> list[tuple[float, int]]:
    """Every difference from the lowest, with the sum of the ranks up to it."""
    wildest = sorted(zip(sums, differences, strict=True), key=lambda pair: (-round(pair[0], _DIGITS), -pair[1]))
    ranked = sorted((difference, rank) for rank, (_, difference) in enumerate(wildest, 1))
    reached = accumulate(rank for _, rank in ranked)
    return [(difference, so_far) for (difference, _), so_far in zip(ranked, reached, strict=True)]


def _reaching(weighed: Sequence[tuple[float, int]], weight: float) -> float:
    return next(difference for difference, so_far in weighed if so_far >= weight)
