"""Two sides of one metric -> ratio, interval, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, inf, log

from resonance_perf.compare.rule import Rule
from resonance_perf.compare.signed_rank import centre
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.run import Measure, Run

_SHIFTED = ("%", "", "requests")
"""Units whose values may be 0: compared as 1 + value, so that 0 errors against 0 errors is a ratio of 1."""


def compare_runs(
    base: Run, head: Run, measures: Mapping[str, Measure], margins: Mapping[str, float], *, seconds: float
) -> tuple[Comparison, ...]:
    """Compare every metric that both runs have; the i-th samples of the two runs are a pair.

    `margins` gives the practical margin of each metric as a fraction. `seconds` is the measuring time of both sides.
    """
    found = []
    for name, measure in measures.items():
        before, after = base.estimate(name), head.estimate(name)
        pairs = paired(base, head, name)
        if before is None or after is None or not pairs:
            continue
        ratio, low, high = ratio_of(pairs, measure, Rule(margins[name]))
        found.append(
            Comparison(
                benchmark=head.benchmark, metric=name, base=base.id, head=head.id, before=before.value,
                after=after.value, unit=measure.unit, ratio=ratio, low=low, high=high,
                verdict=verdict_of(ratio, low, high, measure, Rule(margins[name])),
                pairs=len(pairs), seconds=seconds, decided_by=name,
            )
        )  # fmt: skip
    return tuple(found)


def paired(base: Run, head: Run, metric: str) -> list[tuple[float, float]]:
    """The (base, head) values of `metric`, pair by pair; a pair without one of the two is left out."""
    return [
        (one.values[metric], other.values[metric])
        for one, other in zip(base.samples, head.samples, strict=False)
        if metric in one.values and metric in other.values
    ]


def ratio_of(pairs: Sequence[tuple[float, float]], measure: Measure, rule: Rule) -> tuple[float, float, float]:
    """(ratio, low, high) of head ÷ base, from the log-ratios of the pairs.

    An interval that so few pairs cannot give is (0, inf).
    """
    shift = 1.0 if measure.unit in _SHIFTED else 0.0
    if any(value + shift <= 0 for pair in pairs for value in pair):
        return 1.0, 0.0, inf
    logs = [log((head + shift) / (base + shift)) for base, head in pairs]
    if measure.exact:
        return (exp(logs[0]),) * 3
    estimate, low, high = centre(logs, rule.confidence)
    return exp(estimate), exp(low), exp(high) if high < inf else inf


def verdict_of(ratio: float, low: float, high: float, measure: Measure, rule: Rule) -> Verdict:
    """Decide what a ratio with its interval means against the margin.

    faster/slower: the interval excludes 1 and the estimate is beyond the margin. same: the whole interval lies inside
    the margin. Anything else is unsure. An exact metric is the same only when it is equal, or changed by less than
    the margin.
    """
    best, worst = (1 / (1 + rule.margin)), 1 + rule.margin
    if best <= low and high <= worst:
        return "same"
    if low > 1 and ratio > worst:
        return "faster" if measure.higher_is_better else "slower"
    if high < 1 and ratio < best:
        return "slower" if measure.higher_is_better else "faster"
    return "unsure"


def settled(
    comparisons: Sequence[Comparison], margins: Mapping[str, float], leading: str, named: Sequence[str]
) -> bool:
    """True when more pairs are not worth their time.

    The leading metric has its answer, and no other named metric looks changed without being proven so.
    """
    by_name = {one.metric: one for one in comparisons}
    lead = by_name.get(leading)
    if lead is None or lead.verdict == "unsure":
        return False
    suspects = (by_name[name] for name in named if name in by_name)
    return not any(one.verdict == "unsure" and abs(log(one.ratio)) > log(1 + margins[one.metric]) for one in suspects)
