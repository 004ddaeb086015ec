"""What a change is made of: the parts of a metric that moved, and how much of the change each of them carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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
    before, after = ({one.key: one for one in _typical(run.samples, metric)} for run in (base, head))
    change = values[1].value - values[0].value if values[0] and values[1] else 0.0
    pairs = [(before.get(key), after.get(key)) for key in {**before, **after}]
    moves = [(one.value if one else 0.0) - (old.value if old else 0.0) for old, one in pairs]
    if not change or not EXPLAINS <= sum(moves) / change <= 1 / EXPLAINS:
        return ()
    found = (_moved(*pair, move / change) for pair, move in zip(pairs, moves, strict=True) if move)
    return tuple(sorted(found, key=lambda one: (-one.share, one.name, one.place)))


def typical_parts(runs: Sequence[Sample]) -> tuple[Part, ...]:
    """The parts of several runs as one: of each the median."""
    metrics = dict.fromkeys(part.metric for run in runs for part in run.parts)
    return tuple(part for metric in metrics for part in _typical(runs, metric))


def _typical(samples: Sequence[Sample], metric: str) -> Iterator[Part]:
    """The median of each part over the samples that have parts of `metric`; one that a sample lacks is 0 there."""
    told = [sums for sample in samples if (sums := _sums(sample.parts, metric))]
    for key, one in {key: one for sums in told for key, one in sums.items()}.items():
        value = median(sums[key].value if key in sums else 0.0 for sums in told)
        if value:
            yield replace(one, value=value)


def _sums(parts: Iterable[Part], metric: str) -> dict[tuple[str, str], Part]:
    sums: dict[tuple[str, str], Part] = {}
    for part in parts:
        if part.metric == metric:
            before = sums.get(part.key)
            sums[part.key] = replace(part, value=before.value + part.value) if before else part
    return sums


def _moved(before: Part | None, after: Part | None, share: float) -> PartChange:
    one = after or before
    assert one is not None
    return PartChange(one.name, before.value if before else None, after.value if after else None, share, one.place)
