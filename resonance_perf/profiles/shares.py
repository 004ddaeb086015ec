"""How much of a metric's change a change in a profile is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot, inf

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.profile import ValueType
from resonance_perf.model.quantity import UNITS
from resonance_perf.profiles.chance import Change
from resonance_perf.profiles.units import base_unit

_PERCENTILE = re.compile(r"p\d+(?:[._]\d+)?")
TIMES = ("ms", "req/s", "fps")
"""The units of times, and of rates, which are work by time."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a change of the profile's total would have to be to explain the whole change of the metric.

    Both are in the profile's unit per unit of work; `size` is below 0 where the metric sank. A change that is larger is
    the whole itself: nothing explains more than all.
    """

    size: float
    reach: float
    total: Change
    proportional: bool = False

    def share(self, one: Change) -> tuple[float, float, float]:
        """(share, low, high) of a part of the total. What captures vary as a whole is no reason to explain more than
        all, and of a part of the same captures' growth it is hardly one to be unsure."""
        whole, grown, sign = self.size, self.total.size, 1.0 if self.size > 0 else -1.0
        if sign * grown > sign * whole:
            share = one.size / grown
            crossed = (self.total.before * one.after - self.total.after * one.before) / grown**2
            reach = hypot(one.apart / grown, crossed * one.factor)
            return share, share - reach, share + reach
        share = one.size / whole
        of_metric = share * self.reach / whole
        low, high = sorted((one.low / whole, one.high / whole))
        most = max(1.0, share + hypot(one.apart / whole, of_metric))
        return share, share - hypot(share - low, of_metric), min(share + hypot(high - share, of_metric), most)

    @property
    def explained(self) -> float:
        """How much of the metric's change all that the profile saw explains, from 0 to 1."""
        return max(0.0, self.share(self.total)[0])


def scale_of(comparison: Comparison, kind: ValueType, total: Change) -> Scale | None:
    """None where what the profile counts is not what the metric is made of.

    A time of the profile is compared with a time of the metric as it is. A percentile under load also holds the time
    that requests wait behind others, and a rate is no time at all: those are explained by what grew in their proportion
    as well, whichever explains more. So is a metric whose profile counts samples of no known length.
    """
    unit, factor = base_unit(kind)
    if unit not in ("ms", "samples"):
        if unit != comparison.unit and unit != comparison.metric:
            return None
        return _absolute(comparison, 1.0, total)
    if comparison.unit not in TIMES:
        return None
    found = []
    if unit == comparison.unit:
        found.append(_absolute(comparison, factor, total))
    if unit != comparison.unit or _PERCENTILE.fullmatch(comparison.metric):
        found.append(_proportional(comparison, total))
    return min((one for one in found if one is not None), key=lambda one: abs(one.size), default=None)


def _absolute(comparison: Comparison, factor: float, total: Change) -> Scale | None:
    before = comparison.before / factor
    size = before * (comparison.ratio - 1) if before else comparison.after / factor
    return Scale(size, before * _reach(comparison, inverse=False), total) if size else None


def _proportional(comparison: Comparison, total: Change) -> Scale | None:
    inverse = UNITS[comparison.unit].higher_is_better
    if comparison.ratio <= 0 or not total.before:
        return None
    grown = (1 / comparison.ratio if inverse else comparison.ratio) - 1
    reach = total.before * _reach(comparison, inverse=inverse)
    return Scale(total.before * grown, reach, total, proportional=True) if grown else None


def _reach(comparison: Comparison, *, inverse: bool) -> float:
    """Half the interval of the ratio, or of its inverse."""
    if comparison.low <= 0 or comparison.high == inf:
        return inf
    ends = (1 / comparison.high, 1 / comparison.low) if inverse else (comparison.low, comparison.high)
    return (ends[1] - ends[0]) / 2
