"""What a database is asked, and what a statement did there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The keys of `driver: sql`, with the statements themselves; `database` is an address or a path."""

    database: str
    queries: tuple[str, ...]
    before: tuple[str, ...]
    repeat: int
    limit_s: float
    writes: bool


def timed(once: Callable[[], list[int]], repeat: int) -> tuple[list[int], list[float]]:
    """(the rows of every statement, the milliseconds of each time that all of them ran); the first does not count."""
    rows, times = once(), []
    for _ in range(repeat):
        start = perf_counter()
        once()
        times.append((perf_counter() - start) * 1000)
    return rows, times
