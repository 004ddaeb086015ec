"""The value of each metric over one run, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, log, sqrt
from statistics import NormalDist, median

from resonance_perf.compare.order_statistics import middle
from resonance_perf.compare.pool import CONFIDENCE, Pool, draws, middle_of
from resonance_perf.model.counted import Ordered, Values, ordered
from resonance_perf.model.run import Estimate, Measure, Sample

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def estimate_run(measures: Mapping[str, Measure], samples: Sequence[Sample]) -> tuple[Estimate, ...]:
    """Estimate every metric that the samples have, in the order of `measures`."""
    found = (_estimate(name, measure, samples) for name, measure in measures.items())
    return tuple(one for one in found if one is not None)


def hull(all_: Sequence[Estimate], again: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """The estimates of all samples, each interval wide enough to hold what the repeated ones alone say."""
    second = {one.metric: one for one in again}
    return tuple(
        replace(one, low=min(one.low, second[one.metric].value), high=max(one.high, second[one.metric].value))
        if one.metric in second
        else one
        for one in all_
    )


def _estimate(name: str, measure: Measure, samples: Sequence[Sample]) -> Estimate | None:
    if measure.quantile is not None and measure.of is not None:
        groups = [sample.raw[measure.of] for sample in samples if sample.raw.get(measure.of) and name in sample.values]
        if not groups:
            return None
        value, low, high = pooled_quantile(groups, measure.quantile)
        count, least = sum(map(len, groups)), least_values(measure.quantile)
        what = "points" if measure.of == name else "requests"
        note = f"{name} needs {least} {what}, there were {count}" if count < least else ""
        return Estimate(name, value, low, high, measure.unit, count, note)
    values = [sample.values[name] for sample in samples if name in sample.values]
    if not values:
        return None
    low, high = (min(values), max(values)) if measure.exact else median_interval(values)
    return Estimate(name, median(values), low, high, measure.unit, len(values))


def median_interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval for the median from order statistics; [min, max] when there are too few for it."""
    _, low, high = middle(values, 1 - CONFIDENCE)
    return max(low, min(values)), min(high, max(values))


def least_values(q: float) -> int:
    """So many values that the largest lies above their q-quantile with the confidence of an interval's upper end.

    With fewer, no order statistic bounds the quantile from above (David & Nagaraja, section 7.1).
    """
    return ceil(log((1 - CONFIDENCE) / 2) / log(q))


def too_few(measure: Measure, samples: Sequence[Sample]) -> bool:
    """True when the samples hold fewer values than their percentile needs."""
    count = sum(len(sample.raw.get(measure.of or "", ())) for sample in samples)
    return measure.quantile is not None and count < least_values(measure.quantile)


def pooled_quantile(groups: Sequence[Values], q: float) -> tuple[float, float, float]:
    """The q-quantile of all values of all groups, with a 95 % interval from a bootstrap over whole groups.

    Values of one group (one server process) share its luck, so groups are resampled, not values. Pooling keeps a
    stall of a single group in the tail, where a median of per-group percentiles would hide it. The interval always
    holds the value, and what is not known of counted values. One group alone does not tell how groups differ: then it
    is that of order statistics, which takes its values as independent.
    """
    pool = Pool(groups)
    value, room = pool.quantile(q), 1 + pool.error
    if len(groups) < 2:
        low, high = _ranks_around(ordered(groups[0]), q)
    else:
        low, high = middle_of([pool.quantile(q, times) for times in draws(len(groups))])
    return value, min(low, value) / room, max(high, value) * room


def _ranks_around(values: Ordered, q: float) -> tuple[float, float]:
    """Order statistics that hold the q-quantile, in the normal limit (David & Nagaraja, section 7.1)."""
    count = len(values)
    half = _Z * sqrt(count * q * (1 - q))
    return values[max(0, ceil(q * count - half) - 1)], values[min(count - 1, ceil(q * count + half))]
