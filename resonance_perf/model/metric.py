"""What is measured: a metric of a benchmark, its unit and the direction in which it is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["lower", "higher"]
LoadModel = Literal["open", "closed"]


def loads_differ(one: LoadModel | None, other: LoadModel | None) -> bool:
    """True when both loads are known and are not the same: then their numbers are never compared."""
    return one is not None and other is not None and one != other


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a config says of one metric of a benchmark.

    `budget` is the key in the budgets fence that limits this metric (its alias). `margin` is the change that
    matters in practice (δ), as a fraction: 0.01 is 1 %; None leaves it to the driver.
    """

    name: str
    budget: str | None = None
    margin: float | None = None


def metric_id(benchmark: str, metric: str) -> str:
    """The full name of a metric, as budgets refer to it: `stats-api.p95`."""
    return f"{benchmark}.{metric}"
