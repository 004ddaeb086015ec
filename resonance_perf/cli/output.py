"""Results on stdout, progress on stderr, colour only where it adds."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from math import isfinite

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.text import printable

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


def progress(line: str) -> None:
    """Tell a person what goes on."""
    print(printable(line), file=sys.stderr, flush=True)


def print_json(document: object) -> None:
    """Print one document. JSON has no infinity and no NaN: they are null."""
    ascii_ = (sys.stdout.encoding or "utf-8").lower() != "utf-8"  # elsewhere what cannot be said is replaced
    text = json.dumps(_finite(document), indent=1, ensure_ascii=ascii_, allow_nan=False)
    print("\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n")))


def _escaped(line: str) -> str:
    """What would act on a terminal, and JSON does not escape by itself: marks that turn the direction, for one."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)


def print_parts(comparison: Comparison) -> None:
    """Print what a change is made of, where that is known."""
    from resonance_perf.report.causes import cause_lines, why_of

    for line in cause_lines(why_of(comparison, ())):
        print(printable(f"        {line}"))


def paint(text: str, colour: str) -> str:
    """Colour a text, unless NO_COLOR is set or stdout is not a terminal."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, cut: bool = False) -> str:
    """Align columns by what a terminal shows. `cut`: on a terminal, no line is longer than that is wide."""
    lines = [list(map(printable, row)) for row in (head, *rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    if cut and sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        shown = [line if _width(line) <= columns else line[: columns - 1] + "…" for line in shown]
    return "\n".join([paint(shown[0], "bold"), *shown[1:]])


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
