"""What is written down for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """One row of the log in `02_memory.md`. Every field is the text of its cell, unescaped.

    `run` with `metric` makes the row unique: appending a row that is there already changes nothing.
    """

    when: str
    commit: str
    trigger: str
    benchmark: str
    metric: str
    before: str
    after: str
    change: str
    budget: str
    verdict: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One line under `## Lessons`: `date` is YYYY-MM-DD; `run` makes it unique."""

    date: str
    text: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One `###` entry under `## Performance decisions` in `00_soul.md`. `id` makes it unique."""

    id: str
    date: str
    title: str
    context: str
    decision: str
    evidence: str
    consequences: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One row of the status table in `01_state.md`; every field is the text of its cell, unescaped."""

    budget: str
    limit: str
    now: str
    headroom: str
    status: str
    trend: str
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A measurement that a decision cites. `metric` is its full name, `as_of` YYYY-MM-DD; `run` makes it unique."""

    run: str
    metric: str
    title: str
    value: str
    unit: str
    as_of: str
    source: str
    note: str
