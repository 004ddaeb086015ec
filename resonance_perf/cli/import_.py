"""Takes in what another tool measured: its numbers are stored, judged by the budgets, and remembered like ours."""

from __future__ import annotations

import argparse
import os

from resonance_perf.app.take_in import pooled, read_file, take_in
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, progress
from resonance_perf.model.errors import EXIT_FINE, EXIT_RED, UsageError
from resonance_perf.model.quantity import format_value
from resonance_perf.model.take import Take, parse_take
from resonance_perf.model.text import printable
from resonance_perf.pipeline import Result
from resonance_perf.readers.registry import installed
from resonance_perf.report.document import runs_document

EXAMPLE = "resonance-perf import k6 summary.json --benchmark checkout"
AUTO = "auto"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("words", nargs="+", metavar="[TOOL] FILE", help="several files: runs of the same")
    parser.add_argument("--tool", default=AUTO, help=f"the same as TOOL (default: {AUTO})")
    parser.add_argument("--benchmark", metavar="NAME", help="what to call it here (default: the name of the tool)")
    told = "what csv, json, regex, openmetrics, prometheus and otlp take, such as 'p95=latency.p95 ms'"
    parser.add_argument("--take", action="append", default=[], metavar="METRIC=WHERE UNIT", help=told)
    parser.add_argument("--commit", metavar="REV", default="HEAD", help="what was measured (default: HEAD)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0, 1 when a budget of what was imported is red, 2 for a file that cannot be read, 4 for a failed run."""
    paths, tool = _asked(args)
    takes = [_take(one) for one in args.take]
    with opened(args) as (work, store):
        commit = work.repo.resolve(args.commit)
        read = [read_file(path, tool, takes) for path in paths]
        if len({one for one, _ in read}) > 1:
            raise UsageError("these are files of different tools", hint="Import those of each tool on their own.")
        tool, readings = read[0][0], pooled([readings for _, readings in read])
        for reading in readings:
            if reading.skipped:
                named = "; ".join(str(problem) for problem in reading.problems)
                progress(f"⚪ {reading.skipped} lines were left out: {named}")
        results = take_in(work, store, tool, readings, args.benchmark, commit, progress)
    if args.json:
        print_json(runs_document([one.measurement.head for one in results], []))
    else:
        for one in results:
            _show(one)
    return EXIT_RED if any(one.status == "red" for result in results for one in result.judgements) else EXIT_FINE


def _asked(args: argparse.Namespace) -> tuple[list[str], str | None]:
    """(the files, the tool or None where it is to be recognised)."""
    first, *rest = args.words
    named = first in installed() and not os.path.exists(os.path.join(args.start, first))
    if named and not rest:
        raise UsageError(f"which file of {first}?", hint=f"Write: resonance-perf import {first} FILE")
    tool, files = (first, rest) if named else (args.tool, args.words)
    return [os.path.join(args.start, file) for file in files], None if tool == AUTO else tool


def _take(word: str) -> Take:
    metric, _, where = word.partition("=")
    try:
        return parse_take(metric.strip(), where)
    except ValueError as error:
        raise UsageError(f'--take "{word}" {error}') from error


def _show(result: Result) -> None:
    print(printable(result.line))
    for one in result.measurement.head.estimates:
        value, low, high = (format_value(number, one.unit) for number in (one.value, one.low, one.high))
        print(printable(f"    {one.metric} {value} [{low}, {high}]" + (f" ({one.note})" if one.note else "")))
