"""The trend of a benchmark over its measured commits: a table or a plot, and when it changed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, table
from resonance_perf.history.detect import change_points
from resonance_perf.history.values import ChangePoint
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.errors import UsageError
from resonance_perf.model.history import Point
from resonance_perf.model.metric import metric_id
from resonance_perf.model.quantity import format_value
from resonance_perf.report.changes import HEAD, change_rows, changes_document
from resonance_perf.report.spark import sparkline
from resonance_perf.report.words import change, short, utc

EXAMPLE = "resonance-perf history stats-api --plot trend.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("benchmark", metavar="BENCH", help="a benchmark, or BENCH.METRIC")
    parser.add_argument("--plot", metavar="FILE", help="write a picture: .png, .svg or .html")
    parser.add_argument(
        "--export", nargs=2, metavar=("FORMAT", "DIR"), help="write all values for another tool; FORMAT is otava"
    )
    parser.add_argument(
        "--last", type=int, default=50, metavar="N",
        help="show at most the newest N values (default 50); change points are looked for in all",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when there is no such benchmark or nothing was measured."""
    if args.export and args.export[0] != "otava":
        raise UsageError(f'there is no export "{args.export[0]}"', hint="There is: --export otava DIR")
    with opened(args) as (work, store):
        benchmark = work.config.benchmark(args.benchmark)
        if benchmark is not None:
            name, metrics = benchmark.name, asked(benchmark)
        else:
            name, _, metric = args.benchmark.rpartition(".")
            metrics = (metric,)
        if args.export:
            found = {one: points for one in metrics if (points := store.history.points(name, one, None))}
            if found:
                print(exported(args.export[1], name, found))
                return 0
        seen = store.history.observations(name, metrics)
        if not seen:
            known = list(dict.fromkeys([*(one.name for one in work.config.benchmarks), *store.numbers.benchmarks()]))
            measure, there = f"Measure it: resonance-perf run {name}", f"There is {', '.join(known) or 'none yet'}."
            raise UsageError(f'nothing was measured of "{args.benchmark}"', hint=measure if name in known else there)
        newest = {metric: store.history.points(name, metric, max(args.last, 1)) for metric in seen}
        changes = {metric: change_points(values) for metric, values in seen.items()}
        limits = limits_in_force(work, [metric_id(name, one) for one in metrics]) if args.plot else {}
    if args.json:
        print_json(document(name, newest, changes))
    elif not args.plot:
        print("\n\n".join(shown(name, metric, newest[metric], changes[metric]) for metric in newest))
    if args.plot:
        from resonance_perf.report.plot import Series, write_plot

        series = []
        for metric, points in newest.items():
            limit = limits.get(metric_id(name, metric))
            series.append(Series(metric, points[0].estimate.unit, points, limit, changes[metric]))
        write_plot(args.plot, name, series)
        print(f"wrote {args.plot}")
    return 0


def asked(benchmark: Benchmark) -> tuple[str, ...]:
    """The metrics that the config names, else the driver's first."""
    if benchmark.metrics:
        return tuple(spec.name for spec in benchmark.metrics)
    from resonance_perf.compare.questions import wanted
    from resonance_perf.drivers import DRIVERS

    return wanted(benchmark, DRIVERS[benchmark.driver].measures(benchmark))


def limits_in_force(work: Workspace, metrics: Sequence[str]) -> dict[str, float]:
    """The tightest limit of every metric (full name) that has one, in its base unit."""
    from resonance_perf.app.standing import read_limits  # walks git: the table does not need it
    from resonance_perf.judge.scope import covered, is_elsewhere

    branch, aliases = work.repo.head().branch, work.config.aliases()
    found: dict[str, float] = {}
    for budget in (one.budget for one in read_limits(work)[0].in_force.values()):
        if budget.limit is None or is_elsewhere(budget, branch):
            continue
        tightest = max if budget.direction == "higher" else min
        for name in covered(budget, aliases, metrics):
            found[name] = tightest(found.get(name, budget.limit.base), budget.limit.base)
    return found


def shown(benchmark: str, metric: str, points: Sequence[Point], changes: Sequence[ChangePoint]) -> str:
    """One metric as a table, with its change points below."""
    rows = [
        [
            utc(point.at), short(point.commit), format_value(point.estimate.value, point.estimate.unit),
            change(point.comparison) if point.comparison else "–",
            point.comparison.verdict if point.comparison else "baseline", point.run,
        ]
        for point in points
    ]  # fmt: skip
    head = ("when (UTC)", "commit", "value", "change", "verdict", "run")
    text = f"{benchmark} {metric} {sparkline([one.estimate.value for one in points])}\n{table(head, rows)}"
    if not changes:
        return text
    return f"{text}\n\nchange points of {metric}\n{table(HEAD, change_rows(changes, points[0].estimate.unit))}"


def document(
    benchmark: str, found: Mapping[str, Sequence[Point]], changes: Mapping[str, Sequence[ChangePoint]]
) -> dict[str, object]:
    """The values and change points as JSON, in their base unit."""
    return {
        "version": 1,
        "benchmark": benchmark,
        "metrics": {
            metric: {
                "unit": points[0].estimate.unit,
                "points": [
                    {
                        "run": one.run, "commit": one.commit, "at": one.at, "environment": one.environment,
                        "value": one.estimate.value, "low": one.estimate.low, "high": one.estimate.high,
                        "verdict": one.comparison.verdict if one.comparison else None,
                    }
                    for one in points
                ],
                "changes": changes_document(changes[metric]),
            }
            for metric, points in found.items()
        },
    }  # fmt: skip


def exported(folder: str, benchmark: str, found: Mapping[str, Sequence[Point]]) -> str:
    """Write the files that Otava reads; the sentence that says how to use them."""
    from resonance_perf.report.otava import otava_csv, otava_yaml

    os.makedirs(folder, exist_ok=True)
    values, config = (os.path.join(folder, benchmark.replace("/", "-") + end) for end in (".csv", ".otava.yaml"))
    for path, text in ((values, otava_csv(found)), (config, otava_yaml(benchmark, os.path.abspath(values), found))):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    since = utc(min(points[0].at for points in found.values()) - 86400, "%Y-%m-%d")
    return f"wrote {values} and {config}\nOTAVA_CONFIG={config} otava analyze {benchmark} --since {since}"
