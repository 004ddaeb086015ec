"""The tools whose files `import` reads, ours and those of plug-ins, with what to mind about each."""

from __future__ import annotations

import argparse
import inspect

from resonance_perf.cli.output import print_json, table
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
    found = [(name, *_told(loaded(entry))) for name, entry in installed().items()]
    if args.json:
        names = ("tool", "reads", "traps")
        print_json({"version": 1, "readers": [dict(zip(names, one, strict=True)) for one in found]})
    elif args.markdown:
        print("| tool | reads | mind |\n|---|---|---|")
        for name, reads, traps in found:
            print(f"| {name} | {_cell(reads)} | {_cell(traps)} |")
    else:
        print(printable(table(("tool", "reads"), [[name, reads] for name, reads, _ in found])))
    return 0


def _told(reader: object) -> tuple[str, str]:
    """(what it reads, its traps), from the docstring of a reader: `NAME: what.`, and a paragraph that begins so."""
    first, _, rest = (inspect.getdoc(reader) or "").partition("\n\n")
    reads = first.partition(": ")[2].rstrip(".") or first
    traps = " ".join(rest.split()) if rest.startswith(_TRAPS) else ""
    return " ".join(reads.split()), traps.removeprefix(_TRAPS)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
