"""The error budget of a limit: how much of the time it was red, and how fast that uses up what is allowed.

The burn rate is that of Google's SRE workbook, chapter "Alerting on SLOs": the share of bad events, divided by the
share that the objective allows. At 1 the allowance is used up exactly; at 2 twice over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resonance_perf.judge.judge import judge_by
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.history import Point
from resonance_perf.model.judgement import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """What the runs of the metrics of one budget came to, each held against one limit, the one in force.

    `runs` are those that could be judged; the `unjudged` count for nothing. `last_red` is in seconds since 1970.
    """

    limit: LimitInForce
    metrics: tuple[str, ...]
    runs: int
    red: int
    yellow: int
    unjudged: int
    rate: float | None
    last_red: float | None


def burn(limit: LimitInForce, history: Mapping[str, Sequence[Point]], objective: float) -> Burn:
    """Judge every run of every metric (full name -> its runs). `objective` is the share that is to be good, below 1."""
    statuses = [
        (judge_by(limit, metric, _measured(point)).status, point.at)
        for metric, points in history.items()
        for point in points
    ]
    count = {status: sum(one == status for one, _ in statuses) for status in ("green", "yellow", "red")}
    runs = count["green"] + count["yellow"] + count["red"]
    return Burn(
        limit=limit, metrics=tuple(history), runs=runs, red=count["red"], yellow=count["yellow"],
        unjudged=len(statuses) - runs, rate=count["red"] / runs / (1 - objective) if runs else None,
        last_red=max((at for status, at in statuses if status == "red"), default=None),
    )  # fmt: skip


def _measured(point: Point) -> Measured:
    return Measured(
        estimate=point.estimate, commit=point.commit, run=point.run, measured_at=point.at, comparison=point.comparison
    )
