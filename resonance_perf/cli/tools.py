"""The tools that are read and driven, by us and by plug-ins, with what to mind about each."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterable

from resonance_perf.cli.output import print_json, table
from resonance_perf.config.tooling import names, tooling
from resonance_perf.model.driving import Tooling
from resonance_perf.model.text import printable
from resonance_perf.readers.registry import installed, loaded

EXAMPLE = "resonance-perf tools --markdown"
_TRAPS = "Traps: "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print the tables of docs/tools.md")
    form.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0."""
    readers = [(name, *_told(loaded(entry))) for name, entry in installed().items()]
    drivers = [(name, driver) for name in names() if (driver := tooling(name))]
    if args.json:
        told = [dict(zip(("tool", "reads", "traps"), one, strict=True)) for one in readers]
        runs = [{"driver": name, "keys": list(one.KEYS), "metrics": list(one.METRICS)} for name, one in drivers]
        print_json({"version": 1, "readers": told, "drivers": runs})
    elif args.markdown:
        _print_markdown(("tool", "reads", "mind"), readers)
        print()
        driven = ((name, _told(one)[0], _keys(one), ", ".join(one.METRICS)) for name, one in drivers)
        _print_markdown(("driver", "runs", "keys", "metrics"), driven)
    else:
        own = {name for name, _ in drivers}
        rows = [[name, name if name in own else "tool", reads] for name, reads, _ in readers]
        print(printable(table(("tool", "driver", "reads"), rows)))
    return 0


def _print_markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(_cell, row))} |")


def _keys(driver: Tooling) -> str:
    told = []
    for key, one in driver.KEYS.items():
        needed = "required" if one.required else f"default `{one.default}`" if one.default else ""
        told.append(f"`{key}`: {one.means}, such as `{one.example}`" + (f" ({needed})" if needed else ""))
    return "; ".join(told)


def _told(module: object) -> tuple[str, str]:
    """(what it reads or runs, its traps), from its docstring: `NAME: what.`, and a paragraph that begins so."""
    first, _, rest = (inspect.getdoc(module) or "").partition("\n\n")
    reads = first.partition(": ")[2].rstrip(".") or first
    traps = " ".join(rest.split()) if rest.startswith(_TRAPS) else ""
    return " ".join(reads.split()), traps.removeprefix(_TRAPS)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
