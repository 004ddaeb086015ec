"""What was measured: samples of one revision, with their environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from resonance_perf.model.counted import Values
from resonance_perf.model.metric import LoadModel

_LINE = re.compile(r":\d+$")

Side = Literal["base", "head", "anchor"]
SIDES: tuple[Side, ...] = ("base", "head", "anchor")
IMPORTED = "import-"
"""How the ids of environments begin that are not a machine of ours, but what another tool says of itself."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The machine and tools that a number belongs to. Numbers of two environments are never compared.

    `id` is a short hash of `facts`.
    """

    id: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A named share of a metric, in its base unit: a package of a bundle, a statement, the element behind the LCP.

    `place` is where it stands, as in `/app.js:12`, where it has one. Its line moves with the text above it, so a
    part is the same one where name and file are.
    """

    metric: str
    name: str
    value: float
    place: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Who it is: its name, and the file of its place."""
        return self.name, _LINE.sub("", self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One fresh process (or one server process under load): the unit of evidence.

    `values` holds each metric's value in its base unit. `raw` holds what a percentile was taken from, such as every
    latency in ms. `parts` say what the values are made of, where that is known. `at` is seconds since 1970, `seconds`
    how long the sample took. `load_model` is what the sample itself tells of its load; the run keeps it.
    """

    values: Mapping[str, float]
    raw: Mapping[str, Values] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    at: float = 0.0
    seconds: float = 0.0
    load_model: LoadModel | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a driver says of a metric: its base unit symbol, and how a run's value comes from its samples.

    `quantile` (0 to 1) with `of` (a key of `Sample.raw`): the percentile of all raw values pooled over the samples;
    otherwise the median of the samples. `exact`: repeats give the same number, so one sample is enough.
    """

    unit: str
    higher_is_better: bool = False
    quantile: float | None = None
    of: str | None = None
    exact: bool = False
    margin: float = 0.01
    """The practical margin where the config gives none, as a fraction."""
    coarse: bool = False
    """Another tool tells it, maybe in whole units only: the same whole number again and again is no broken clock."""
    absent: str = ""
    """Why a sample may lack it, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric's value over one run with its 95 % interval, in the base unit `unit`; `n` counts raw values.

    `note` is a sentence when there are too few values for an interval: then [`low`, `high`] is only what was seen, and
    nothing may be decided by it.
    """

    metric: str
    value: float
    low: float
    high: float
    unit: str
    n: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All samples of one benchmark on one commit in one sitting, with every raw number kept."""

    id: str
    benchmark: str
    commit: str
    side: Side
    started_at: float
    environment: Environment
    samples: tuple[Sample, ...]
    estimates: tuple[Estimate, ...] = ()
    load_model: LoadModel | None = None
    quick: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    """Metric -> sentence, for those that must not be trusted or are not there any more."""
    content: str = ""
    """A hash of everything that was measured: the files under `paths`, and what the config says to do with them."""

    @property
    def missing(self) -> dict[str, str]:
        """Metric -> sentence, for those that are wanted and not there."""
        return {name: why for name, why in self.problems.items() if self.estimate(name) is None}

    def estimate(self, metric: str) -> Estimate | None:
        """The estimate of `metric`, or None if this run has none."""
        return next((one for one in self.estimates if one.metric == metric), None)
