"""The units of profiles in ours."""

from __future__ import annotations

from resonance_perf.model.profile import ValueType

_TIMES = {"nanoseconds": 1e-6, "microseconds": 1e-3, "milliseconds": 1.0, "seconds": 1e3}
_SIZES = {"bytes": 1.0, "kilobytes": 1e3, "megabytes": 1e6}


def base_unit(kind: ValueType) -> tuple[str, float]:
    """(symbol of our base unit, factor to it): `ms` for times, `B` for sizes, else what is counted."""
    if kind.unit in _TIMES:
        return "ms", _TIMES[kind.unit]
    if kind.unit in _SIZES:
        return "B", _SIZES[kind.unit]
    return kind.name if kind.unit == "count" else kind.unit, 1.0
