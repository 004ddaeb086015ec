"""Silent passes: numbers that are not there any more, or that no measurement can have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.run import Measure, Run, Sample

LEAST = 5
"""So many equal samples of a clock are no luck."""
CLOCK = "ms"
"""The unit of metrics that come from a clock and never repeat to the last digit."""


def constant_metrics(measures: Mapping[str, Measure], samples: Sequence[Sample]) -> dict[str, str]:
    """Metric -> sentence, for those of a clock whose samples are all equal: the clock is not what was read."""
    found = {}
    for name, measure in measures.items():
        values = [sample.values[name] for sample in samples if name in sample.values]
        clock = measure.unit == CLOCK and not measure.exact
        if clock and len(values) >= LEAST and len(set(values)) == 1 and not (measure.coarse and values[0] % 1 == 0):
            found[name] = f"all {len(values)} samples of {name} are exactly {values[0]:g} {measure.unit}"
    return found


def absent_metrics(
    named: Sequence[str], measures: Mapping[str, Measure], base: Run | None, head: Run
) -> dict[str, str]:
    """Metric -> sentence, for those that are wanted and that the head has not: they vanished, or never were there."""
    found = {}
    for name in (one for one in named if head.estimate(one) is None):
        there = base is not None and base.estimate(name) is not None
        what = f"vanished: {base.commit[:9]} has it, {head.commit[:9]} has not" if base and there else "is not there"
        reason = measures[name].absent or "" if there else measures[name].absent or "no sample holds it"
        found[name] = f"{name} {what}" + (f": {reason}" if reason else "")
    return found


def new_metrics(named: Sequence[str], base: Run, head: Run) -> list[str]:
    """A sentence for each wanted metric that only the head has: there is nothing to compare it with."""
    return [
        f"{name} is new: {base.commit[:9]} has none"
        for name in named
        if head.estimate(name) is not None and base.estimate(name) is None
    ]
