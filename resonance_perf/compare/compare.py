"""Two sides of one metric -> ratio, interval, verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot, inf, log

from resonance_perf.compare.calm import calm_middle
from resonance_perf.compare.order_statistics import middle
from resonance_perf.compare.pool import pooled_ratio
from resonance_perf.compare.signed_rank import centre
from resonance_perf.model.comparison import Verdict
from resonance_perf.model.run import Measure, Sample

_SHIFTED = ("%", "", "requests")
"""Units whose values may be 0. Where one is, 1 is added to all, so that 0 errors against 0 errors is a ratio of 1."""
Z95 = 1.96
_MATTERS = 0.5
"""A change is told when its estimate is beyond this share of the margin and may be beyond the whole of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """The ratio head ÷ base with its interval, from so many pairs. Without enough of them it is (0, inf)."""

    ratio: float
    low: float
    high: float
    pairs: int


def paired(base: Sequence[Sample], head: Sequence[Sample], metric: str) -> list[tuple[float, float]]:
    """The (base, head) values of `metric`, pair by pair; a pair without one of the two is left out."""
    return [
        (one.values[metric], other.values[metric])
        for one, other in zip(base, head, strict=False)
        if metric in one.values and metric in other.values
    ]


def change_of(pairs: Sequence[tuple[float, float]], measure: Measure, level: float) -> Change:
    """The change by the log-ratios of the pairs; the interval misses with a probability of at most `level`."""
    shift = 1.0 if measure.unit in _SHIFTED and any(0 in pair for pair in pairs) else 0.0
    if not pairs or any(value + shift <= 0 for pair in pairs for value in pair):
        return Change(1.0, 0.0, inf, len(pairs))
    logs = [log((head + shift) / (base + shift)) for base, head in pairs]
    if measure.exact:
        return _exact_change(pairs, shift)
    sums = [log(base + shift) + log(head + shift) for base, head in pairs] if _is_time(measure) else None
    estimate, low, high = centre_of(logs, level, sums)
    return Change(exp(estimate), exp(low), exp(high) if high < inf else inf, len(pairs))


def _is_time(measure: Measure) -> bool:
    """True where a neighbour only adds. Not of a percentile: what stalls some of its requests is its matter."""
    return measure.unit == "ms" and measure.quantile is None


def _exact_change(pairs: Sequence[tuple[float, float]], shift: float) -> Change:
    """The change of counts: what was counted, and where repeats differ, everything that they could have said."""
    base, head = ([side + shift for side in values] for values in zip(*pairs, strict=True))
    return Change(head[0] / base[0], min(head) / max(base), max(head) / min(base), len(pairs))


def with_pool(change: Change, base: Sequence[Sample], head: Sequence[Sample], metric: str, measure: Measure) -> Change:
    """The change of a percentile of all values of each side, with an interval that holds what the pairs say, too.

    The pairs alone keep the level of a verdict: this interval is never narrower than theirs. The ratio is that of the
    two numbers that people see, in which one process that stalled weighs as much as it did.
    """
    assert measure.quantile is not None and measure.of is not None
    both = [
        (one.raw[measure.of], other.raw[measure.of])
        for one, other in zip(base, head, strict=False)
        if metric in one.values and metric in other.values and one.raw.get(measure.of) and other.raw.get(measure.of)
    ]
    if not both:
        return change
    before, after = zip(*both, strict=True)
    ratio, low, high = pooled_ratio(before, after, measure.quantile)
    return Change(ratio, min(change.low, low), max(change.high, high), change.pairs)


def with_builds(change: Change, apart: float) -> Change:
    """The change with an interval that holds what two builds of equal code differ by, too; `apart` is the standard
    deviation of that on the logarithmic scale, an error independent of that of the pairs."""
    if apart <= 0 or change.low <= 0 or change.high == inf:
        return change
    own = log(change.ratio)
    below, above = (exp(hypot(end, Z95 * apart)) for end in (own - log(change.low), log(change.high) - own))
    return Change(change.ratio, change.ratio / below, change.ratio * above, change.pairs)


def centre_of(
    differences: Sequence[float], level: float, sums: Sequence[float] | None = None
) -> tuple[float, float, float]:  # fmt: skip
    """(estimate, low, high) for the centre of differences; the interval misses it at most as often as `level` says.

    Two intervals share the level: Wilcoxon's, which is narrow where the noise is mild, and that of the median, which is
    narrow where a neighbour wakes up now and then. Both hold the same centre, so it is in what they have in common. The
    estimate belongs to the narrower one. So few that neither could have half of the level leave all of it to the first.

    Where `sums` say which pairs a neighbour left alone, those count for more in the median, and the interval then holds
    the Hodges-Lehmann estimate, too: a side that is slow in some of its own runs would count for less as well.
    """
    if 2 / 2 ** len(differences) > level / 2:
        return centre(differences, level)
    mild = centre(differences, level / 2)
    wild = calm_middle(differences, sums, level / 2) if sums else middle(differences, level / 2)
    low, high = max(mild[1], wild[1]), min(mild[2], wild[2])
    if low > high:  # the noise is neither: hold both
        low, high = min(mild[1], wild[1]), max(mild[2], wild[2])
    chosen = mild if mild[2] - mild[1] <= wild[2] - wild[1] else wild
    estimate = min(max(chosen[0], low), high)
    return (estimate, min(low, mild[0]), max(high, mild[0])) if sums else (estimate, low, high)


def verdict_of(change: Change, measure: Measure, margin: float) -> Verdict:
    """Decide what a change means against the practical margin (δ, a fraction).

    same: the whole interval lies inside ±δ. faster/slower: the interval excludes 1 and reaches beyond δ, and the
    estimate is beyond δ/2. Anything else is unsure, and more pairs decide it.
    """
    best, worst = 1 / (1 + margin), 1 + margin
    if best <= change.low and change.high <= worst:
        return "same"
    if change.low > 1 and log(change.ratio) > _MATTERS * log(worst):
        return "faster" if measure.higher_is_better else "slower"
    if change.high < 1 and log(change.ratio) < _MATTERS * log(best):
        return "slower" if measure.higher_is_better else "faster"
    return "unsure"


def pairs_to_settle(change: Change, margin: float, apart: float = 0.0) -> int | None:
    """How many pairs in all would settle an unsure change, if it is what it looks like; None when none would.

    The interval narrows with the root of the number of pairs; it has to leave 1, or to fit into ±δ. What builds differ
    by (`apart`, see `with_builds`) is part of it and does not narrow.
    """
    if change.low <= 0 or change.high == inf:
        return None
    estimate, delta = abs(log(change.ratio)), log(1 + margin)
    half = (log(change.high) - log(change.low)) / 2
    rooms = [room for room in (delta - estimate, estimate if estimate > _MATTERS * delta else 0.0) if room > 0]
    floor = Z95 * apart
    if not rooms or max(rooms) <= floor:
        return None
    return round(change.pairs * (half**2 - floor**2) / (max(rooms) ** 2 - floor**2)) + 1
