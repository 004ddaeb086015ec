"""What is to be measured: a benchmark on two revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

JobKind = Literal["commit", "quick", "baseline", "self", "bisect", "sustain"]
"""`commit`: a change against its base, full length. `quick`: unsaved work against HEAD, short, not written to the
memory. `baseline`: one revision alone, to know where we stand. `self`: a commit against itself (A/A), to know how well
we see. `bisect`: which of the commits between two revisions made it slower. `sustain`: one revision alone, full length,
to know whether an improvement lasts."""

JobState = Literal["pending", "running", "measured", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One benchmark × (base, head). `base` is None for a baseline. Revisions are full commit ids."""

    id: str
    benchmark: str
    kind: JobKind
    head: str
    base: str | None
    trigger: str
    created_at: float
    since: str | None = None
    """The HEAD before the first of the triggers that this job stands for: coalesced commits are judged as one."""
    state: JobState = "pending"
    attempts: int = 0
    error: str = ""
    due: float = 0.0
    """Not to be taken from the queue before this time, in seconds since 1970."""
