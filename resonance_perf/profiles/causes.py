"""Profiles of both sides, and all that moved beside a metric → why it changed."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture

SOURCE = "beside it"


def why(
    comparison: Comparison,
    base: Sequence[Capture],  # noqa: ARG001  # the difference of profiles comes next
    head: Sequence[Capture],  # noqa: ARG001
    diff: Diff,  # noqa: ARG001
    *,
    beside: Sequence[Comparison] = (),
    findings: Sequence[Cause] = (),
) -> Why:
    """Why `comparison` came out as it did.

    `base` and `head` are captures of each side, of one profiler or of several; three or more of each give an interval.
    `beside` are the other comparisons of the same measurement: counts that moved explain what time cannot. `findings`
    are what an audit found to be different.
    """
    counts = [_count(comparison.metric, one) for one in beside if _explains(comparison, one)]
    return Why(metric=comparison.metric, causes=(*counts, *findings))


def _explains(comparison: Comparison, other: Comparison) -> bool:
    """A count that moved the same way, told in another unit than the metric's own."""
    return other.metric != comparison.metric and other.verdict == comparison.verdict and other.unit != comparison.unit


def _count(metric: str, moved: Comparison) -> Cause:
    return Cause(
        metric=metric, kind="count", name=moved.metric, source=SOURCE, unit=moved.unit, before=moved.before,
        after=moved.after,
    )  # fmt: skip
