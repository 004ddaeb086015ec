"""The trend of a benchmark over its measured commits, as a table or a plot."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from resonance_perf.app.standing import stand
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, table
from resonance_perf.model.errors import UsageError
from resonance_perf.model.history import Point
from resonance_perf.model.metric import metric_id
from resonance_perf.model.quantity import format_value
from resonance_perf.report.plot import Series, write_plot
from resonance_perf.report.records import utc
from resonance_perf.report.sentences import change, short
from resonance_perf.report.spark import sparkline

EXAMPLE = "resonance-perf history stats-api --plot trend.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("benchmark", metavar="BENCH", help="a benchmark, or BENCH.METRIC")
    parser.add_argument("--plot", metavar="FILE", help="write a picture: .png, .svg or .html")
    parser.add_argument("--last", type=int, default=50, metavar="N", help="at most the newest N values (default 50)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when there is no such benchmark or nothing was measured."""
    with opened(args) as (work, store):
        benchmark = work.config.benchmark(args.benchmark)
        name, metrics = args.benchmark, [spec.name for spec in benchmark.metrics] if benchmark else []
        if benchmark is None:
            name, _, metric = args.benchmark.rpartition(".")
            metrics = [metric]
        found = {one: store.results.history(name, one, args.last) for one in metrics}
        limits = {one.metric: one.limit.budget for one in stand(work, store).judgements if one.metric}
    found = {metric: points for metric, points in found.items() if points}
    if not found:
        raise UsageError(f'nothing was measured of "{args.benchmark}"', hint="Measure it: resonance-perf run")
    if args.json:
        print_json(document(name, found))
    elif not args.plot:
        print("\n\n".join(shown(name, metric, points) for metric, points in found.items()))
    if args.plot:
        series = []
        for metric, points in found.items():
            budget = limits.get(metric_id(name, metric))
            limit = budget.limit.base if budget and budget.limit else None
            series.append(Series(metric, points[0].estimate.unit, points, limit))
        write_plot(args.plot, name, series)
        print(f"wrote {args.plot}")
    return 0


def shown(benchmark: str, metric: str, points: Sequence[Point]) -> str:
    """One metric as a table."""
    rows = [
        [
            utc(point.at), short(point.commit), format_value(point.estimate.value, point.estimate.unit),
            change(point.comparison) if point.comparison else "–",
            point.comparison.verdict if point.comparison else "baseline", point.run,
        ]
        for point in points
    ]  # fmt: skip
    head = ("when (UTC)", "commit", "value", "change", "verdict", "run")
    return f"{benchmark} {metric} {sparkline([one.estimate.value for one in points])}\n{table(head, rows)}"


def document(benchmark: str, found: dict[str, tuple[Point, ...]]) -> dict[str, object]:
    """The values as JSON, in their base unit."""
    return {
        "version": 1,
        "benchmark": benchmark,
        "metrics": {
            metric: {
                "unit": points[0].estimate.unit,
                "points": [
                    {
                        "run": one.run, "commit": one.commit, "at": one.at, "value": one.estimate.value,
                        "low": one.estimate.low, "high": one.estimate.high,
                        "verdict": one.comparison.verdict if one.comparison else None,
                    }
                    for one in points
                ],
            }
            for metric, points in found.items()
        },
    }  # fmt: skip
