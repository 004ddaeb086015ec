"""All that was measured for one job."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What came of a job: the head's run, the base's when there was one, and how they compare.

    `anchor` is a third side, measured in the same turns: a fixed commit that shows creep. `seconds` is the time of
    everything, checkout and setup included.
    """

    head: Run
    base: Run | None = None
    comparisons: tuple[Comparison, ...] = ()
    anchor: Run | None = None
    since_anchor: tuple[Comparison, ...] = ()
    seconds: float = 0.0
    note: str = ""
