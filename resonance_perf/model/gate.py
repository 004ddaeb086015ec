"""What the gate knows of one commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resonance_perf.model.budget import Loosening
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_FINE, EXIT_LOOSENED, EXIT_RED, Problem
from resonance_perf.model.judgement import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The budgets of a commit, judged by what was measured for it.

    `commit` is empty before the first one. `file` holds the budgets, `config` ties them to metrics. `changes` are the
    comparisons of the commit with its base, by full metric name. `missing` are the benchmarks that have a budget and no
    number for this commit; `failed` are those whose newest run on it failed, and why. `notes` are sentences about
    the whole. `unseen`: a part of history is missing, and with it perhaps a limit that was loosened there.
    """

    commit: str
    subject: str
    file: str
    config: str
    approvers: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    changes: Mapping[str, Comparison] = field(default_factory=dict)
    loosened: tuple[Loosening, ...] = ()
    problems: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    unseen: bool = False

    def exit_code(self, *, strict: bool) -> int:
        """What the gate says. A file that cannot be read decides nothing; a loosening weighs more than a red budget.

        `strict`: a budget that was not measured fails the gate, too, and one of which a part cannot be seen.
        """
        if self.problems:
            return EXIT_BAD_INPUT
        if self.loosened or (strict and self.unseen):
            return EXIT_LOOSENED
        statuses = {one.status for one in self.judgements}
        if "red" in statuses:
            return EXIT_RED
        return EXIT_FAILED if self.failed or (strict and "unmeasured" in statuses) else EXIT_FINE
