"""Compares two revisions (measured now, interleaved) or two stored runs. Writes no memory."""

from __future__ import annotations

import argparse
import random

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, printable, progress
from resonance_perf.cli.run import chosen
from resonance_perf.compare.compare import compare_runs
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.runner import Runner, margins_of
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import UsageError
from resonance_perf.model.run import Run
from resonance_perf.report.document import comparisons_document
from resonance_perf.report.sentences import one_change
from resonance_perf.system.clock import now
from resonance_perf.system.git.worktrees import Worktrees
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked
from resonance_perf.system.machine import environment

EXAMPLE = "resonance-perf compare main HEAD --bench stats-api"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("base", metavar="A", help="a revision, or the id of a stored run")
    parser.add_argument("head", metavar="B", help="a revision, or the id of a stored run")
    parser.add_argument("--bench", action="append", default=[], metavar="BENCH", help="which (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0 whatever the verdict: `check` is the gate."""
    with opened(args) as (work, store):
        stored = store.results.run(args.base), store.results.run(args.head)
        if stored[0] is not None and stored[1] is not None:
            found = stored_runs(work, stored[0], stored[1])
        else:
            found = revisions(work, args)
    if args.json:
        print_json(comparisons_document(found))
    else:
        for one in found:
            print(printable(f"{one.verdict:<7} {one.benchmark} {one_change(one)}"))
    return 0


def stored_runs(work: Workspace, base: Run, head: Run) -> tuple[Comparison, ...]:
    """Compare two runs of one benchmark on one machine, sample by sample in their order.

    Raises:
        UsageError: when the two cannot be compared.
    """
    if base.benchmark != head.benchmark:
        raise UsageError(f"{base.id} is a run of {base.benchmark}, {head.id} of {head.benchmark}")
    if base.environment.id != head.environment.id:
        changed = dict(base.environment.facts).items() ^ dict(head.environment.facts).items()
        names = ", ".join(sorted({name for name, _ in changed})) or "unknown"
        raise UsageError(
            f"the two runs were made on different machines or systems ({names})",
            hint="Measure both here: give two revisions.",
        )
    benchmark = work.config.benchmark(head.benchmark)
    if benchmark is None:
        raise UsageError(f'the config has no benchmark "{head.benchmark}" any more')
    measures = DRIVERS[benchmark.driver].measures(benchmark)
    seconds = sum(sample.seconds for one in (base, head) for sample in one.samples)
    return compare_runs(base, head, measures, margins_of(benchmark, measures), seconds=seconds)


def revisions(work: Workspace, args: argparse.Namespace) -> tuple[Comparison, ...]:
    """Measure two revisions now and compare them."""
    config = work.require_trust()
    base, head = work.repo.resolve(args.base), work.repo.resolve(args.head)
    found: list[Comparison] = []
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        runner = Runner(
            host=host, trees=Worktrees(work.repo), environment=environment(), clock=now, draw=random.Random(),
            env=config.env,
        )  # fmt: skip
        for benchmark in chosen(config, args.bench):
            progress(f"measuring {benchmark.name} …")
            measured = runner.measure(benchmark, DRIVERS[benchmark.driver], head, base)
            if measured.note:
                progress(measured.note)
            found += measured.comparisons
    return tuple(found)
