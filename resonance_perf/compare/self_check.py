"""What comparisons of a commit with itself tell of the machine and of our own verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log, sqrt
from statistics import fmean, median

from resonance_perf.compare.compare import Z95
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.metric import metric_id
from resonance_perf.model.sight import Sight

LEAST_CHECKS = 5
"""With fewer, the distance of two builds is not told from noise."""


def sights(comparisons: Iterable[Comparison]) -> dict[str, Sight]:
    """By full metric name, what comparisons of equal code showed.

    The two sides are built apart, so that what a build does to the numbers is part of it: the smallest visible change
    is how far the interval of a typical such comparison reaches from 1.
    """
    found: dict[str, list[Comparison]] = {}
    for one in comparisons:
        if one.low > 0 and one.high < float("inf"):
            found.setdefault(metric_id(one.benchmark, one.metric), []).append(one)
    return {
        name: Sight(
            metric=name, checks=len(all_), alarms=sum(one.verdict in ("slower", "faster") for one in all_),
            visible=median(max(one.high - 1, 1 / one.low - 1) for one in all_), apart=_apart(all_),
        )
        for name, all_ in found.items()
    }  # fmt: skip


def _apart(checks: Sequence[Comparison]) -> float:
    """The spread of builds by the method of moments: what the ratios differ from 1 beyond their own errors.

    The intervals are those of a look, wider than 95 %: the errors are overstated, and the spread understated.

    Source: DerSimonian & Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986), for a known
    mean.
    """
    if len(checks) < LEAST_CHECKS:
        return 0.0
    errors = [(log(one.high) - log(one.low)) / (2 * Z95) for one in checks]
    return sqrt(max(0.0, fmean(log(one.ratio) ** 2 for one in checks) - fmean(error**2 for error in errors)))
