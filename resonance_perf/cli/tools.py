"""The tools that are read and driven, by us and by plug-ins: which are here, and what to mind about each."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, table
from resonance_perf.config.tooling import names, tooling
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Tooling
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.text import printable
from resonance_perf.readers.registry import installed, loaded
from resonance_perf.report.words import short, utc
from resonance_perf.system.programs import found

EXAMPLE = "resonance-perf tools"
_TRAPS = "Traps: "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print the tables of docs/tools.md")
    form.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0."""
    readers = {name: loaded(entry) for name, entry in installed().items()}
    drivers = {name: driver for name in names() if (driver := tooling(name))}
    if args.markdown:
        about = ((name, *_told(one)) for name, one in readers.items())
        _print_markdown(("tool", "tried", "reads", "mind"), ((a, _tried(readers[a]), b, c) for a, b, c in about))
        print()
        driven = ((name, _told(one)[0], _keys(one), ", ".join(one.METRICS)) for name, one in drivers.items())
        _print_markdown(("driver", "runs", "keys", "metrics"), driven)
        return 0
    here, last = found({name: one.PROGRAM for name, one in drivers.items()}), _last(args)
    everything = [_entry(name, readers.get(name), drivers.get(name), here, last) for name in {**readers, **drivers}]
    everything.sort(key=lambda one: one["tool"])
    if args.json:
        print_json({"version": 1, "tools": everything})
    else:
        rows = [[one["tool"], _is_here(one), one["last"] or "–", one["about"]] for one in everything]
        print(printable(table(("tool", "here", "last measured", "about"), rows, cut=True)))
    return 0


def _entry(
    name: str, reader: object | None, driver: Tooling | None, here: Mapping[str, str], last: Mapping[str, str]
) -> dict[str, Any]:
    about, traps = _told(reader or driver)
    return {
        "tool": name, "reader": reader is not None, "driver": name if driver else "tool", "found": here.get(name),
        "install": driver.PROGRAM.install if driver else None, "last": last.get(name), "about": about, "traps": traps,
        "keys": list(driver.KEYS) if driver else [], "metrics": list(driver.METRICS) if driver else [],
    }  # fmt: skip


def _is_here(one: Mapping[str, Any]) -> str:
    """Whether it can be run here; of a tool without a driver of its own, nobody looks."""
    if one["install"] is None:
        return "read only"
    return str(one["found"] or f"no: {one['install']}")


def _last(args: argparse.Namespace) -> dict[str, str]:
    """Tool -> the newest measurement with it in this repository; nothing outside of one."""
    told: dict[str, tuple[float, str]] = {}
    try:
        with opened(args) as (work, store):
            settings = ((one.name, one.settings) for one in work.config.benchmarks)
            tools = {name: one.tool for name, one in settings if isinstance(one, ToolSettings)}
            for metric, one in store.numbers.newest().items():
                name = metric.rpartition(".")[0]
                if name in tools and one.measured_at > told.get(tools[name], (0.0, ""))[0]:
                    what = f"{name} at {short(one.commit)}, {utc(one.measured_at)}"
                    told[tools[name]] = (one.measured_at, what)
    except ResonanceError:
        return {}
    return {tool: what for tool, (_, what) in told.items()}


def _print_markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(_cell, row))} |")


def _keys(driver: Tooling) -> str:
    told = []
    for key, one in driver.KEYS.items():
        needed = "required" if one.required else f"default `{_default(one)}`" if one.default else ""
        told.append(f"`{key}`: {one.means}, such as `{one.example}`" + (f" ({needed})" if needed else ""))
    return "; ".join(told)


def _default(key: Key) -> str:
    if key.kind == "duration":
        return f"{key.default:g}s"
    return " ".join(key.default) if isinstance(key.default, tuple) else str(key.default)


def _tried(reader: object) -> str:
    return str(getattr(reader, "TRIED", "") or "–")


def _told(module: object) -> tuple[str, str]:
    """(what it reads or runs, its traps), from its docstring: `NAME: what.`, and a paragraph that begins so."""
    first, _, rest = (inspect.getdoc(module) or "").partition("\n\n")
    reads = first.partition(": ")[2].rstrip(".") or first
    traps = " ".join(rest.split()) if rest.startswith(_TRAPS) else ""
    return " ".join(reads.split()), traps.removeprefix(_TRAPS)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
