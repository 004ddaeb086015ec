"""What a metric is made of, as causes."""

from __future__ import annotations

from resonance_perf.model.cause import Cause
from resonance_perf.model.comparison import Comparison


def part_causes(comparison: Comparison) -> tuple[Cause, ...]:
    """The parts that moved, in their order."""
    return tuple(
        Cause(
            metric=comparison.metric, kind="part", name=one.name, source="", unit=comparison.unit, before=one.before,
            after=one.after, share=one.share,
        )
        for one in comparison.parts
    )  # fmt: skip
