"""Criterion (Rust): `sample.json` with every sample, or the summary in `estimates.json`, of one benchmark in
`target/criterion/…/new/`.

Traps: the name of the benchmark is the folder's, not in the file; a sample is the time of many rounds, and of ever more
of them; folders of benchmarks that are gone stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import CONFIDENCE, of_values
from resonance_perf.readers.source import document

TRIED = "0.3"
_NS = 1e-6


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    start = head.lstrip()
    if start.startswith((b'{"sampling_mode"', b'{"iters"')):
        return b'"iters"' in head
    return b'"median_abs_dev"' in head and b'"point_estimate"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. `wall` is the median time of one round."""
    found = document(source, name)
    if "iters" not in found:
        return (Reading(metrics=(_estimated(found["median"], name),)),)
    each = [_NS * took / rounds for took, rounds in zip(found["times"], found["iters"], strict=True)]
    return (Reading(metrics=(of_values("wall", "ms", each),)) if each else Reading(failed="it holds no sample"),)


def _estimated(median: Mapping[str, Any], name: str) -> Reported:
    """What was resampled, with its interval; one of another confidence is not ours to convert."""
    interval = median["confidence_interval"]
    low, high, value = (
        _NS * one for one in (interval["lower_bound"], interval["upper_bound"], median["point_estimate"])
    )
    level = interval["confidence_level"]
    note = "" if level >= CONFIDENCE else f"{name} tells an interval of {level:.0%} only"
    return Reported(metric="wall", unit="ms", value=value, low=min(low, value), high=max(high, value), note=note)
