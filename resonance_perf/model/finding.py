"""What an audit finds: for every item of its checklist an answer with its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.run import Part

Answer = Literal["yes", "no", "not measured"]
"""Whether it makes the program slow. Not measured: nothing that was run tells."""
Since = Literal["new", "remains", "cured", ""]
"""What became of it since the audit before; empty where there is nothing to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer to one check of one benchmark; `benchmark` is empty where none was run that could tell.

    `number` is in the base unit `unit`, and from `limit` on the answer is yes; None where it was not measured. `what`
    is the finding in words, its number among them; `place` the file, function or statement that is worst, and `places`
    all of them with their numbers. `do` says what to do about a yes, or what would measure it. `source` is who saw it.
    `before` is the number of the audit before. `commit` is what was looked at.
    """

    id: str
    benchmark: str
    answer: Answer
    what: str
    do: str
    source: str
    unit: str
    limit: float
    number: float | None = None
    place: str = ""
    places: tuple[Part, ...] = ()
    since: Since = ""
    before: float | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """A limit that others found, beside what was measured: `value` in the base unit `unit`, None where nothing was.

    `met` is None then, too. `source` is the address at which the limit is explained, empty where it is our own.
    """

    preset: str
    metric: str
    text: str
    benchmark: str
    value: float | None
    unit: str
    met: bool | None
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit of a commit: at which time (seconds since 1970), what was found, and what could not be run and why.

    `failed`: a benchmark could not be run at all.
    """

    commit: str
    at: float
    findings: tuple[Finding, ...]
    guidelines: tuple[Guideline, ...] = ()
    notes: tuple[str, ...] = ()
    failed: bool = False
