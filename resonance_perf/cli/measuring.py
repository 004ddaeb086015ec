"""Measure what the gate lacks for a commit."""

from __future__ import annotations

import random

from resonance_perf.app.gate import look
from resonance_perf.app.triggers import Planner, by_people
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.output import progress
from resonance_perf.cli.run import chosen, measure_all, say_alone
from resonance_perf.store.store import Store


def measure_missing(work: Workspace, store: Store, revision: str | None) -> None:
    """Measure the benchmarks of budgets that have no number for the commit, against its base. What failed is in the
    store, where the gate finds it.

    Raises:
        NotTrustedError: when what would run is not allowed.
    """
    config = work.require_trust()
    before = look(work, store, revision)
    if before.problems or not before.missing:
        return
    head = by_people(work, before.commit)
    planner = Planner(work, store, config, random.Random())
    base = planner.base_of(head)
    if base is None:
        say_alone(work, head)
    measure_all(planner, chosen(config, list(before.missing)), head, base, progress)
