"""Runs a benchmark under a profiler: what each function takes per request or per run, alone or against a base."""

from __future__ import annotations

import argparse
import random
import webbrowser
from dataclasses import dataclass

from resonance_perf.app.artifacts import tidy
from resonance_perf.app.environments import environment_of
from resonance_perf.app.profile_files import keep_page, kind_of, write_profile
from resonance_perf.app.profiling import Profiled, keep_profiles, profile_sides
from resonance_perf.app.runner import runner_here
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.bisect import seconds
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import print_json, progress, table
from resonance_perf.cli.profile_file import is_one, push, run_file
from resonance_perf.cli.profile_list import listed
from resonance_perf.cli.run import chosen
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.captures import MOST_S, ROUNDS
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.errors import UsageError
from resonance_perf.model.ids import new_id
from resonance_perf.model.run import Side
from resonance_perf.model.text import printable
from resonance_perf.profiles.functions import Sides, sides_of
from resonance_perf.profiles.together import added
from resonance_perf.profiles.tops import Top, tops, unit_of
from resonance_perf.report.profile import cost_line, profile_document, top_rows
from resonance_perf.report.words import short
from resonance_perf.system.clock import now
from resonance_perf.system.git.diff import diff_between
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf profile stats-api --against main --out stats.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "benchmark",
        nargs="?",
        metavar="BENCH|FILE",
        help="which, or a profile that is there",
    )
    parser.add_argument(
        "--list", action="store_true", help="which profilers there are, and what keeps one from working"
    )
    parser.add_argument("--profiler", metavar="NAME", default="", help="which (default: what fits the metric)")
    parser.add_argument("--metric", metavar="NAME", help="what it is about (default: the first that the config names)")
    parser.add_argument("--rev", metavar="REV", default="HEAD", help="profile this (default: HEAD)")
    parser.add_argument("--against", metavar="REV|FILE", help="profile this beside it, and tell the difference")
    parser.add_argument("--time", type=seconds, default=MOST_S, metavar="T", help="how long at most (default: 30s)")
    parser.add_argument("--out", metavar="FILE", help="write it: .pb.gz, .json (speedscope), .folded, .html, .svg, …")
    parser.add_argument("--format", metavar="NAME", help="how, where the name of FILE does not say it")
    parser.add_argument("--push", metavar="URL", help="send it to a Pyroscope server")
    parser.add_argument("--open", action="store_true", help="show the picture in a browser")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    found: Profiled
    benchmark: Benchmark
    sides: Sides
    tops: tuple[Top, ...]
    unit: str
    title: str

    @property
    def per(self) -> str:
        """What the values are for one of."""
        return self.found.captures["head"][0].per


def run(args: argparse.Namespace) -> int:
    """Exit 0; 4 when it cannot be profiled, which says why."""
    if args.list:
        return listed(as_json=args.json)
    if is_one(args):
        return run_file(args)
    work, kind = workspace(args), kind_of(args.out, args.format) if args.out else ""
    seen = _profiled(work, args)
    kept = new_id(now(), random.getrandbits(80))
    folder = keep_profiles(work, kept, seen.found)
    page = keep_page(work, kept, seen.sides, seen.title, seen.per)
    tidy(work)
    if args.out:
        write_profile(args.out, kind, seen.sides, seen.title, seen.per)
    if args.push:
        push(args.push, added(seen.sides.head), seen.benchmark.name)
    if args.json:
        _print_document(seen, folder, args)
    else:
        captures = seen.found.captures["head"]
        print(printable(f"{seen.title}: {seen.unit} per {seen.per}"))
        head, *rows = top_rows(seen.tops, seen.unit)
        print(table(head, rows))
        if any(one.sure is False for one in seen.tops):
            print("? may be chance")
        for note in filter(None, (captures[0].profile.note,)):
            progress(f"⚪ {note}")
        progress(f"⚪ {cost_line(seen.found.overhead, seen.found.profiler, len(captures), seen.per)}")
        progress(f"written to {args.out or page}")
    if args.open:
        webbrowser.open(f"file://{page}")
    return 0


def _profiled(work: Workspace, args: argparse.Namespace) -> _Seen:
    config = work.require_trust()
    benchmark = _one(chosen(config, [args.benchmark] if args.benchmark else []))
    first = next((spec.name for spec in benchmark.metrics), "") or _first(benchmark)
    metric = args.metric or ("" if args.profiler else first)
    commits: dict[Side, str] = {"head": work.repo.resolve(args.rev)}
    if args.against:
        commits["base"] = work.repo.resolve(args.against)
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        runner = runner_here(work, config, environment_of(benchmark), host)
        progress(f"profiling {benchmark.name} …")
        found = profile_sides(runner, benchmark, commits, metric, name=args.profiler, most_s=args.time, rounds=ROUNDS)
    base, head = found.captures.get("base", ()), found.captures["head"]
    diff = diff_between(work.repo, commits.get("base", commits["head"]), commits["head"])
    sides, told = sides_of(base, head, diff), head[0].profile.types[head[0].profile.chosen]
    against = f" against {short(commits['base'])}" if base else ""
    return _Seen(
        found=found, benchmark=benchmark, sides=sides, tops=tops(sides), unit=unit_of(told),
        title=f"{benchmark.name} at {short(commits['head'])}{against}, {told.name} by {found.profiler}",
    )  # fmt: skip


def _print_document(seen: _Seen, folder: str, args: argparse.Namespace) -> None:
    head = seen.found.captures["head"]
    facts = {
        "benchmark": seen.benchmark.name, "profiler": seen.found.profiler, "per": seen.per,
        "captures": len(head), "work": sum(one.work for one in head), "overhead": seen.found.overhead,
        "files": [folder, *([args.out] if args.out else [])],
    }  # fmt: skip
    print_json(profile_document(seen.tops, seen.unit, facts))


def _one(benchmarks: list[Benchmark]) -> Benchmark:
    if len(benchmarks) != 1:
        names = ", ".join(one.name for one in benchmarks) or "none yet"
        raise UsageError("one benchmark is profiled at a time", hint=f"Name it: {names}.")
    return benchmarks[0]


def _first(benchmark: Benchmark) -> str:
    return next(iter(DRIVERS[benchmark.driver].measures(benchmark)), "")
