"""Bencher Metric Format: benchmarks with measures, each a value with its bounds.

Traps: what the bounds are, the format leaves to whoever writes it, so they are taken as they stand; units are those of
the measures that Bencher knows, and any other measure is a plain number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import once
from resonance_perf.readers.source import document

TRIED = "its format"
_MEASURES = {"latency": ("wall", "ms", 1e-6), "throughput": ("throughput", "req/s", 1.0),
             "build-time": ("build_time", "ms", 1000.0), "file-size": ("size", "B", 1.0)}  # fmt: skip
_HEAD = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{\s*"(?:lower_|upper_)?value"\s*:')


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return _HEAD.match(head) is not None


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    return tuple(
        Reading(name=called, metrics=tuple(_told(measure, one) for measure, one in measures.items()))
        for called, measures in document(source, name).items()
    )


def _told(measure: str, one: Mapping[str, Any]) -> Reported:
    metric, unit, factor = _MEASURES.get(measure, (re.sub(r"\W+", "_", measure).strip("_"), "", 1.0))
    value = factor * one["value"]
    if one.get("lower_value") is None or one.get("upper_value") is None:
        return once(metric, unit, value)
    low, high = factor * one["lower_value"], factor * one["upper_value"]
    return Reported(metric=metric, unit=unit, value=value, low=min(low, value), high=max(high, value))
