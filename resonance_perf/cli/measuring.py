"""Measure what the gate lacks for a commit."""

from __future__ import annotations

import random

from resonance_perf.app.gate import look
from resonance_perf.app.triggers import Planner, by_people
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.output import progress
from resonance_perf.cli.run import chosen, measure_all, say_alone
from resonance_perf.model.judgement import MARKS
from resonance_perf.store.store import Store


def measure_missing(work: Workspace, store: Store, revision: str | None) -> tuple[tuple[str, str], ...]:
    """Measure the benchmarks of budgets that have no number for the commit, against its base; return those that failed,
    each with the sentence that was said.

    Raises:
        NotTrustedError: when what would run is not allowed.
    """
    config = work.require_trust()
    before = look(work, store, revision)
    if before.problems or not before.missing:
        return ()
    said: list[str] = []

    def tell(line: str) -> None:
        said.append(line)
        progress(line)

    head = by_people(work, before.commit)
    planner = Planner(work, store, config, random.Random())
    base = planner.base_of(head)
    if base is None:
        say_alone(work, head)
    results = measure_all(planner, chosen(config, list(before.missing)), head, base, tell)
    failed = [name for name, result in zip(before.missing, results, strict=True) if result is None]
    return tuple((name, _why(name, said)) for name in failed)


def _why(benchmark: str, said: list[str]) -> str:
    begins = f"{MARKS['unmeasured']} {benchmark} "
    return next((line.removeprefix(begins) for line in said if line.startswith(begins)), "was not measured")
