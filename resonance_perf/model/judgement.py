"""What the budgets say of the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Estimate

Status = Literal["green", "yellow", "red", "unsure", "unmeasured", "elsewhere"]
"""`elsewhere`: a budget of other branches, which says nothing on this one."""

MARKS: dict[Status, str] = {
    "green": "🟢", "yellow": "🟡", "red": "🔴", "unsure": "⚪", "unmeasured": "⚫", "elsewhere": "⚪",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The newest number of a metric, and its comparison with the baseline where there is one.

    `measured_at` is in seconds since 1970.
    """

    estimate: Estimate
    commit: str
    run: str
    measured_at: float
    comparison: Comparison | None = None
    problem: str = ""
    """Why there is no newer number, or why it cannot be trusted. Such a number is never green."""
    environment: str = ""
    """The id of the environment that it was measured in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One budget against the newest number; where its metric is a pattern, against the worst of those that match.

    `headroom` is the room left as a fraction of the limit (negative: exceeded); None when it is unmeasured. `note`
    says what a colour cannot, such as that the interval straddles the limit.
    """

    key: str
    limit: LimitInForce
    metric: str | None
    status: Status
    estimate: Estimate | None = None
    headroom: float | None = None
    commit: str = ""
    run: str = ""
    measured_at: float = 0.0
    note: str = ""


ORDER: tuple[Status, ...] = ("red", "unmeasured", "yellow", "unsure", "green", "elsewhere")
"""The worst first."""


def worst(statuses: list[Status]) -> Status:
    """The status of the whole: red before unmeasured before yellow before unsure before green."""
    return next((one for one in ORDER if one in statuses), "green")


def worst_by_metric(judgements: Sequence[Judgement]) -> dict[str, Judgement]:
    """Full metric name -> the judgement that says worst of it: several budgets may cover one metric."""
    first = sorted(judgements, key=lambda one: ORDER.index(one.status), reverse=True)
    return {one.metric: one for one in first if one.metric is not None}
