"""May a budget tighten, and to what: a limit that a person would write, with room above what was measured."""

from __future__ import annotations

from math import ceil, floor, log10

from resonance_perf.judge.scope import may_tighten
from resonance_perf.model.budget import BudgetShift, LimitInForce
from resonance_perf.model.quantity import UNITS, Quantity, parse_quantity
from resonance_perf.model.run import Estimate
from resonance_perf.model.sight import Sight

ROOM = 0.8
"""The measured upper bound sits at this share of the new limit."""
LEAST_GAIN = 0.10
"""A limit moves only when it moves by at least this share: small steps would follow the noise."""


def propose_shift(limit: LimitInForce, metric: str, estimate: Estimate) -> BudgetShift | None:
    """The tighter limit that this level of a metric (full name) supports, or None.

    None when the budget is relative, its ratchet is off, it covers several metrics, the units do not fit, the number is
    not to be decided by, or the gain is too small.
    """
    budget = limit.budget
    if budget.limit is None or budget.ratchet == "off" or estimate.note or not may_tighten(budget):
        return None
    if UNITS[estimate.unit].dimension != budget.limit.unit.dimension:
        return None
    new = tightened(budget.limit, estimate, higher_is_better=budget.direction == "higher")
    if new is None:
        return None
    prefix = next((sign for sign in ("<=", ">=", "<", ">") if budget.text.startswith(sign)), "")
    return BudgetShift(
        key=limit.key, metric=metric, old=budget.text, new=f"{prefix} {new}".strip(), value=estimate.value,
        low=estimate.low, high=estimate.high, unit=estimate.unit,
    )  # fmt: skip


def may_be_seen(shift: BudgetShift, sight: Sight | None) -> bool:
    """False for a step that is finer than what this machine can see of the metric."""
    if sight is None:
        return True
    old, new = (parse_quantity(text.lstrip("<>= ")).base for text in (shift.old, shift.new))
    return max(old, new) / min(old, new) - 1 > sight.visible if min(old, new) > 0 else True


def tightened(old: Quantity, estimate: Estimate, *, higher_is_better: bool) -> Quantity | None:
    """The new limit for a measured estimate, rounded away from it; None when it is not a worthwhile step."""
    factor = UNITS[estimate.unit].factor
    if higher_is_better:
        wanted = estimate.low * factor * ROOM
        new = _rounded(wanted, old, up=False)
        return new if new.base >= old.base * (1 + LEAST_GAIN) else None
    wanted = estimate.high * factor / ROOM
    if wanted <= 0:
        return None
    new = _rounded(wanted, old, up=True)
    return new if new.base <= old.base * (1 - LEAST_GAIN) else None


def _rounded(base: float, like: Quantity, *, up: bool) -> Quantity:
    """Two significant digits in the unit of `like`, or in a smaller one where that would start with `0.0`."""
    unit = like.unit
    for symbol, smaller in (("s", "ms"), ("ms", "us"), ("MB", "kB"), ("kB", "B"), ("MiB", "KiB"), ("KiB", "B")):
        if unit.symbol == symbol and base / unit.factor < 1:
            unit = UNITS[smaller]
    value = base / unit.factor
    step = 10.0 ** (floor(log10(abs(value))) - 1) if value else 1.0
    count = value / step
    digits = ceil(count - 1e-9) if up else floor(count + 1e-9)
    return parse_quantity(f"{digits * step:.12g}{unit.symbol}")


_HANDY = {
    "time": (("s", 1e4), ("ms", 1.0), ("us", 0.0)),
    "size": (("MB", 1e6), ("kB", 1e3), ("B", 0.0)),
}
"""Dimension -> the units to write a first limit in, each with the least base value for which it is used."""


def first_limit(estimate: Estimate, *, higher_is_better: bool) -> Quantity:
    """A limit for a metric that has none: the same room and rounding, in a unit that suits its size."""
    unit = UNITS[estimate.unit]
    base = (estimate.low * ROOM if higher_is_better else estimate.high / ROOM) * unit.factor
    handy = (symbol for symbol, least in _HANDY.get(unit.dimension, ()) if base >= least)
    return _rounded(base, Quantity(0.0, UNITS[next(handy, unit.symbol)]), up=not higher_is_better)
