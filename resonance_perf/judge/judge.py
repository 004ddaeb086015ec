"""Budgets against numbers -> green, yellow, red, unsure, unmeasured, elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import inf

from resonance_perf.judge.scope import covered, is_elsewhere, metric_of
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.judgement import ORDER, Judgement, Measured, Status
from resonance_perf.model.pattern import is_pattern
from resonance_perf.model.quantity import UNITS
from resonance_perf.model.sight import Sight

LOOSE = 3.0
"""A limit with so much room would pass a regression of three times without a word."""


def judge(
    limits: Mapping[str, LimitInForce],
    aliases: Mapping[str, str],
    newest: Mapping[str, Measured],
    *,
    named: Collection[str] = (),
    branch: str | None = None,
) -> tuple[Judgement, ...]:
    """Judge every budget, in the order of the fence.

    `aliases` maps budget keys to full metric names (`stats-api.p95`), as the config ties them; `newest` is by full
    metric name. A budget whose metric is unknown or was never measured is `unmeasured`. One with a pattern is judged
    by the worst metric that matches, among those measured and those `named` in the config. `branch` is where we are;
    None, a detached HEAD, is any branch.
    """
    return tuple(_judge_one(limit, aliases, newest, named, branch) for limit in limits.values())


def judge_each(
    limits: Mapping[str, LimitInForce],
    aliases: Mapping[str, str],
    newest: Mapping[str, Measured],
    *,
    branch: str | None = None,
) -> tuple[Judgement, ...]:
    """One judgement for every budget that counts here and every metric of `newest` that it covers, none left out.

    A budget that names its metric has one also when that is not there: it is unmeasured.
    """
    return tuple(
        judge_by(limit, name, newest.get(name))
        for limit in limits.values()
        if (wanted := metric_of(limit.budget, aliases)) and not is_elsewhere(limit.budget, branch)
        for name in (covered(limit.budget, aliases, newest) if is_pattern(wanted) else (wanted,))
    )


def too_fine(judgement: Judgement, sight: Sight | None) -> Judgement:
    """The judgement, or `unsure` where a relative budget allows less than this machine can see of the metric."""
    relative = judgement.limit.budget.relative
    if (
        relative is None
        or sight is None
        or abs(relative) >= sight.visible
        or judgement.status in ("unmeasured", "elsewhere")
    ):
        return judgement
    note = f"{judgement.limit.budget.text} is finer than what is seen here: {sight.visible * 100:.2g} %"
    return replace(judgement, status="unsure", note=note)


def explained(judgement: Judgement, missing: Mapping[str, str]) -> Judgement:
    """The judgement; where its metric has no number, with the reason why instead of that it never had one.

    `missing` is by full metric name.
    """
    why = missing.get(judgement.metric or "")
    if why is None or judgement.estimate is not None:
        return judgement
    return replace(judgement, note=judgement.note.replace(_never(judgement.metric or ""), why))


def _never(metric: str) -> str:
    return f"{metric} was never measured"


def _judge_one(
    limit: LimitInForce,
    aliases: Mapping[str, str],
    newest: Mapping[str, Measured],
    named: Collection[str],
    branch: str | None,
) -> Judgement:
    wanted = metric_of(limit.budget, aliases)
    if is_elsewhere(limit.budget, branch):
        note = f"not judged on {branch}: it counts on {', '.join(limit.budget.branches)}"
        return Judgement(key=limit.key, limit=limit, metric=wanted, status="elsewhere", note=note)
    if wanted is None:
        note = f'no metric: write {{budget: {limit.key}}} beside a metric in the config, or "metric" here'
        return Judgement(key=limit.key, limit=limit, metric=None, status="unmeasured", note=note)
    if not is_pattern(wanted):
        return judge_by(limit, wanted, newest.get(wanted))
    found = covered(limit.budget, aliases, dict.fromkeys([*newest, *named]))
    if not found:
        note = f"nothing that is measured matches {wanted}"
        return Judgement(key=limit.key, limit=limit, metric=wanted, status="unmeasured", note=note)
    judged = [judge_by(limit, name, newest.get(name)) for name in found]
    one = min(judged, key=lambda one: (ORDER.index(one.status), inf if one.headroom is None else one.headroom))
    note = f"the worst of {len(found)} that match {wanted}" if len(found) > 1 else f"the only one that matches {wanted}"
    return replace(one, note="; ".join(part for part in (note, one.note) if part))


def judge_by(limit: LimitInForce, metric: str, found: Measured | None) -> Judgement:
    """One limit against the newest number of one metric that it covers."""
    if found is None:
        return Judgement(key=limit.key, limit=limit, metric=metric, status="unmeasured", note=_never(metric))
    status, headroom, note = against(limit.budget, found)
    if found.estimate.note:
        status, note = "unsure", found.estimate.note
    if found.problem and status == "green":
        status = "unmeasured"
    return Judgement(
        key=limit.key, limit=limit, metric=metric, status=status, estimate=found.estimate, headroom=headroom,
        commit=found.commit, run=found.run, measured_at=found.measured_at,
        note="; ".join(part for part in (found.problem, note) if part),
    )  # fmt: skip


def against(budget: Budget, found: Measured) -> tuple[Status, float | None, str]:
    """(status, headroom, note) of one number against one budget.

    Red only when the whole interval lies beyond the limit; an interval that straddles it is yellow and says so.
    Headroom is the room left as a fraction of the limit.
    """
    if budget.limit is None:
        return _against_baseline(budget, found)
    unit = UNITS[found.estimate.unit]
    if unit.dimension != budget.limit.unit.dimension:
        wanted = budget.limit.unit.symbol or "a plain number"
        return "unmeasured", None, f"the limit is in {wanted}, {found.estimate.metric} in {unit.symbol or 'counts'}"
    estimate = found.estimate
    return _colour(
        budget, budget.limit.base, *(value * unit.factor for value in (estimate.value, estimate.low, estimate.high))
    )


def _against_baseline(budget: Budget, found: Measured) -> tuple[Status, float | None, str]:
    if found.comparison is None:
        return "unmeasured", None, "a relative budget needs a baseline: measure a change"
    assert budget.relative is not None
    one = found.comparison
    status, headroom, note = _colour(budget, 1 + budget.relative, one.ratio, one.low, one.high)
    if status == "red" and one.verdict == "unsure":  # seen once, and not borne out: no alarm
        return (
            "yellow",
            headroom,
            f"over the limit, but unsure: {one.note}" if one.note else "over the limit, but unsure",
        )
    return status, headroom, note


def _colour(budget: Budget, limit: float, value: float, low: float, high: float) -> tuple[Status, float | None, str]:
    sign = -1.0 if budget.direction == "higher" else 1.0
    if sign < 0:
        low, high = high, low  # from here on `low` is the better end
    scale = abs(limit)
    headroom = sign * (limit - value) / scale if scale else None
    if sign * (low - limit) > 0:
        return "red", headroom, ""
    if sign * (high - limit) > 0:
        where = "over" if sign * (value - limit) > 0 else "within"
        return "yellow", headroom, f"{where} the limit, but the interval straddles it"
    if headroom is not None and headroom < budget.warn:
        return "yellow", headroom, f"within {budget.warn * 100:.0f} % of the limit"
    slack = _slack(budget, limit, value)
    return "green", headroom, f"loose: the limit is {slack:.1f} times the value" if slack >= LOOSE else ""


def is_loose(judgement: Judgement) -> bool:
    """True for a green budget whose limit leaves three times the room."""
    budget, estimate = judgement.limit.budget, judgement.estimate
    if judgement.status != "green" or budget.limit is None or estimate is None:
        return False
    return _slack(budget, budget.limit.base, estimate.value * UNITS[estimate.unit].factor) >= LOOSE


def _slack(budget: Budget, limit: float, value: float) -> float:
    """How many times the value the limit is (for a rate, the other way round); 0 where that means nothing."""
    small, large = (limit, value) if budget.direction == "higher" else (value, limit)
    return large / small if small > 0 and budget.limit is not None else 0.0
