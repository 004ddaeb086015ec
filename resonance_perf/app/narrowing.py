"""Narrow a line of commits down to the one that made a benchmark worse, and go on inside when it is a merge."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import sqrt

from resonance_perf.app.deliver import Say
from resonance_perf.app.laboratory import Laboratory, UnmeasurableError
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.bisection import Bisection, BisectionOutcome, Suspect, Terms
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.measurement import Measurement
from resonance_perf.plan.affected import affected
from resonance_perf.plan.bisection import Question, Search
from resonance_perf.report.bisection import lacking, percent
from resonance_perf.report.words import one_change, short
from resonance_perf.system.git.ancestry import Link, line_between

UNTOUCHED = 0.05
"""The prior odds of a commit that changed nothing below the benchmark's `paths`: it is hardly the culprit."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is told, and the measurement behind it."""

    told: Bisection
    measurement: Measurement


@dataclass(slots=True)
class Narrowing:
    """The commits between two ends under search."""

    work: Workspace
    laboratory: Laboratory
    terms: Terms
    own: tuple[str, ...]
    say: Say
    good: str
    bad: str
    line: tuple[Link, ...] = ()
    looks: int = 0
    skipped: list[str] = field(default_factory=list)

    def narrow(self, wanted: float) -> Found:
        """Search until one commit is the culprit with the probability `wanted`."""
        self.line = line_between(self.work.repo, self.good, self.bad)
        self.say(f"{self._name(self.bad)} against {self._name(self.good)}, {len(self.line)} commits to search …")
        ends, change = self.laboratory.settle(self.bad, self.good)
        self.looks += 1
        self.say(f"{short(self.bad)} is {change.verdict}: {one_change(change)}")
        if change.verdict != "slower":
            return self._tell_of("unchanged", (), 0.0, ends)
        inside = not self.terms.first_parent and any(len(link.parents) > 1 for link in self.line)
        search = Search.begin(self._weights(), self.laboratory.read(change))
        # a merge is searched as well: both answers together are to be as sure as was asked for
        return self._search(search, ends, wanted, sqrt(wanted) if inside else wanted)

    def _search(self, search: Search, ends: Measurement, wanted: float, target: float) -> Found:
        settled = {(0, len(self.line) - 1): ends}
        while True:
            group, sure = search.leading()
            key = (group[0], group[-1])
            asked = None if sure >= target else search.next_question(self.laboratory.effort, self.laboratory.left_s())
            if (asked is None and sure < target) or search.posterior[-1] >= wanted:
                return self._unsure(search, ends, wanted)
            if asked is None and key in settled:
                return self._culprit(search, group, ends, settled[key], wanted)
            try:
                if asked is None:
                    settled[key], change = self.laboratory.settle(*self._sides(group))
                    search = search.compared(group, self.laboratory.read(change))
                else:
                    search, change = self._asked(search, asked)
            except UnmeasurableError as error:
                search = self._without(search, error)
            else:
                at = group[-1] if asked is None else asked.candidate
                self._say_look(search, at, change)

    def _asked(self, search: Search, asked: Question) -> tuple[Search, Comparison]:
        if asked.group is not None:
            change = self.laboratory.look(*self._sides(asked.group), asked.pairs)
            return search.compared(asked.group, self.laboratory.read(change)), change
        change = self.laboratory.look(self.line[asked.candidate].commit, self.good, asked.pairs)
        return search.measured(asked.candidate, self.laboratory.read(change)), change

    def _sides(self, group: range) -> tuple[str, str]:
        """The last commit of the group, and the one before its first."""
        return self.line[group[-1]].commit, self.line[group[0] - 1].commit if group[0] else self.good

    def _say_look(self, search: Search, at: int, change: Comparison) -> None:
        self.looks += 1
        likely, held = search.likely(self.terms.confidence)
        within = f"{len(likely)} commits" if len(likely) > 1 else self._name(self.line[likely[0]].commit)
        self.say(f"{self._name(self.line[at].commit)}: {one_change(change)}; {percent(held)} sure: {within}")

    def _without(self, search: Search, error: UnmeasurableError) -> Search:
        at = next((at for at, link in enumerate(self.line[:-1]) if link.commit == error.commit), None)
        if at is None:
            raise error  # one of the two ends
        self.skipped.append(error.commit)
        self.say(f"{self._name(error.commit)} is skipped: {error.message.splitlines()[0]}")
        return search.without(at)

    def _unsure(self, search: Search, ends: Measurement, wanted: float) -> Found:
        if search.posterior[-1] >= 1 / 2:
            return self._tell_of("unsure", (), 0.0, ends, "but not any more when it was measured again")
        likely, held = search.likely(wanted)
        asks = search.next_question(self.laboratory.effort) is not None
        why = lacking(self.terms.limit_s, asks=asks, skipped=bool(self.skipped))
        return self._tell_of("unsure", self._suspects(search, likely), held, ends, why)

    def _culprit(self, search: Search, group: range, ends: Measurement, step: Measurement, wanted: float) -> Found:
        suspects = self._suspects(search, tuple(group))
        sure = sum(one.probability for one in suspects)
        change = self.laboratory.change(step)
        if change.verdict in ("same", "faster"):
            steps = "it may be several steps, each below the margin"
            why = f"but against the commit before it is {change.verdict}: {steps}"
            return self._tell_of("unsure", suspects, sure, ends, why)
        note = self._part(self.laboratory.change(ends), change)
        if len(group) > 1:
            return self._tell_of("among", suspects, sure, step, note)
        outer = self._tell_of("found", suspects, sure, step, note)
        link = self.line[group[0]]
        return outer if self.terms.first_parent or len(link.parents) < 2 else self._inside(link, outer, wanted)

    def _inside(self, merge: Link, outer: Found, wanted: float) -> Found:
        """Go on in what the culprit merged; the merge itself stays the culprit when none of it is slower alone."""
        sure, note = outer.told.confidence, "a merge, and what it merged is not slower by itself"
        for parent in merge.parents[1:]:
            fork = self.work.repo.merge_base(merge.parents[0], parent)
            if fork is None or fork == parent:
                continue
            self.say(f"{self._name(merge.commit)} is a merge; going on inside")
            inside = replace(self, good=fork, bad=parent, line=())  # counts and skipped commits go on
            try:
                inner = inside.narrow(wanted / sure)
            except UnmeasurableError as error:
                note = f"a merge, and the inside could not be measured: {error}"
                continue
            self.looks = inside.looks
            if inner.told.outcome in ("found", "among"):
                return _within(outer.told, inner)
            if inner.told.outcome == "unsure":
                note = f"a merge, and inside it is not clear which commit: {inner.told.note}"
        told = replace(outer.told, looks=self.looks, note="; ".join(filter(None, (outer.told.note, note))))
        return replace(outer, told=told)

    def _tell_of(
        self,
        outcome: BisectionOutcome,
        suspects: tuple[Suspect, ...],
        sure: float,
        measured: Measurement,
        note: str = "",
    ) -> Found:
        told = Bisection(
            benchmark=self.laboratory.benchmark.name, metric=self.laboratory.metric, good=self.good, bad=self.bad,
            outcome=outcome, suspects=suspects, confidence=sure, comparison=self.laboratory.change(measured),
            after=measured.head.commit, candidates=len(self.line), looks=self.looks,
            skipped=tuple(self.skipped), note=note,
        )  # fmt: skip
        return Found(told, measured)

    def _suspects(self, search: Search, which: tuple[int, ...]) -> tuple[Suspect, ...]:
        commits = [(self.line[at].commit, search.posterior[at]) for at in which]
        return tuple(Suspect(commit, self.work.repo.subject(commit), chance) for commit, chance in commits)

    def _part(self, whole: Comparison, step: Comparison) -> str:
        """A note when the step is clearly less than the whole change."""
        part = self.laboratory.read(step).part_of(self.laboratory.read(whole))
        span = f"{short(self.good)} to {short(self.bad)}"
        return "" if part is None else f"that is {part * 100:.0f} % of the change from {span}; look for another"

    def _weights(self) -> list[float]:
        hit = (affected([self.laboratory.benchmark], link.paths, self.own) for link in self.line)
        return [1.0 if one else UNTOUCHED for one in hit]

    def _name(self, commit: str) -> str:
        return f"{short(commit)} “{self.work.repo.subject(commit)}”"


def _within(outer: Bisection, inner: Found) -> Found:
    """The answer from inside a merge, as the answer to the whole question."""
    told = inner.told
    suspects = tuple(replace(one, probability=one.probability * outer.confidence) for one in told.suspects)
    merge = f"inside the merge {short(outer.suspects[0].commit)}"
    return replace(
        inner,
        told=replace(
            told, good=outer.good, bad=outer.bad, suspects=suspects, confidence=told.confidence * outer.confidence,
            candidates=told.candidates + outer.candidates, note="; ".join(filter(None, (told.note, merge))),
        ),
    )  # fmt: skip
