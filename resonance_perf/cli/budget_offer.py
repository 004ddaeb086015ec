"""New budgets: from what was measured, from a preset, from another tool's file. Shown; written with --write."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

from resonance_perf.app.exchange import benchmark_of, imported, preset
from resonance_perf.app.standing import read_limits
from resonance_perf.app.status_table import refresh_status
from resonance_perf.app.workspace import Workspace
from resonance_perf.budget_formats.detect import read
from resonance_perf.budget_formats.presets import PRESETS
from resonance_perf.cli.context import opened
from resonance_perf.judge.offers import Offer, Placed, placed
from resonance_perf.judge.ratchet import first_limit
from resonance_perf.memory.budgets import read_value
from resonance_perf.memory.edits import AddBudget
from resonance_perf.model.quantity import UNITS, format_value
from resonance_perf.model.run import Estimate
from resonance_perf.model.text import printable
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE
from resonance_perf.system.files import read_text


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the three verbs."""
    suggest = verbs.add_parser("suggest", help="first limits, from the newest numbers, for metrics that have none")
    known = verbs.add_parser("preset", help="limits that others found, each with its source")
    known.add_argument("preset", choices=sorted(PRESETS), help="Core Web Vitals, RAIL, or a backend API")
    known.add_argument("--benchmark", metavar="NAME", default="*", help='whose metrics they limit (default: all, "*")')
    file = verbs.add_parser("import", help="limits of Lighthouse (budget.json), Lighthouse CI and k6")
    file.add_argument(
        "file", metavar="FILE", help="budget.json, lighthouserc.json, or of k6 a script, its options, a summary"
    )
    file.add_argument("--benchmark", metavar="NAME", help="whose metrics they limit, where there are several")
    for one in (suggest, known, file):
        one.add_argument("--write", action="store_true", help="write them into 01_state.md")


def run_suggest(args: argparse.Namespace) -> int:
    """Exit 0."""
    with opened(args) as (work, store):
        known, newest, aliases = read_limits(work)[0].in_force, store.numbers.newest(), work.config.aliases()
        numbers: dict[str, Estimate] = {}
        never: list[str] = []
        for key, metric in aliases.items():
            if key in known:
                continue
            if metric not in newest:
                never.append(key)
            elif note := newest[metric].estimate.note:
                print(f"{key}: none yet, {note}")
            else:
                numbers[metric] = newest[metric].estimate
        found = placed((_first(metric, one) for metric, one in numbers.items()), known, aliases)
        _write(work, store, found, write=args.write)
    for one in found:
        estimate = numbers[one.offer.metric]
        value, low, high = (format_value(x, estimate.unit) for x in (estimate.value, estimate.low, estimate.high))
        print(f"{one.key} {one.offer.wanted.text}  ({one.offer.metric} is {value} [{low}, {high}])")
    if never:
        print(f"{', '.join(never)}: none yet, not measured. The daemon does it, or: resonance-perf run --baseline")
    if not found:
        if not never:
            print("every metric that names a budget in the config has one")
    elif not args.write:
        print("to write them into 01_state.md: resonance-perf budget suggest --write")
    return 0


def run_preset(args: argparse.Namespace) -> int:
    """Exit 0; what stands already stays."""
    with opened(args) as (work, store):
        benchmark = benchmark_of(work, args.benchmark)
        offers = preset(args.preset, benchmark)
        _offer(work, store, offers, args.write, f"preset {args.preset}" + _for(args.benchmark, "*"))
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Exit 0; 2 when the file cannot be read."""
    path = os.path.join(args.start, args.file)
    with opened(args) as (work, store):
        benchmark = benchmark_of(work, args.benchmark)
        _, reading = read(read_text(path, os.path.dirname(path)), args.file)
        offers = imported(reading, benchmark, os.path.basename(args.file))
        _offer(work, store, offers, args.write, f"import {args.file}" + _for(args.benchmark, None))
    for one in reading.left_out:
        print(printable(f"left out: {one}"))
    return 0


def _first(metric: str, estimate: Estimate) -> Offer:
    higher = UNITS[estimate.unit].higher_is_better
    limit = first_limit(estimate, higher_is_better=higher)
    return Offer(metric=metric, wanted=read_value(metric, f"{'>= ' if higher else ''}{limit}"))


def _offer(work: Workspace, store: Store, offers: Iterable[Offer], write: bool, verb: str) -> None:
    found = placed(offers, read_limits(work)[0].in_force, work.config.aliases())
    new = [one for one in found if one.stands is None]
    _write(work, store, new, write=write)
    for one in found:
        print(printable(_line(one)))
    if not new:
        print("there is nothing new")
    elif not write:
        print(f"to write them into 01_state.md: resonance-perf budget {verb} --write")


def _line(one: Placed) -> str:
    wanted = one.offer.wanted.text
    if one.stands is None:
        return f"{one.key} {wanted}  ({one.offer.metric}; {one.offer.why})"
    stays = f"{one.key} stays {one.stands.text}"
    if one.is_looser:
        return f"{stays}: {wanted} would loosen it"
    if one.is_tighter:
        return f'{stays}; to tighten it: resonance-perf budget tighten {one.key} "{wanted}"'
    return stays


def _write(work: Workspace, store: Store, found: Iterable[Placed], *, write: bool) -> None:
    edits = [
        AddBudget(one.key, one.offer.wanted.text, "" if one.tied else one.offer.metric, one.offer.why) for one in found
    ]
    if write and edits:
        work.documents.apply({work.documents.path(STATE): edits})
        refresh_status(work, store)


def _for(benchmark: str | None, usual: str | None) -> str:
    return "" if benchmark == usual else f' --benchmark "{benchmark}"'
