"""A limit between another tool's words and ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from resonance_perf.model.errors import BadFileError, Location, Problem
from resonance_perf.model.metric import Direction
from resonance_perf.model.quantity import UNITS, Quantity

_MOST = 1e300


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterLimit:
    """At most, or at least, so much of a metric. `metric` is its name within the benchmark: `lcp`, `script_size`.

    `page` is the path pattern of the pages that it is about, such as `/checkout*`; empty for all of a benchmark.
    """

    metric: str
    limit: Quantity
    direction: Direction = "lower"
    page: str = ""

    @property
    def text(self) -> str:
        """The limit as it stands in the budgets fence."""
        usual = "higher" if self.limit.unit.higher_is_better else "lower"
        sign = "" if self.direction == usual else ">= " if self.direction == "higher" else "<= "
        return f"{sign}{self.limit}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says that is a limit of ours, and a sentence for everything in it that is not."""

    limits: tuple[OuterLimit, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """A text for another tool, and a sentence for every limit that it has no words for."""

    text: str
    left_out: tuple[str, ...] = ()


def amount(value: object, unit: str) -> Quantity | None:
    """A JSON number in a unit, or in the next larger one where that is shorter to write; None when it is no limit."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        return None
    larger = {"ms": "s", "B": "kB"}.get(unit)
    if larger is not None and value >= UNITS[larger].factor:
        quantity = Quantity(value / UNITS[larger].factor, UNITS[larger])
        if quantity.base == value and len(str(quantity)) <= len(str(Quantity(value, UNITS[unit]))):
            return quantity
    return Quantity(float(value), UNITS[unit])


def number(base: float) -> int | float:
    """A base value as JSON writes it best: whole numbers without a point."""
    return int(base) if base == int(base) and abs(base) < 1e15 else base


def parsed(text: str, file: str) -> object:
    """The JSON of a file; a BOM is passed over.

    Raises:
        BadFileError: with the place where it is none.
    """
    try:
        value: object = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        place = Location(file, error.lineno, error.colno)
        problem = Problem(f"this is not JSON ({error.msg})", place, "Mend it, or name a file that is.")
        raise BadFileError((problem,)) from error
    except RecursionError as error:
        raise BadFileError((Problem("this is nested too deeply", Location(file)),)) from error
    return value


def printed(document: object) -> str:
    """A JSON document for a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def tightest(found: Iterable[OuterLimit], left_out: Iterable[str]) -> Reading:
    """One limit for each metric, page and direction: the tightest. The others are named."""
    kept: dict[tuple[str, str, Direction], OuterLimit] = {}
    said = list(left_out)
    for one in found:
        place = (one.metric, one.page, one.direction)
        other = kept.get(place)
        if other is None:
            kept[place] = one
            continue
        low, high = sorted((one, other), key=lambda each: each.limit.base)
        kept[place], looser = (high, low) if one.direction == "higher" else (low, high)
        if looser.limit.base != kept[place].limit.base:
            said.append(f"{one.metric}{one.page and ' of '}{one.page} {looser.text}: {kept[place].text} is tighter")
    return Reading(tuple(kept.values()), tuple(said))
