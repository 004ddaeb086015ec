"""One comparison while it is measured: how many pairs to take before the next look, and what is known by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, log

from resonance_perf.compare.compare import (
    Z95,
    Change,
    change_of,
    paired,
    pairs_to_settle,
    verdict_of,
    with_builds,
    with_pool,
)
from resonance_perf.compare.estimate import too_few
from resonance_perf.compare.growth import growth
from resonance_perf.compare.sequential import FRESH, GROWTH, schedule
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.run import Measure, Run, Sample

FALSE_ALARMS = 0.01
"""How often a metric that did not change may be called changed."""
_ALONE = 0.4
"""The two-sided level at which the pairs that came after a suspicion must show the change alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one metric. `confirmed`: it was proven, and fresh pairs said the same as those that raised the
    suspicion. `few`: there are too few requests for this percentile. `blurred`: it would be decided if builds of equal
    code did not differ. `pooled`: the change is that of the pool already."""

    change: Change
    verdict: Verdict
    confirmed: bool = False
    few: bool = False
    blurred: bool = False
    pooled: bool = False


class Inquiry:
    """Decides when to look and when to stop, for all metrics of a benchmark at once.

    `named` are the metrics that answers are wanted for, the leading one first; a change of another is not claimed, and
    where there are none, each verdict is that of a single look. A change of any of them is only claimed when it was
    confirmed. After the look that suspects it, at the level of the interval, fresh pairs are taken until two things
    hold at a later look: all pairs prove it, at levels that hold false alarms of all looks together below
    `false_alarms`; and the fresh ones show it alone. `least` and `most` bound the number of pairs; what looks changed
    may go beyond.

    `stand_ins` maps a metric to another that may answer for it while it is unsure itself: CPU time for the wall time
    of a program that only computes, where the machine makes the wall time noisy. `apart` maps a metric to what two
    builds of equal code differ by here.
    """

    def __init__(
        self, measures: Mapping[str, Measure], margins: Mapping[str, float], named: Sequence[str],
        *, least: int, most: int, false_alarms: float = FALSE_ALARMS, stand_ins: Mapping[str, str] | None = None,
        apart: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        self._measures, self._margins, self._stand_ins = measures, margins, stand_ins or {}
        self._apart = apart or {}
        used = (self._stand_ins[name] for name in named if name in self._stand_ins)
        self._named = tuple(dict.fromkeys([*named, *used]))
        self._schedule = schedule(least, most, false_alarms if self._named else None)
        self._suspected: dict[tuple[str, Verdict], int] = {}
        self._confirmed: dict[str, Verdict] = {}
        self._findings: dict[str, Finding] = {}
        self.wanted: int | None = self._schedule.looks[0]
        """The number of pairs at which to look next; None when the question is answered or cannot be."""

    @property
    def confirming(self) -> bool:
        """True while fresh pairs are taken to confirm a suspicion."""
        return any(self._is_suspected(metric) for metric in self._named)

    def confirmed(self, verdict: Verdict) -> frozenset[str]:
        """The metrics of which fresh pairs bore this verdict out, which still is what all pairs say; and the counts
        that say it, which need none."""
        return frozenset(
            metric for metric, found in self._findings.items() if found.confirmed and found.verdict == verdict
        )

    def look(self, base: Sequence[Sample], head: Sequence[Sample], *, last: bool = False) -> None:
        """Take in all samples so far, pair by pair. `last`: there is no time for more."""
        count = min(len(base), len(head))
        self._findings = {metric: self._found(metric, base, head) for metric in self._measures}
        for metric in (one for one in self._named if self._is_suspected(one)):
            verdict = self._findings[metric].verdict
            mark = self._suspected.setdefault((metric, verdict), count)
            pairs, fresh = paired(base, head, metric), paired(base[mark:], head[mark:], metric)
            proven = self._excludes(metric, pairs, verdict, self._schedule.proof(count))
            if proven and len(fresh) >= FRESH and self._excludes(metric, fresh, verdict, _ALONE):
                self._confirmed[metric] = verdict
                self._findings[metric] = replace(self._findings[metric], confirmed=True)
        over = last or (self._settled() and not self.confirming)
        self.wanted = None if over else self._schedule.after(count, suspected=self.confirming)

    def comparisons(self, base: Run, head: Run, *, seconds: float) -> tuple[Comparison, ...]:
        """What came of it, for every metric that both runs have. `seconds`: the measuring time of both sides."""
        found = []
        for metric, measure in self._measures.items():
            before, after, finding = base.estimate(metric), head.estimate(metric), self._findings.get(metric)
            if before is None or after is None or finding is None or not finding.change.pairs:
                continue
            if measure.quantile is not None and not finding.pooled:
                change = with_pool(finding.change, base.samples, head.samples, metric, measure)
                finding = replace(finding, change=change)
            verdict, note = self._told(metric, finding)
            decided_by = metric
            if verdict == "unsure" and (stand_in := self._answering_for(metric)):
                decided_by, verdict, note = stand_in, self._findings[stand_in].verdict, ""
            note = note or after.note or before.note
            change = finding.change
            found.append(
                Comparison(
                    benchmark=head.benchmark, metric=metric, base=base.id, head=head.id, before=before.value,
                    after=after.value, unit=measure.unit, ratio=change.ratio, low=change.low, high=change.high,
                    verdict=verdict, pairs=change.pairs, seconds=seconds, decided_by=decided_by, note=note,
                    confirmed=finding.confirmed, more_s=self._more_s(metric, finding, verdict, seconds),
                    parts=growth(metric, base, head, told=verdict in ("slower", "faster") or change.low == change.high),
                )
            )  # fmt: skip
        return tuple(found)

    def _found(self, metric: str, base: Sequence[Sample], head: Sequence[Sample]) -> Finding:
        measure, pairs = self._measures[metric], paired(base, head, metric)
        change = change_of(pairs, measure, self._schedule.level(len(pairs)))
        verdict = verdict_of(change, measure, self._margins[metric])
        pooled = measure.quantile is not None and verdict != "unsure"  # the pool can only take a verdict back
        if pooled:
            change = with_pool(change, base, head, metric, measure)
            verdict = verdict_of(change, measure, self._margins[metric])
        seen, change = verdict, with_builds(change, 0.0 if measure.exact else self._apart.get(metric, 0.0))
        verdict = verdict_of(change, measure, self._margins[metric])
        if too_few(measure, base) or too_few(measure, head):
            return Finding(replace(change, low=0.0, high=inf), "unsure", few=True)  # it would be another percentile's
        confirmed = measure.exact or self._confirmed.get(metric) == verdict
        return Finding(change, verdict, confirmed, blurred=verdict == "unsure" != seen, pooled=pooled)

    def _is_suspected(self, metric: str) -> bool:
        finding = self._findings.get(metric)
        return finding is not None and finding.verdict in ("slower", "faster") and not finding.confirmed

    def _excludes(self, metric: str, pairs: Sequence[tuple[float, float]], verdict: Verdict, level: float) -> bool:
        """True when the pairs are on the side of the verdict at this two-sided level; at 0 they never are."""
        if level == 0:
            return False
        change = change_of(pairs, self._measures[metric], level)
        up = (verdict == "slower") != self._measures[metric].higher_is_better
        return change.low > 1 if up else change.high < 1

    def _settled(self) -> bool:
        """True when more pairs are not worth their time: the leading metric has its answer, and no other named one
        looks changed without being proven so."""
        if not self._named:
            return True
        if not self._is_known(self._named[0]) and not self._answering_for(self._named[0]):
            return False
        rest = (one for one in self._named[1:] if not self._is_known(one) and not self._answering_for(one))
        return not any(self._looks_changed(one) for one in rest)

    def _looks_changed(self, metric: str) -> bool:
        finding = self._findings[metric]
        return not finding.few and abs(log(finding.change.ratio)) > log(1 + self._margins[metric])

    def _is_known(self, metric: str) -> bool:
        finding = self._findings[metric]
        return finding.verdict == "same" or (finding.verdict != "unsure" and finding.confirmed)

    def _answering_for(self, metric: str) -> str:
        """The metric that answers for `metric`, when it has an answer; else nothing."""
        stand_in = self._stand_ins.get(metric, "")
        return stand_in if stand_in in self._findings and self._is_known(stand_in) else ""

    def _told(self, metric: str, finding: Finding) -> tuple[Verdict, str]:
        if finding.blurred:
            return "unsure", f"builds of equal code differ by up to {Z95 * self._apart[metric] * 100:.2g} % here"
        if not self._named or finding.confirmed or finding.verdict not in ("slower", "faster"):
            return finding.verdict, ""
        if metric not in self._named:
            return "unsure", f"looked {finding.verdict}, but nobody asked: name {metric} in the config"
        seen = self._suspected.get((metric, finding.verdict), finding.change.pairs) < finding.change.pairs
        why = "fresh pairs did not prove it in the time" if seen else "there was no time to confirm it"
        return "unsure", f"looked {finding.verdict}, but {why}"

    def _more_s(self, metric: str, finding: Finding, verdict: Verdict, seconds: float) -> float | None:
        if verdict != "unsure" or (finding.verdict != "unsure" and metric not in self._named):
            return None
        pairs = finding.change.pairs
        wanted = pairs_to_settle(finding.change, self._margins[metric], self._apart.get(metric, 0.0))
        if finding.verdict != "unsure":
            wanted = max(wanted or 0, self._schedule.after(pairs, suspected=True) or ceil(GROWTH * pairs))
        return None if wanted is None or wanted <= pairs else seconds / pairs * (wanted - pairs)
