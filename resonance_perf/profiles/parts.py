"""What a metric is made of, as causes."""

from __future__ import annotations

from resonance_perf.model.cause import Cause
from resonance_perf.model.comparison import Comparison


def part_causes(comparison: Comparison) -> tuple[Cause, ...]:
    """The parts that moved, in their order."""
    return tuple(
        Cause(
            metric=comparison.metric, kind="part", name=one.name, source="", unit=comparison.unit, before=one.before,
            after=one.after, share=one.share, file=file, line=int(line or 0),
        )
        for one in comparison.parts
        for file, line in (_place(one.place),)
    )  # fmt: skip


def _place(place: str) -> tuple[str, str]:
    """File and line of `/app.js:12`; the line is empty where there is none."""
    file, mark, line = place.rpartition(":")
    return (file, line) if mark and line.isdigit() else (place, "")
