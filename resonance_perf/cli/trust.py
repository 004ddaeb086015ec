"""Allows what the config would run, after showing it. Recorded outside the repository; a changed config asks again."""

from __future__ import annotations

import argparse

from resonance_perf.cli.asking import agreed
from resonance_perf.cli.context import workspace
from resonance_perf.model.benchmark import Argv, Benchmark
from resonance_perf.model.errors import EXIT_NOT_TRUSTED
from resonance_perf.model.text import printable
from resonance_perf.system import trust

EXAMPLE = "resonance-perf trust --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is allowed, 5 when it was refused."""
    work = workspace(args)
    config = work.config
    print(f"{work.config_name} would run, in clean copies of this repository:")
    for benchmark in config.benchmarks:
        for what, argv in commands(benchmark):
            print(printable(f"  {benchmark.name} {what}: {' '.join(argv)}"))
    if not args.yes and not agreed("Allow this?"):
        print("nothing was allowed")
        return EXIT_NOT_TRUSTED
    where = trust.grant(work.repo.common_dir, trust.Permission(work.fingerprint(), work.config_text))
    print(f"allowed; recorded in {where}")
    return 0


def commands(benchmark: Benchmark) -> list[tuple[str, Argv]]:
    """Everything that a benchmark starts."""
    settings = benchmark.settings
    own = [(what, getattr(settings, what, ())) for what in ("serve", "command", "then")]
    under = (benchmark.profiler, "around its command, when it became slower") if benchmark.profiler else ()
    found: list[tuple[str, Argv]] = [
        ("setup", benchmark.setup), *own, ("verify", benchmark.verify), ("profiler", under)
    ]  # fmt: skip
    return [(what, argv) for what, argv in found if argv]
