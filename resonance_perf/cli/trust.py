"""Allows what the config would run, after showing it. Recorded outside the repository; a changed config asks again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from resonance_perf.cli.asking import agreed
from resonance_perf.cli.context import workspace
from resonance_perf.model.benchmark import Argv, Benchmark, CountSettings, Env, ToolSettings, commands_of
from resonance_perf.model.errors import EXIT_NOT_TRUSTED
from resonance_perf.model.text import printable
from resonance_perf.system import trust
from resonance_perf.system.private import require_own

EXAMPLE = "resonance-perf trust --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is allowed, 5 when it was refused."""
    work = workspace(args)
    require_own(work.repo.common_dir)
    permission, config = work.permission(), work.config
    print(printable(f"{work.config_name} would run, in clean copies of this repository:"))
    for benchmark in config.benchmarks:
        started = [(what, " ".join(argv)) for what, argv in commands(benchmark).items()]
        for what, said in (*started, *_beside(benchmark)):
            print(printable(f"  {benchmark.name} {what}: {said}"))
    for what, said in _variables(config.env):
        print(printable(f"  all of them {what}: {said}"))
    if not args.yes and not agreed("Allow this?"):
        print("nothing was allowed")
        return EXIT_NOT_TRUSTED
    where = trust.grant(work.repo.common_dir, permission)
    print(printable(f"allowed; recorded in {where}"))
    return 0


def commands(benchmark: Benchmark) -> dict[str, Argv]:
    """Everything that a benchmark starts, by what it is for."""
    under = (benchmark.profiler, "around its command, when it became slower") if benchmark.profiler else ()
    started = {"setup": benchmark.setup, **commands_of(benchmark.settings), "verify": benchmark.verify}
    return {what: argv for what, argv in {**started, "profiler": under}.items() if argv}


def _beside(benchmark: Benchmark) -> Iterator[tuple[str, str]]:
    """What decides what its commands do, and stands in none of them."""
    match benchmark.settings:
        case ToolSettings(provided=provided, env=env):
            yield from ((name, text) for name, text in provided if name.endswith(".json"))
            yield from _variables(env)
        case CountSettings(database=database, queries=queries) if queries:
            yield "database", database
            yield from (("query", query) for query in queries)


def _variables(env: Env) -> Iterator[tuple[str, str]]:
    return (("env", f"{name} (yours)" if value is None else f"{name}={value}") for name, value in env)
