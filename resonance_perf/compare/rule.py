"""When to look at the pairs, how sure to be at each look, and what counts as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

LOOK_CONFIDENCE = 0.99
"""Confidence at each look. With three looks the chance of a wrong exclusion anywhere is at most 3 % (Bonferroni),
and a verdict needs the estimate beyond the margin as well."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a metric is decided: `margin` is the change that matters (δ, a fraction)."""

    margin: float
    confidence: float = LOOK_CONFIDENCE


def looks(least: int, most: int) -> tuple[int, ...]:
    """The numbers of pairs at which a verdict may be given: the least, one between, the most."""
    least, most = max(1, least), max(least, most)
    return tuple(sorted({least, ceil(sqrt(least * most)), most}))
