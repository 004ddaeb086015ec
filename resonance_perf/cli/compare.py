"""Compares two revisions (measured now, interleaved) or two stored runs. Writes no memory."""

from __future__ import annotations

import argparse
from dataclasses import replace

from resonance_perf.app.environments import environment_of
from resonance_perf.app.questions import builds_apart, level
from resonance_perf.app.quiet import disturbance, wait
from resonance_perf.app.runner import runner_here
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, print_parts, progress
from resonance_perf.cli.run import chosen
from resonance_perf.compare.inquiry import Inquiry
from resonance_perf.compare.loads import unlike
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.outcome import margins_of
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import EXIT_FAILED, UsageError
from resonance_perf.model.machine import differences
from resonance_perf.model.run import Run
from resonance_perf.model.text import printable
from resonance_perf.report.document import comparisons_document
from resonance_perf.report.sentences import doubt
from resonance_perf.report.words import one_change
from resonance_perf.store.store import Store
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf compare main HEAD --bench stats-api"
NOT_TOGETHER = "not measured side by side: the machine may have changed between them; give two revisions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("base", metavar="A", help="a revision, or the id of a stored run")
    parser.add_argument("head", metavar="B", help="a revision, or the id of a stored run")
    parser.add_argument("--bench", action="append", default=[], metavar="BENCH", help="which (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0 whatever the verdict, `check` is the gate; 4 when one of the two revisions could not be measured."""
    with opened(args) as (work, store):
        stored = store.results.run(args.base), store.results.run(args.head)
        if stored[0] is not None and stored[1] is not None:
            found, complete = stored_runs(work, store, stored[0], stored[1]), True
        else:
            found, complete = revisions(work, store, args)
    if args.json:
        print_json(comparisons_document(found))
    else:
        for one in found:
            print(printable(f"{one.verdict:<7} {one.benchmark} {one_change(one)}{doubt(one)}"))
            print_parts(one)
    return 0 if complete else EXIT_FAILED


def stored_runs(work: Workspace, store: Store, base: Run, head: Run) -> tuple[Comparison, ...]:
    """Compare two runs of one benchmark on one machine.

    Two that were measured beside each other have their comparison already. The numbers of any others hold the drift of
    the machine between them, so that they are shown and decide nothing.

    Raises:
        UsageError: when the two cannot be compared.
    """
    if base.benchmark != head.benchmark:
        raise UsageError(f"{base.id} is a run of {base.benchmark}, {head.id} of {head.benchmark}")
    if base.environment.id != head.environment.id:
        names = "; ".join(differences(base.environment.facts, head.environment.facts)) or "unknown"
        raise UsageError(
            f"the two runs were made on different machines or systems ({names})",
            hint="Measure both here: give two revisions.",
        )
    if why := unlike(base, head):
        raise UsageError(why, hint="Measure both under the same load: give two revisions.")
    benchmark = work.config.benchmark(head.benchmark)
    if benchmark is None:
        raise UsageError(f'the config has no benchmark "{head.benchmark}" any more')
    together = tuple(one for one in store.compared.of(head.id).values() if one.base == base.id)
    if together:
        return together
    measures = DRIVERS[benchmark.driver].measures(benchmark)
    seconds = sum(sample.seconds for one in (base, head) for sample in one.samples)
    inquiry = Inquiry(measures, margins_of(benchmark, measures), (), least=len(head.samples), most=len(head.samples))
    inquiry.look(base.samples, head.samples, last=True)
    return tuple(
        one if one.low == one.high else replace(one, verdict="unsure", note=NOT_TOGETHER, more_s=None)
        for one in inquiry.comparisons(base, head, seconds=seconds)
    )


def revisions(work: Workspace, store: Store, args: argparse.Namespace) -> tuple[tuple[Comparison, ...], bool]:
    """Measure two revisions now and compare them; False when a base could not be measured, which is said."""
    config = work.require_trust()
    base, head = work.repo.resolve(args.base), work.repo.resolve(args.head)
    together = chosen(config, args.bench)
    found: list[Comparison] = []
    complete = True
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        for benchmark in together:
            runner = replace(runner_here(work, config, environment_of(benchmark), host), apart=builds_apart(store))
            wait(benchmark, host, progress)
            progress(f"measuring {benchmark.name} …")
            allowed = level(together, found)
            measured = runner.measure(benchmark, DRIVERS[benchmark.driver], head, base, false_alarms=allowed)
            busy = disturbance(benchmark, measured)
            for said in (*filter(None, [measured.note, busy]), *measured.head.missing.values()):
                progress(f"⚪ {benchmark.name}: {said}")
            complete &= measured.base is not None
            found += measured.comparisons
    return tuple(found), complete
