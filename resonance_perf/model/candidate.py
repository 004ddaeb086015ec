"""An improvement that may tighten a budget, and what bears it out."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.record import MemoryRow
from resonance_perf.model.run import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A confirmed improvement of `metric` (full name) on a commit that is correct; it may tighten the budget `key`.

    `run` is the head's run of the comparison `change`, `estimate` its level, `content` the key of what it measured,
    `subject` that of the commit. `verified` says what passed, `rows` are the run's rows of the log, `at` is in seconds
    since 1970.
    """

    key: str
    metric: str
    run: str
    commit: str
    environment: str
    content: str
    change: Comparison
    estimate: Estimate
    subject: str
    verified: str
    at: float
    rows: tuple[MemoryRow, ...]
    load_model: LoadModel | None = None

    @property
    def id(self) -> str:
        """Unique: one run begins at most one candidate of a budget."""
        return f"{self.run}-{self.key}"

    @property
    def benchmark(self) -> str:
        """The name of the benchmark."""
        return self.change.benchmark


@dataclass(frozen=True, slots=True)
class Witness:
    """A later run that counts for a candidate: what it showed of the metric, on which commit, when."""

    run: str
    commit: str
    at: float
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A candidate that is not decided, with its witnesses, oldest first.

    `tries`: how many runs were asked for because of it. `said`: why the last run did not count, or why it waits.
    """

    candidate: Candidate
    witnesses: tuple[Witness, ...] = ()
    tries: int = 0
    said: str = ""
