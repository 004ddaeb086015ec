"""Which commit made it worse, and how sure are we."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.comparison import Comparison

BisectionOutcome = Literal["found", "among", "unsure", "unchanged"]
"""`found`: one commit. `among`: one of a few that nothing can tell apart, because all but the last of them cannot be
measured. `unsure`: the time was up, or more measuring tells nothing. `unchanged`: bad is not slower than good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to search. `metric`: default the first that the config names. `first_parent`: do not go into merges."""

    metric: str | None = None
    confidence: float = 0.95
    limit_s: float = 600.0
    first_parent: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """A commit with the probability that it is the first bad one."""

    commit: str
    subject: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisection:
    """What came of a search between two revisions.

    `suspects` are the commits that the answer speaks of, oldest first: the culprit alone, those that cannot be told
    apart, or, while it is unsure, as few as hold the confidence asked for. `confidence` is the probability that the
    first bad commit is among them. `comparison` is, for an answer, the last commit before the suspects against the
    last suspect; otherwise good against bad. `after` is the head of that comparison.
    """

    benchmark: str
    metric: str
    good: str
    bad: str
    outcome: BisectionOutcome
    suspects: tuple[Suspect, ...]
    confidence: float
    comparison: Comparison
    after: str
    candidates: int
    looks: int
    skipped: tuple[str, ...] = ()
    seconds: float = 0.0
    note: str = ""
