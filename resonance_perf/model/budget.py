"""What a team allows: limits, and changes of limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.metric import Direction
from resonance_perf.model.quantity import Quantity

SIGNATURE = "require_signature"
"""The key of the config that is loosened like a limit: by taking it out."""
Ratchet = Literal["auto", "propose", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One entry of the budgets fence.

    Exactly one of `limit` and `relative` is set: an absolute limit, or a bound on the change against the baseline
    as a fraction (`+5%` is 0.05, and lower is better). `text` is the value as it is written, `line` where (from 1).
    `warn` is the fraction of the limit within which the status is yellow. `metric` is a full name or a pattern of them,
    `branches` are patterns of the branches on which the budget counts; without any it counts on all. `renamed_from` is
    the key that it had: its history goes on under the new one.
    """

    key: str
    limit: Quantity | None
    relative: float | None = None
    direction: Direction
    text: str
    line: int
    column: int = 1
    metric: str | None = None
    branches: tuple[str, ...] = ()
    warn: float = 0.10
    ratchet: Ratchet = "auto"
    why: str = ""
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInForce:
    """The limit that counts for a key, and the commit that set it (None: only in the work tree so far)."""

    key: str
    budget: Budget
    commit: str | None
    author: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosening:
    """A loosening (or removal: `to` is None) that nobody approved; the old limit stays in force.

    `commit` is None when it stands in the work tree only. `scope` says what is no longer covered, where that is it.
    `now` is the new key under which a removed budget may go on. `why`: why an approval that it has does not count.
    """

    key: str
    old: str
    to: str | None
    file: str
    line: int
    commit: str | None = None
    scope: str = ""
    now: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetShift:
    """A limit that may tighten from `old` to `new`, for a level of `value` [`low`, `high`] in the base unit `unit`.

    `new` is written into the fence.
    """

    key: str
    metric: str
    old: str
    new: str
    value: float
    low: float
    high: float
    unit: str
