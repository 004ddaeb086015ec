"""How much did it change, and how sure are we."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["faster", "slower", "same", "unsure"]
"""`faster` means better in the metric's own direction (also smaller, also more requests per second)."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of a metric that moved, in the unit of the metric; None where a side does not have it.

    `share` is how much of the change it carries: 0.92 are 92 %, and what is below 0 moved the other way. `place` is
    where it stands in the head (`/app.js:12`), and in the base where the head does not have it.
    """

    name: str
    before: float | None
    after: float | None
    share: float
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One metric of a benchmark, head against base.

    `ratio` is head ÷ base, with the interval [`low`, `high`]; `seconds` is the measuring time that was spent.
    `before` and `after` are the values of the two runs, in the base unit `unit`. `base` and `head` are run ids.
    """

    benchmark: str
    metric: str
    base: str
    head: str
    before: float
    after: float
    unit: str
    ratio: float
    low: float
    high: float
    verdict: Verdict
    pairs: int
    seconds: float
    decided_by: str
    note: str = ""
    confirmed: bool = False
    """Fresh pairs, measured after the suspicion, showed the change again."""
    more_s: float | None = None
    """How many seconds more would settle an unsure one, if it is what it looks like; None: no time would, or nobody
    can say."""
    parts: tuple[PartChange, ...] = ()
    """What the change is made of, where that is known: what carries most of it first."""

    @property
    def change_percent(self) -> tuple[float, float, float]:
        """(estimate, low, high) of the change in percent; −50 means half."""
        return tuple((one - 1.0) * 100.0 for one in (self.ratio, self.low, self.high))  # type: ignore[return-value]  # a generator of three
