"""What every sentence and table is made of: a time, a commit, a change."""

from __future__ import annotations

from datetime import UTC, datetime

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.quantity import format_value

SHORT = 9
"""Characters of a commit id that are shown."""


def utc(at: float, form: str = "%Y-%m-%d %H:%M") -> str:
    """A time in seconds since 1970 as text in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime(form)


def short(commit: str) -> str:
    """The beginning of a commit id."""
    return commit[:SHORT]


def change(comparison: Comparison) -> str:
    """`-89.1 % [-89.9, -88.2]`: the estimate with its interval."""
    middle, low, high = comparison.change_percent
    if comparison.low == comparison.high:
        return "0 %" if comparison.ratio == 1 else f"{signed(middle)} % (exact)"
    if comparison.low <= 0 or high == float("inf"):
        return f"{signed(middle)} % [too few samples]"
    return f"{signed(middle)} % [{signed(low)}, {signed(high)}]"


def signed(value: float) -> str:
    """A change in per cent: `+284`, `-89.1`, `+0.30`."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 0.95 else 2
    return f"{value:+.{digits}f}"


def one_change(comparison: Comparison) -> str:
    """`p95 9.12 ms → 35 ms, +284 % [+270, +300]`; a metric that is called as its unit has no other."""
    unit = "" if comparison.unit == comparison.metric else comparison.unit
    before, after = format_value(comparison.before, unit), format_value(comparison.after, unit)
    return f"{comparison.metric} {before} → {after}, {change(comparison)}"
