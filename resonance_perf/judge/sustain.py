"""Is an improvement there to stay: which runs count for it, and what comes of it when there are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_high, median_low

from resonance_perf.judge.ratchet import may_be_seen, propose_shift
from resonance_perf.model.budget import BudgetShift, LimitInForce
from resonance_perf.model.candidate import Candidate, Witness
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.metric import loads_differ
from resonance_perf.model.quantity import format_value
from resonance_perf.model.run import Estimate, Run
from resonance_perf.model.sight import Sight

TRIES = 2
"""So many runs are asked for, for each one that must count, before the candidate is given up."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """The run neither bears the improvement out nor speaks against it."""

    why: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """The limit stays as it is."""

    why: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """So many more runs have to count."""

    runs: int


@dataclass(frozen=True, slots=True)
class Cooling:
    """The limit moved a short while ago; this is decided at `until`, in seconds since 1970."""

    shift: BudgetShift
    until: float


def begins(judgement: Judgement, estimate: Estimate, comparison: Comparison, sight: Sight | None) -> BudgetShift | None:
    """The step that an improvement to the level `estimate` promises, or None when it is none that a budget may follow.

    It must be proven by the metric itself, with fresh pairs, within a limit that is kept.
    """
    proven = comparison.verdict == "faster" and comparison.confirmed and comparison.decided_by == comparison.metric
    if not proven or judgement.metric is None or judgement.status not in ("green", "yellow"):
        return None
    shift = propose_shift(judgement.limit, judgement.metric, estimate)
    return shift if shift is not None and may_be_seen(shift, sight) else None


def weigh(
    candidate: Candidate, run: Run, comparison: Comparison | None, judgements: Sequence[Judgement]
) -> Witness | Ignored | Dropped:
    """What a full-length run of the same content, or of a later commit, says of a candidate.

    `comparison` is that of the candidate's metric, None for a run of the head alone; `judgements` are the run's.
    """
    if comparison is not None and comparison.verdict == "slower":
        return Dropped(f"{run.commit[:9]} made {candidate.metric} slower again")
    if any(one.key == candidate.key and one.metric == candidate.metric and one.status == "red" for one in judgements):
        return Dropped(f"{candidate.metric} is over the limit on {run.commit[:9]}")
    if run.environment.id != candidate.environment:
        return Ignored("it was measured on another machine, or with other tools")
    if loads_differ(run.load_model, candidate.load_model):
        return Ignored("it was measured under another load")
    if comparison is not None and comparison.verdict == "unsure":
        return Ignored(f"{candidate.metric} was unsure")
    estimate = run.estimate(candidate.change.metric)
    if estimate is None or run.quick:
        return Ignored(f"it says nothing of {candidate.metric}")
    if estimate.note:
        return Ignored(estimate.note)
    return Witness(run.id, run.commit, run.started_at, estimate)


def settle(
    candidate: Candidate, witnesses: Sequence[Witness], limit: LimitInForce | None, *,
    runs: int, free_at: float, now: float, sight: Sight | None,
) -> BudgetShift | Cooling | Lacking | Dropped:  # fmt: skip
    """What comes of a candidate. `runs` must count for it; the limit may move again from `free_at` on."""
    if limit is None:
        return Dropped("the budget is gone")
    if limit.budget.ratchet == "off":
        return Dropped("its ratchet is off")
    if len(witnesses) < runs:
        return Lacking(runs - len(witnesses))
    level = supported(candidate, witnesses, higher_is_better=limit.budget.direction == "higher")
    shift = propose_shift(limit, candidate.metric, level)
    if shift is None or not may_be_seen(shift, sight):
        value, low, high = (format_value(one, level.unit) for one in (level.value, level.low, level.high))
        shown = f"{len(witnesses)} runs after it show {value} [{low}, {high}]"
        return Dropped(f"{shown}, which leaves no step worth taking")
    return Cooling(shift, free_at) if now < free_at else shift


def supported(candidate: Candidate, witnesses: Sequence[Witness], *, higher_is_better: bool) -> Estimate:
    """The level that a limit may follow: the median of the later runs, or the improvement's own bound if that is worse.

    The run that was faster was chosen for being good. So it may ask for more room, and never for less.
    """
    level, own = middle(witnesses), candidate.estimate
    if higher_is_better:
        return replace(level, low=min(level.low, own.low))
    return replace(level, high=max(level.high, own.high))


def middle(witnesses: Sequence[Witness]) -> Estimate:
    """The median of the values and of each bound; of two in the middle, the wider bound."""
    estimates = [one.estimate for one in witnesses]
    low, high = median_low(one.low for one in estimates), median_high(one.high for one in estimates)
    values = sorted(one.value for one in estimates)
    value = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return Estimate(estimates[0].metric, value, low, high, estimates[0].unit, sum(one.n for one in estimates))
