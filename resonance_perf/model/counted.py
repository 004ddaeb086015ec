"""Values that are too many to keep each: how often each size was seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Ordered(Protocol):
    """Values in ascending order."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> float: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """Values in ascending order: `sizes[i]` stands for each of those that begin behind the first `upto[i - 1]` and end
    with `upto[i]`, and is within the fraction `error` of it."""

    sizes: tuple[float, ...]
    upto: tuple[int, ...]
    error: float

    def __len__(self) -> int:
        return self.upto[-1] if self.upto else 0

    def __getitem__(self, index: int) -> float:
        return self.sizes[bisect_right(self.upto, index)]

    def rank(self, value: float) -> int:
        """How many values are at most `value`."""
        at = bisect_right(self.sizes, value)
        return self.upto[at - 1] if at else 0


Values = Sequence[float] | Counted


def ordered(values: Values) -> Ordered:
    """The values in ascending order."""
    return values if isinstance(values, Counted) else sorted(values)


def to_json(values: Values) -> Any:  # a list, or an object with the fields of `Counted`
    """The values as JSON has them."""
    if not isinstance(values, Counted):
        return list(values)
    return {"sizes": values.sizes, "upto": values.upto, "error": values.error}


def from_json(found: Any) -> tuple[float, ...] | Counted:  # what `to_json` made
    """The values that `to_json` wrote."""
    if isinstance(found, dict):
        return Counted(tuple(found["sizes"]), tuple(found["upto"]), found["error"])
    return tuple(found)
