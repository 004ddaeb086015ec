"""All that is known of one run: what changed, how much, why, and what could not be found out."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`commits` are (id, subject), the head last; several where they were measured as one.

    `comparisons` are all of the run, those that the config names first; `judgements` are what the limits that are in
    force now say of it. `machine` are the differences between the
    environments of base and head, a sentence each. `findings` are what the last audit found in this benchmark.
    `folder` holds the profiles, empty where there are none. `lost` are sentences on what is not known.
    """

    head: Run
    base: Run | None
    commits: tuple[tuple[str, str], ...]
    diff: Diff
    comparisons: tuple[Comparison, ...]
    judgements: tuple[Judgement, ...] = ()
    whys: tuple[Why, ...] = ()
    machine: tuple[str, ...] = ()
    findings: tuple[Cause, ...] = ()
    folder: str = ""
    files: tuple[str, ...] = ()
    """What lies in the folder."""
    lost: tuple[str, ...] = ()

    @property
    def moved(self) -> tuple[Comparison, ...]:
        """What is not the same as before."""
        return tuple(one for one in self.comparisons if one.verdict in ("slower", "faster"))
