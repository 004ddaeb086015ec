"""What comparisons of a commit with itself tell of the machine and of our own verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.metric import metric_id
from resonance_perf.model.sight import Sight


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
            visible=median(max(one.high - 1, 1 / one.low - 1) for one in all_),
        )
        for name, all_ in found.items()
    }  # fmt: skip
