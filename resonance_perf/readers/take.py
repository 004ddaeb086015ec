"""How a reader that is told what to take answers."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.errors import UsageError
from resonance_perf.model.quantity import BASE_SYMBOLS
from resonance_perf.model.reading import Reading, Reported
from resonance_perf.model.take import Take
from resonance_perf.readers.intervals import of_values, once

_QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


def taken(takes: Sequence[Take], values: Sequence[Sequence[float]]) -> tuple[Reading, ...]:
    """The reading of what was found for each: the median, unless the metric is called as a percentile. What is missing
    has failed, because it was asked for."""
    gone = [one.where for one, found in zip(takes, values, strict=True) if not found]
    if gone:
        return (Reading(failed=f"there is no number at {', '.join(gone)}"),)
    told = (
        reported(one, found, _QUANTILES.get(one.metric, 0.5)) for one, found in zip(takes, values, strict=True)
    )  # fmt: skip
    return (Reading(metrics=tuple(told)),)


def reported(one: Take, values: Sequence[float], q: float) -> Reported:
    """The q-quantile of the values, which have the unit of the take; one value stands for itself."""
    base, scaled = BASE_SYMBOLS[one.unit.dimension], [value * one.unit.factor for value in values]
    return once(one.metric, base, scaled[0]) if len(scaled) == 1 else of_values(one.metric, base, scaled, q)


def untold(reader: str, example: str) -> UsageError:
    """The error of a reader that was not told what to take."""
    hint = f"Say which numbers count: --take '{example}', or take: in the config."
    return UsageError(f"{reader} does not know what to take from the file", hint=hint)


def number(found: object) -> float | None:
    """A finite number, also of its text; None for anything else."""
    try:
        value = float(found) if isinstance(found, int | float | str) and not isinstance(found, bool) else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < float("inf") else None
