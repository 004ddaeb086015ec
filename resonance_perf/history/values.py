"""What goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["step", "drift", "environment"]


class Observations(NamedTuple):
    """The measured values of a metric with their 95 % intervals, in its base unit; `at` in seconds since 1970.

    A column for each, because a history has 10,000 of them: to make an object of every one takes longer than to search
    them for changes.
    """

    values: Sequence[float]
    at: Sequence[float]
    commits: Sequence[str]
    environments: Sequence[str]
    lows: Sequence[float | None]
    highs: Sequence[float | None]

    def seen(self, place: int) -> tuple[str, float]:
        """The commit at a place, and when it was measured."""
        return self.commits[place], self.at[place]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Something happened at `commit`, the first one with the new value; `index` is its place in the observations.

    step: from one commit to the next the level went from `before` to `after` (base unit). 95 % sure to lie between
    the commits `first` and `last`.
    drift: from `first` to `last` the value went slowly from `before` to `after`, by `slope` per commit (a fraction of
    the value; the base unit where values are not all positive). Steps on the way are listed apart and not part of it.
    environment: from here on measured in an environment not seen before. Not an alarm: levels of two environments
    are not compared.

    `ratio` is after ÷ before with its 95 % interval `low` … `high`, None where `before` is not positive. `p` is the
    probability of so great a change by chance anywhere in the series, None for an environment.
    """

    kind: Kind
    index: int
    commit: str
    at: float
    before: float
    after: float
    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    first: str
    first_at: float
    last: str
    last_at: float
    slope: float = 0.0
