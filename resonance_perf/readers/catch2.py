"""Catch2: the benchmarks of `-r xml`.

Traps: there is no sample and no median in it, but a mean with its resampled interval, which a single outlier moves; a
benchmark that threw is a success of its test case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import CONFIDENCE
from resonance_perf.readers.source import bad, refuse_entities, whole

TRIED = "2.13"
_NS = 1e-6
_WITHIN = ("TestCase", "Section", "BenchmarkResults")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b"<Catch2TestRun" in head or b"<Catch " in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. A benchmark is called by its test case, its sections and itself."""
    results = _Results()
    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = results.start, results.end
    refuse_entities(parser)
    try:
        parser.Parse(whole(source, name), True)
    except ExpatError as error:
        raise bad(name, f"this is not XML ({error})", "Was it cut off?", error.lineno, error.offset + 1) from error
    return tuple(results.readings) or (Reading(failed="it holds no benchmark"),)


@dataclass(slots=True)
class _Results:
    """The benchmarks that were seen so far, and the names of what they are in."""

    readings: list[Reading] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    samples: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _WITHIN:
            self.path.append(attributes["name"].strip())
        called = " > ".join(self.path)
        match tag:
            case "BenchmarkResults":
                self.samples = int(attributes.get("samples", 0))
            case "mean":
                self.readings.append(Reading(name=called, metrics=(_mean(attributes, self.samples),)))
            case "failed":
                self.readings.append(Reading(name=called, failed=attributes.get("message") or "it failed"))

    def end(self, tag: str) -> None:
        if tag in _WITHIN:
            self.path.pop()


def _mean(told: Mapping[str, str], count: int) -> Reported:
    value, low, high = (_NS * float(told[key]) for key in ("value", "lowerBound", "upperBound"))
    level = float(told["ci"])
    note = "" if level >= CONFIDENCE else f"it tells an interval of {level:.0%} only"
    return Reported(
        metric="wall", unit="ms", value=value, low=min(low, value), high=max(high, value), n=count, note=note
    )
