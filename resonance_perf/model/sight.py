"""How well this machine sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A metric (full name) whose code was compared with itself `checks` times.

    `alarms` of those were called a change, each of them falsely. `visible`: the smallest change that can be told from
    none, as a fraction (0.02 is 2 %).
    """

    metric: str
    checks: int
    alarms: int
    visible: float
