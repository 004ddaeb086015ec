"""Numbers with units: `2.5s`, `150kb`, `60fps`, `0.1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. `factor` converts a value in this unit to the dimension's base unit."""

    symbol: str
    dimension: str
    factor: float
    higher_is_better: bool = False


_TIME = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3, "min": 6e4, "h": 3.6e6}
_SIZE = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3}
_RATE = {"req/s": 1.0, "rps": 1.0, "/s": 1.0, "/min": 1 / 60}


def _table() -> dict[str, Unit]:
    rows: tuple[tuple[str, bool, dict[str, float]], ...] = (
        ("time", False, _TIME),
        ("size", False, _SIZE),
        ("rate", True, _RATE),
        ("frame rate", True, {"fps": 1.0}),
        ("score", True, {"score": 1.0}),
        ("share", False, {"%": 1.0}),
        ("instructions", False, {"instructions": 1.0}),
        ("requests", False, {"requests": 1.0}),
        ("number", False, {"": 1.0}),
    )
    return {
        symbol: Unit(symbol, dimension, factor, higher)
        for dimension, higher, symbols in rows
        for symbol, factor in symbols.items()
    }


UNITS = _table()
"""Every unit by its symbol. Base units: ms, B, fps, req/s, %, and plain counts."""

BASE_SYMBOLS = {
    "time": "ms", "size": "B", "frame rate": "fps", "rate": "req/s", "share": "%",
    "instructions": "instructions", "requests": "requests", "score": "score", "number": "",
}  # fmt: skip

_ALIASES = {
    "kb": "kB",
    "mb": "MB",
    "gb": "GB",
    "b": "B",
    "sec": "s",
    "m": "min",
    "kib": "KiB",
    "mib": "MiB",
    "gib": "GiB",
    "request": "requests",
    "instruction": "instructions",
}
_ONE = {"requests": "request", "instructions": "instruction"}
_NUMBER = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\s\d].*)?\s*\Z")


def unit(symbol: str) -> Unit:
    """Return the unit that `symbol` names.

    Raises:
        ValueError: with a sentence that lists the units there are.
    """
    known = UNITS.get(symbol) or UNITS.get(_ALIASES.get(symbol, "?")) or UNITS.get(_ALIASES.get(symbol.lower(), "?"))
    if known is None:
        names = ", ".join(name for name in UNITS if name)
        raise ValueError(f'unknown unit "{symbol}"; use one of {names}')
    return known


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit. Quantities compare by `base`, which is the value in the dimension's base unit."""

    value: float
    unit: Unit

    @property
    def base(self) -> float:
        """The value in the base unit of its dimension (ms, B, req/s, …)."""
        return self.value * self.unit.factor

    def __str__(self) -> str:
        number = _trim(self.value)
        symbol = _counted(self.unit.symbol, number)
        return f"{number}{symbol if len(symbol) < 4 else ' ' + symbol}"

    @classmethod
    def of_base(cls, base: float, like: Unit) -> Quantity:
        """Make a quantity in the unit `like` from a value in base units."""
        return cls(base / like.factor, like)


def parse_quantity(text: str) -> Quantity:
    """Read `2.5s`, `200ms`, `0.1`, `150kb`, `500 req/s`.

    `kb` is 1000 bytes and `KiB` is 1024 bytes.

    Raises:
        ValueError: with a sentence, when there is no number, the unit is unknown, or the number is not finite.
    """
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError(f'"{text}" is not a quantity; write a number and a unit, such as 200ms or 150kb')
    value = float(match.group(1))
    if not isfinite(value):
        raise ValueError(f'"{text}" is not a finite number')
    return Quantity(value, unit((match.group(2) or "").strip()))


_SHOWN = {
    "ms": (("h", 3.6e6), ("min", 1.2e5), ("s", 1e3), ("ms", 1.0), ("us", 1e-3), ("ns", 1e-6)),
    "B": (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)),
}
"""Base unit -> the units to show it in, each with the least base value for which it is used."""


def format_value(base: float, base_symbol: str) -> str:
    """Show a value given in a base unit with three significant digits and a handy unit: `44.8 ms`, `1.25 MB`."""
    steps = _SHOWN.get(base_symbol)
    if steps is None:
        shown = _significant(base)
        return f"{shown}{' ' if base_symbol not in ('', '%') else ''}{_counted(base_symbol, shown)}"
    if base == 0:
        return f"0 {base_symbol}"
    for symbol, least in steps:
        if abs(base) >= least:
            return f"{_significant(base / UNITS[symbol].factor)} {symbol}"
    return f"{_significant(base / UNITS[steps[-1][0]].factor)} {steps[-1][0]}"


def _significant(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:.0f}"
    text = f"{value:.3g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") if "e" in text and abs(value) >= 1e-4 else text


def _counted(symbol: str, number: str) -> str:
    """The symbol of a unit beside a number: 1 request, 2 requests."""
    return _ONE.get(symbol, symbol) if number == "1" else symbol


def _trim(value: float) -> str:
    return f"{value:.12g}"
