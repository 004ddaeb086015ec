"""Change points as people and programs read them."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.history.values import ChangePoint
from resonance_perf.model.quantity import format_value
from resonance_perf.report.words import short, signed, utc

HEAD = ("since (UTC)", "commit", "what", "before → after", "change", "how sure")


def change_rows(changes: Sequence[ChangePoint], unit: str) -> list[tuple[str, ...]]:
    """One row per change point, under `HEAD`."""
    rows: list[tuple[str, ...]] = []
    for one in changes:
        levels = f"{format_value(one.before, unit)} → {format_value(one.after, unit)}"
        rows.append((utc(one.at), short(one.commit), _what(one), levels, _change(one), _sure(one)))
    return rows


def changes_document(changes: Sequence[ChangePoint]) -> list[dict[str, object]]:
    """Change points as JSON; values in the base unit, times in seconds since 1970."""
    return [
        {
            "kind": one.kind, "commit": one.commit, "at": one.at, "before": one.before, "after": one.after,
            "ratio": one.ratio, "low": one.low, "high": one.high, "p": one.p, "slope": one.slope,
            "first": {"commit": one.first, "at": one.first_at}, "last": {"commit": one.last, "at": one.last_at},
        }
        for one in changes
    ]  # fmt: skip


def _what(one: ChangePoint) -> str:
    if one.kind == "drift":
        return f"drift until {utc(one.last_at, '%Y-%m-%d')} {short(one.last)}"
    return "environment change" if one.kind == "environment" else "step"


def _change(one: ChangePoint) -> str:
    if one.ratio is None:
        return "–"
    middle = f"{signed((one.ratio - 1) * 100)} %"
    if one.low is None or one.high is None or one.low == one.high:
        return middle
    return f"{middle} [{signed((one.low - 1) * 100)}, {signed((one.high - 1) * 100)}]"


def _sure(one: ChangePoint) -> str:
    """How sure that it is there, and between which commits with 95 %."""
    if one.p is None:
        return "not compared"
    if one.p == 0 and one.low == one.high:
        return "exact"
    words = f"p {one.p:.2g}" if one.p >= 0.0001 else "p < 0.0001"
    if one.kind == "step" and one.first != one.last:
        words += f", between {short(one.first)} and {short(one.last)}"
    return words
