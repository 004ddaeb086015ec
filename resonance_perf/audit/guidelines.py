"""What was measured, beside the limits of Core Web Vitals, RAIL and the API preset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from resonance_perf.audit.check import Evidence
from resonance_perf.budget_formats.presets import PRESETS, PresetLimit
from resonance_perf.model.finding import Guideline
from resonance_perf.model.quantity import BASE_SYMBOLS, Quantity, parse_quantity

_CALLED = {"frame": "frame_p95"}
"""Metric of a preset -> what our drivers call it."""
METRICS = frozenset(_CALLED.get(one.metric, one.metric) for limits in PRESETS.values() for one in limits)
"""What they are about."""
_FRAME_MS = 1000 / 60
"""What RAIL calls 16 ms."""
_ADDRESS = re.compile(r"web\.dev/[\w/-]+")


def guidelines(evidence: Sequence[Evidence]) -> tuple[Guideline, ...]:
    """Every limit of the presets, once for each benchmark that measures it."""
    return tuple(
        row for preset, limits in PRESETS.items() for limit in limits for row in _rows(preset, limit, evidence)
    )


def _rows(preset: str, limit: PresetLimit, evidence: Sequence[Evidence]) -> Iterator[Guideline]:
    metric, most = _CALLED.get(limit.metric, limit.metric), parse_quantity(limit.text)
    telling = [one for one in evidence if metric in one.values]
    for one in telling:
        yield _row(preset, limit, most, one.benchmark, one.values[metric])
    if not telling:
        yield _row(preset, limit, most, "", None)


def _row(preset: str, limit: PresetLimit, most: Quantity, benchmark: str, value: float | None) -> Guideline:
    address = _ADDRESS.search(limit.why)
    return Guideline(
        preset=preset, metric=limit.metric, text=limit.text, benchmark=benchmark, value=value,
        unit=BASE_SYMBOLS[most.unit.dimension], met=None if value is None else value <= _most(limit, most),
        why=limit.why.partition(":")[0], source=f"https://{address[0]}" if address else "",
    )  # fmt: skip


def _most(limit: PresetLimit, said: Quantity) -> float:
    """The limit in base units; a display of 60 Hz, whose clock is not that exact, does not miss it."""
    return _FRAME_MS * 1.01 if limit.metric == "frame" else said.base
