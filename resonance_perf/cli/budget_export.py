"""The limits in force, in the words of another tool, on stdout; what it has no words for is said on stderr."""

from __future__ import annotations

import argparse

from resonance_perf.app.exchange import benchmark_of, exported
from resonance_perf.app.standing import read_limits
from resonance_perf.budget_formats.detect import WRITERS
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import progress


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    export = verbs.add_parser("export", help="the limits in force as Lighthouse, Lighthouse CI or k6 want them")
    export.add_argument("format", choices=sorted(WRITERS))
    export.add_argument("--benchmark", metavar="NAME", help="whose limits; not needed where there is only one")


def run(args: argparse.Namespace) -> int:
    """Exit 0."""
    work = workspace(args)
    benchmark = benchmark_of(work, args.benchmark)
    limits = exported(read_limits(work)[0].in_force.values(), work.config.aliases(), benchmark)
    written = WRITERS[args.format](limits.limits)
    print(written.text, end="")
    for one in (*limits.left_out, *written.left_out):
        progress(f"left out: {one}")
    return 0
