"""What a change is made of: the parts of a metric that moved, and how much of the change each of them carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from resonance_perf.model.comparison import PartChange
from resonance_perf.model.run import Part, Run, Sample

EXPLAINS = 0.5
"""The parts that moved must make up this share of a change to be named, and at most so many times its inverse: else
it is made of something else, and naming them would be guessing."""
KEPT = 20
"""So many parts stay with a comparison; all of them are in its artifact."""


def growth(metric: str, base: Run, head: Run, *, told: bool) -> tuple[PartChange, ...]:
    """The heaviest of `what_moved`, in its order; nothing where the change is not one that is `told`."""
    parts = what_moved(metric, base, head) if told else ()
    chosen = {one.name for one in sorted(parts, key=lambda one: -abs(one.share))[:KEPT]}
    return tuple(one for one in parts if one.name in chosen)


def what_moved(metric: str, base: Run, head: Run) -> tuple[PartChange, ...]:
    """The parts of `metric` that moved, those that carry most of its change first."""
    values = base.estimate(metric), head.estimate(metric)
    before, after = (parts_by_name(run.samples, metric) for run in (base, head))
    change = values[1].value - values[0].value if values[0] and values[1] else 0.0
    moves = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in {**before, **after}}
    if not change or not EXPLAINS <= sum(moves.values()) / change <= 1 / EXPLAINS:
        return ()
    found = (PartChange(name, before.get(name), after.get(name), move / change) for name, move in moves.items() if move)
    return tuple(sorted(found, key=lambda one: (-one.share, one.name)))


def parts_by_name(samples: Sequence[Sample], metric: str) -> dict[str, float]:
    """The median of each part over the samples that have parts of `metric`; one that a sample lacks is 0 there."""
    told = [sums for sample in samples if (sums := _sums(sample.parts, metric))]
    names = dict.fromkeys(name for sums in told for name in sums)
    medians = {name: median(sums.get(name, 0.0) for sums in told) for name in names}
    return {name: value for name, value in medians.items() if value}


def typical_parts(runs: Sequence[Sample]) -> tuple[Part, ...]:
    """The parts of several runs as one: of each the median."""
    metrics = dict.fromkeys(part.metric for run in runs for part in run.parts)
    return tuple(Part(metric, *one) for metric in metrics for one in parts_by_name(runs, metric).items())


def _sums(parts: Iterable[Part], metric: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for part in parts:
        if part.metric == metric:
            sums[part.name] = sums.get(part.name, 0.0) + part.value
    return sums
