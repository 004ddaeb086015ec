"""A budget that tightens, as it is written down: the decision and the commit message, with all that bears it out."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.judge.sustain import middle
from resonance_perf.model.budget import BudgetShift
from resonance_perf.model.candidate import Candidate, Witness
from resonance_perf.model.quantity import format_value, parse_quantity
from resonance_perf.model.record import Decision, Reading
from resonance_perf.model.run import Estimate
from resonance_perf.report.words import change, one_change, short, utc


def level(estimate: Estimate | BudgetShift) -> str:
    """`3.96 ms [3.8 ms, 4.1 ms]`."""
    value, low, high = (format_value(one, estimate.unit) for one in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def shift_decision(shift: BudgetShift, candidate: Candidate, witnesses: Sequence[Witness]) -> Decision:
    """Why the limit moved, for `00_soul.md`."""
    one, what = candidate.change, f" “{candidate.subject}”" if candidate.subject else ""
    runs = "; ".join(
        f"run {found.run} on {short(found.commit)} ({utc(found.at)}): {level(found.estimate)}" for found in witnesses
    )
    return Decision(
        id=candidate.id,
        date=utc(witnesses[-1].at, "%Y-%m-%d"),
        title=f"Tighten {shift.key} from {shift.old} to {shift.new}",
        context=f"{short(candidate.commit)}{what} made {shift.metric} better: {one_change(one)}. "
        f"{len(witnesses)} runs after it bear it out.",
        decision=f"The limit of {shift.key} is {shift.new} from now on; it was {shift.old}.",
        evidence=f"run {one.base} → {one.head}: {one_change(one)}, {one.pairs} pairs, confirmed with fresh ones; "
        f"{candidate.verified}. {runs}. Their median is {level(middle(witnesses))}{_wider(shift, witnesses)}.",
        consequences=f"A change that takes {shift.metric} {_beyond(shift)} turns the budget red. Loosening it again "
        f"needs an approval: `resonance-perf budget loosen {shift.key} VALUE --why …`.",
    )


def shift_readings(shift: BudgetShift, candidate: Candidate, witnesses: Sequence[Witness]) -> tuple[Reading, ...]:
    """What the decision cites, for the typed ledger: the change, and each run after it."""
    one = candidate.change
    cited = [(candidate.run, candidate.commit, candidate.at, one.after, f"{one_change(one)}, {one.pairs} pairs.")]
    cited += [
        (found.run, found.commit, found.at, found.estimate.value, f"{level(found.estimate)}, with 95 %.")
        for found in witnesses
    ]
    return tuple(
        Reading(
            run=run, metric=shift.metric, title=f"{shift.metric} at {short(commit)}", value=f"{value:.6g}",
            unit=shift.unit or "1", as_of=utc(at, "%Y-%m-%d"), source=f"resonance-perf run {run}", note=note,
        )
        for run, commit, at, value, note in cited
    )  # fmt: skip


def shift_message(shift: BudgetShift, candidate: Candidate, witnesses: Sequence[Witness]) -> str:
    """The commit message of a shift: the evidence as tables, and trailers for machines."""
    one = candidate.change
    before, after = format_value(one.before, one.unit), format_value(one.after, one.unit)
    what = f" ({candidate.subject})" if candidate.subject else ""
    own = (candidate.run, candidate.commit, candidate.at, candidate.estimate)
    rows = "".join(
        f"| {run} | {short(commit)} | {utc(at)} | {level(estimate)} |\n"
        for run, commit, at, estimate in (own, *((one.run, one.commit, one.at, one.estimate) for one in witnesses))
    )
    runs = "".join(f"Perf-Run: {run}\n" for run in (candidate.run, *(found.run for found in witnesses)))
    return (
        f"perf(budget): tighten {shift.key} {shift.old} → {shift.new}\n\n"
        f"{short(candidate.commit)}{what} is better, and {len(witnesses)} runs after it bear it out.\n\n"
        "| metric | before | after | change | pairs |\n"
        "|---|---|---|---|---|\n"
        f"| {shift.metric} | {before} | {after} | {change(one)} | {one.pairs} |\n\n"
        "| run | commit | when (UTC) | level, with interval |\n"
        "|---|---|---|---|\n"
        f"{rows}\nThe median of the later ones is {level(middle(witnesses))}{_wider(shift, witnesses)}. "
        f"{candidate.verified}.\n\n"
        f"{runs}Perf-Benchmark: {candidate.benchmark}\nPerf-Measured-Commit: {candidate.commit}\n"
    )


def _wider(shift: BudgetShift, witnesses: Sequence[Witness]) -> str:
    """What the limit leaves room for, where the improvement itself showed more than the median does."""
    found = middle(witnesses)
    return (
        ""
        if (shift.low, shift.high) == (found.low, found.high)
        else (f"; with the improvement's own bound, which is worse, {level(shift)}")
    )


def _beyond(shift: BudgetShift) -> str:
    """`above 60ms`, or for what is better when higher `below 60fps`: a tighter limit shows which."""
    old, new = (parse_quantity(text.lstrip("<>= ")).base for text in (shift.old, shift.new))
    return f"{'below' if new > old else 'above'} {shift.new.lstrip('<>= ')}"
