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
    apart: float = 0.0
    """How far two builds of equal code lie from each other beyond what their samples explain: the standard deviation of
    the logarithm of their ratio; 0 until there are checks enough to tell."""
