"""Measures benchmarks now, head and base interleaved, judges them and writes the memory."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence

from resonance_perf.app.deliver import Say
from resonance_perf.app.questions import asked, level
from resonance_perf.app.standing import read_limits
from resonance_perf.app.triggers import Planner
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, print_parts, progress
from resonance_perf.cli.waiting import still_measuring
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.errors import EXIT_FAILED, EXIT_FINE, EXIT_RED, UsageError
from resonance_perf.model.quantity import format_value
from resonance_perf.model.run import Estimate
from resonance_perf.model.text import printable
from resonance_perf.pipeline import Result
from resonance_perf.report.document import runs_document
from resonance_perf.report.sentences import doubt
from resonance_perf.report.words import one_change
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf run stats-api --base main"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("benchmarks", nargs="*", metavar="BENCH", help="which (default: all)")
    parser.add_argument("--base", metavar="REV", help="measure against this (default: the config's baseline rule)")
    parser.add_argument("--head", metavar="REV", default="HEAD", help="measure this (default: HEAD)")
    parser.add_argument("--baseline", action="store_true", help="measure the head alone, to know where it stands")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0, 1 when a budget of a measured benchmark is red, 4 when a benchmark failed, also on the base asked for."""
    with opened(args) as (work, store):
        config = work.require_trust()
        results = measure(work, store, config, args)
    measured = [result for result in results if result is not None]
    if args.json:
        runs = [run for one in measured for run in (one.measurement.base, one.measurement.head) if run is not None]
        print_json(runs_document(runs, [change for one in measured for change in one.measurement.comparisons]))
    else:
        for one in measured:
            print(printable(one.line))
            compared = {change.metric: change for change in one.measurement.comparisons}
            for estimate in one.measurement.head.estimates:
                print(printable(f"    {_told(estimate, compared.get(estimate.metric))}"))
                if estimate.metric in compared:
                    print_parts(compared[estimate.metric])
    alone = args.base and any(one.measurement.base is None for one in measured)
    if alone or len(measured) < len(results):
        return EXIT_FAILED
    red = any(judgement.status == "red" for one in measured for judgement in one.judgements)
    return EXIT_RED if red else EXIT_FINE


def _told(estimate: Estimate, compared: Comparison | None) -> str:
    if compared is not None:
        return f"{compared.verdict:<7} {one_change(compared)}{doubt(compared)}"
    value, low, high = (format_value(one, estimate.unit) for one in (estimate.value, estimate.low, estimate.high))
    if low == high:
        return f"{estimate.metric} {value}"
    return f"{estimate.metric} {value} [{low}, {high}]"


def measure(work: Workspace, store: Store, config: Config, args: argparse.Namespace) -> list[Result | None]:
    """Measure what was asked for, one after the other."""
    head = work.repo.resolve(args.head)
    planner = Planner(work, store, config, random.Random())
    if args.base and args.baseline:
        raise UsageError("--baseline measures the head alone; it does not go with --base")
    base = None if args.baseline else work.repo.resolve(args.base) if args.base else planner.base_of(head)
    if base is None and not args.baseline:
        say_alone(work, head)
    return measure_all(planner, chosen(config, args.benchmarks), head, base, progress)


def measure_all(
    planner: Planner, benchmarks: Sequence[Benchmark], head: str, base: str | None, say: Say
) -> list[Result | None]:
    """Measure benchmarks on `head`, against `base` where there is one; None for each that failed, which is said."""
    work, store, config = planner.work, planner.store, planner.config
    everything = asked(config, tuple(read_limits(work)[0].in_force.values()))
    together = chosen(everything, [one.name for one in benchmarks])
    results: list[Result | None] = []
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        for benchmark in benchmarks:
            job = planner.against(benchmark, head, base, now())
            say(f"measuring {benchmark.name} …")
            told = [one for result in results if result is not None for one in result.measurement.comparisons]
            allowed = level(together, told)
            between = still_measuring(benchmark.name, say)
            results.append(
                do_job(work, store, config, job, host, say, between=between, announce=False, false_alarms=allowed)
            )
    return results


def say_alone(work: Workspace, head: str) -> None:
    """Say so where a commit has no base because history was cut off."""
    if work.repo.is_shallow():
        progress(f"⚪ {head[:9]} is measured alone: the clone is shallow. To compare: git fetch --unshallow")


def chosen(config: Config, names: list[str]) -> list[Benchmark]:
    """The benchmarks with these names, or all.

    Raises:
        UsageError: for a name that the config does not have.
    """
    found = []
    for name in names or [one.name for one in config.benchmarks]:
        benchmark = config.benchmark(name)
        if benchmark is None:
            raise UsageError(
                f'the config has no benchmark "{name}"',
                hint=f"It has {', '.join(one.name for one in config.benchmarks) or 'none yet'}.",
            )
        found.append(benchmark)
    return found
