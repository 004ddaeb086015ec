"""The error budget: how often each limit was exceeded in its last runs, and how fast that burns what is allowed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from resonance_perf.app.standing import read_limits
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, table
from resonance_perf.judge.burn import Burn, burn
from resonance_perf.judge.scope import covered
from resonance_perf.model.errors import UsageError
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.report.sentences import ago
from resonance_perf.system.clock import now


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    one = verbs.add_parser("burn", help="how often each limit was exceeded, and how fast that burns what is allowed")
    one.add_argument("keys", nargs="*", metavar="KEY", help="budgets (default: all)")
    one.add_argument("--runs", type=_count, default=50, metavar="N", help="the last N runs of each metric (default 50)")
    one.add_argument(
        "--objective", type=_objective, default=0.95, metavar="SHARE", help="how many are to be good (default 95%%)"
    )
    one.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0."""
    with opened(args) as (work, store):
        limits, aliases, known = read_limits(work)[0].in_force, work.config.aliases(), store.numbers.newest()
        if unknown := [key for key in args.keys if key not in limits]:
            raise UsageError(f'there is no budget "{unknown[0]}"', hint=f"There are {', '.join(limits) or 'none'}.")
        found = []
        for limit in (limits[key] for key in (args.keys or limits)):
            metrics = covered(limit.budget, aliases, known)
            parts = {one: one.rpartition(".") for one in metrics}
            history = {one: store.history.points(name, metric, args.runs) for one, (name, _, metric) in parts.items()}
            found.append(burn(limit, history, args.objective))
    if args.json:
        print_json(document(found, args.objective, args.runs, now()))
    elif not found:
        print("there are no budgets yet: resonance-perf budget suggest")
    else:
        head = ("budget", "limit today", "runs", "red", "yellow", "burn rate", "last red")
        print(table(head, [_row(one, now()) for one in found]))
        good, allowed = f"{args.objective * 100:.6g} %", f"{(1 - args.objective) * 100:.3g} %"
        print(f"\nBurn rate 1 uses up what an objective of {good} allows: {allowed} of the runs red.")
    return 0


def document(found: Sequence[Burn], objective: float, runs: int, at: float) -> dict[str, object]:
    """The same as JSON."""
    budgets = [
        {
            "key": one.limit.key, "limit": one.limit.budget.text, "limit_commit": one.limit.commit,
            "metrics": list(one.metrics), "runs": one.runs, "red": one.red, "yellow": one.yellow,
            "unjudged": one.unjudged, "burn_rate": one.rate, "last_red": one.last_red,
            "seconds_since_red": None if one.last_red is None else at - one.last_red,
        }
        for one in found
    ]  # fmt: skip
    return {"version": 1, "objective": objective, "most_runs": runs, "budgets": budgets}


def _row(one: Burn, at: float) -> list[str]:
    rate = "–" if one.rate is None else f"{one.rate:.1f}"
    last = "–" if not one.runs else "never" if one.last_red is None else ago(at - one.last_red)
    runs = f"{one.runs}" + (f" (+ {one.unjudged} unjudged)" if one.unjudged else "")
    red, yellow = (_share(count, one.runs) for count in (one.red, one.yellow))
    return [one.limit.key, one.limit.budget.text, runs, red, yellow, rate, last]


def _share(count: int, runs: int) -> str:
    return f"{count} ({count / runs * 100:.0f} %)" if runs else "–"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of runs")
    return int(text)


def _objective(text: str) -> float:
    try:
        share = parse_quantity(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if share.unit.symbol != "%" or not 0 < share.value < 100:
        raise argparse.ArgumentTypeError(f"{text} is not a share below 100%, such as 95%")
    return share.value / 100
