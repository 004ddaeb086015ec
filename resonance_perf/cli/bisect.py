"""Finds the commit that made a benchmark slower: measures commits between good and bad, and writes the memory."""

from __future__ import annotations

import argparse

from resonance_perf.app.bisect import bisect_range
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, progress
from resonance_perf.cli.run import chosen
from resonance_perf.model.bisection import Terms
from resonance_perf.model.errors import UsageError
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.text import printable
from resonance_perf.report.bisection import answer, bisection_document
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf bisect stats-api --good v1.4 --bad HEAD"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("benchmark", metavar="BENCH", help="which")
    parser.add_argument("--good", metavar="REV", required=True, help="an older revision that is fast")
    parser.add_argument("--bad", metavar="REV", default="HEAD", help="a newer one that is slow (default: HEAD)")
    parser.add_argument("--metric", metavar="M", help="judge by this metric (default: the first of the config)")
    parser.add_argument("--confidence", type=_confidence, default=0.95, metavar="P", help="stop when so sure (0.95)")
    parser.add_argument("--time", type=seconds, default=600.0, metavar="T", help="stop after this (default: 10m)")
    parser.add_argument("--first-parent", action="store_true", help="name a merge, do not look inside it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0 whatever came out, as `compare` does: also when bad is not slower, or when the time was too short; the
    JSON's `outcome` says which. 4 when good or bad could not be measured."""
    terms = Terms(metric=args.metric, confidence=args.confidence, limit_s=args.time, first_parent=args.first_parent)
    with opened(args) as (work, store):
        config = work.require_trust()
        (benchmark,) = chosen(config, [args.benchmark])
        if benchmark.deployed:
            raise UsageError(
                f"{benchmark.name} looks at what is deployed", hint="No commit of the repository is in it."
            )
        good, bad = work.repo.resolve(args.good), work.repo.resolve(args.bad)
        with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
            found = bisect_range(work, store, config, benchmark, good, bad, host, progress, terms=terms)
    if args.json:
        print_json(bisection_document(found))
    else:
        print(printable(answer(found)))
    return 0


def _confidence(text: str) -> float:
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0.5 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.5 and 1")
    return value


def seconds(text: str) -> float:
    """The value of an option that is a duration."""
    try:
        quantity = parse_quantity(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if quantity.unit.dimension != "time" or quantity.base <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a time; write 90s or 10m")
    return quantity.base / 1000
