"""What a file of another tool tells of one run."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.errors import Problem
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.run import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One metric, in the base unit `unit` (a symbol of `quantity.UNITS`).

    `samples`: every raw value, where the file has them; what `value` is of them, the reader has worked out. [`low`,
    `high`] holds the true value of this run with 95 %, as far as the file tells; `note` is a sentence where it does not
    tell enough to decide by. `n` counts the values behind it, 0 where that is not known.
    """

    metric: str
    unit: str
    value: float
    low: float
    high: float
    n: int = 0
    samples: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One benchmark of a file. `name` is what the tool calls it, empty where the file holds only one.

    `failed` is a sentence when nothing of it may be believed, such as that no request succeeded; then there are no
    metrics. `at` is when it began, in seconds since 1970, and None where the file does not tell.
    """

    name: str = ""
    metrics: tuple[Reported, ...] = ()
    parts: tuple[Part, ...] = ()
    """What the metrics are made of, where the file tells."""
    load_model: LoadModel | None = None
    requests: int = 0
    """How many of a load succeeded, where the tool counts them."""
    version: str = ""
    at: float | None = None
    failed: str = ""
    skipped: int = 0
    """Lines that could not be read; the first of them are in `problems`."""
    problems: tuple[Problem, ...] = ()
