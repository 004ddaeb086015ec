"""Noisy bisection: which commit of a line made a benchmark worse, as a posterior that each measurement sharpens.

A measurement may mislead, so none of them halves the line for good, as `git bisect` does. Every candidate keeps a
probability, and the next measurement is the one that promises the most information for its time.

Sources: Horstein, "Sequential transmission using noiseless feedback", IEEE Trans. Inf. Theory 9 (1963): keep a
posterior and ask at its median; Ben-Or & Hassidim, "The Bayesian learner is optimal for noisy binary search", FOCS
(2008); Waeber, Frazier & Henderson, "Bisection search with noisy responses", SIAM J. Control Optim. 51 (2013): several
measurements at one point, as long as they are worth it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from math import exp, inf, log, sqrt
from typing import Self

from resonance_perf.plan.channel import information
from resonance_perf.plan.evidence import LEAST_ERROR, Look, fit, spread

NONE = 0.05
"""How probable it is beforehand that bad is not slower at all, and was unlucky when it was confirmed to be."""
PAIRS = (6, 8, 12, 16, 24, 32, 48, 64, 96)
"""So many pairs may be measured at a time; five have no 95 % interval."""
LEAST_BITS = 1e-3
"""A measurement that promises less is not worth its time."""
_SIZES = 17


@dataclass(frozen=True, slots=True)
class Effort:
    """What measuring costs here: the standard deviation of one pair's log-ratio, seconds per pair, and seconds that
    each measurement takes beside its pairs (checkout, setup, warm-up)."""

    spread: float
    pair_s: float
    look_s: float

    def seconds(self, pairs: int) -> float:
        """How long a measurement takes."""
        return self.look_s + pairs * self.pair_s


@dataclass(frozen=True, slots=True)
class Question:
    """Measure `candidate` with so many pairs: against good, or as the last of `group` against the one before it."""

    candidate: int
    pairs: int
    group: range | None = None


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is known of a line of candidates, oldest first, of which the last is the known bad side.

    `weights` are the prior odds of the candidates; `confirmed` is the look that showed bad to be worse; `looks` is what
    was measured of the candidates against the good side, and `steps` what was measured of the last candidate of a group
    (first, last) against the one before its first; `skipped` are those that cannot be measured: each stays a candidate,
    but nothing tells it apart from the next one that can be.
    """

    weights: tuple[float, ...]
    confirmed: Look
    looks: Mapping[int, Look]
    steps: Mapping[tuple[int, int], Look] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()

    @classmethod
    def begin(cls, weights: Sequence[float], bad: Look) -> Self:
        """Start from the bad side's own look.

        Raises:
            ValueError: when there are no candidates, or bad does not look worse than good.
        """
        if not weights or min(weights) <= 0 or not (bad.change > 0 and bad.error < inf):
            raise ValueError("a search needs candidates with positive weights and a bad side that looks worse")
        return cls(weights=tuple(weights), confirmed=bad, looks={len(weights) - 1: bad})

    def measured(self, candidate: int, look: Look) -> Self:
        """With one more measurement of a candidate against good."""
        return replace(self, looks={**self.looks, candidate: look.pooled(self.looks.get(candidate))})

    def compared(self, group: range, look: Look) -> Self:
        """With one more measurement of a group's last candidate against the one before its first."""
        key = (group[0], group[-1])
        return replace(self, steps={**self.steps, key: look.pooled(self.steps.get(key))})

    def without(self, candidate: int) -> Self:
        """With a candidate that cannot be measured."""
        return replace(self, skipped=self.skipped | {candidate})

    @cached_property
    def posterior(self) -> tuple[float, ...]:
        """The probability of each candidate to be the first bad one, and at the end that it is none of them."""
        edges = {edge for first, last in self.steps for edge in (first - 1, last) if edge >= 0}
        ends = [*sorted({*self.looks, *edges}), len(self.weights)]
        told = self._log_likelihoods(ends)
        best = max(told)
        total = sum(self.weights)
        priors = [*(weight / total * (1 - NONE) for weight in self.weights), NONE]
        found, start = [], 0
        for end, one in zip(ends, told, strict=True):
            found += [prior * exp(one - best) for prior in priors[start : end + 1]]
            start = end + 1
        whole = sum(found)
        return tuple(one / whole for one in found)

    @property
    def groups(self) -> tuple[range, ...]:
        """The candidates that can be told apart, each with the skipped ones before it."""
        ends = [at for at in range(len(self.weights)) if at not in self.skipped]
        return tuple(range(start, end + 1) for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False))

    def leading(self) -> tuple[range, float]:
        """The most probable group, and its probability."""
        chances = self.posterior
        return max(((group, sum(chances[at] for at in group)) for group in self.groups), key=lambda one: one[1])

    def likely(self, confidence: float) -> tuple[tuple[int, ...], float]:
        """As few candidates as hold `confidence` together (all, when they do not), in order, and what they hold."""
        found, held = list[int](), 0.0
        for at in sorted(range(len(self.weights)), key=lambda at: -self.posterior[at]):
            if held >= confidence:
                break
            found.append(at)
            held += self.posterior[at]
        return tuple(sorted(found)), held

    def next_question(self, effort: Effort, most_s: float = inf) -> Question | None:
        """The measurement with the most expected information per second.

        Among candidates that were not measured, that is the one nearest to the median of the posterior, as Horstein
        asks; one that was measured is asked again when its answer is vague and it still matters; and the leading
        group may be measured against what came before it. None: nothing fits into `most_s`, or nothing that can be
        measured would tell more.
        """
        bad_by = list(accumulate(self.posterior[:-1]))
        fresh = [at for at in range(len(self.weights)) if at not in self.looks and at not in self.skipped]
        median = min(fresh, key=lambda at: abs(bad_by[at] - 0.5), default=None)
        group, sure = self.leading()
        against_good = [at for at in (*self.looks, median) if at is not None and at not in self.skipped]
        asked: list[tuple[float, int, range | None]] = [(bad_by[at], at, None) for at in against_good]
        if len(group) < len(self.weights):  # all of them: that would be bad against good once more
            asked.append((sure, group[-1], group))
        best: tuple[float, Question] | None = None
        for chance, at, step in asked:
            before = self.looks.get(at) if step is None else self.steps.get((step[0], step[-1]))
            for pairs in PAIRS:
                bits = information(min(chance, 1.0), self._separation(before, effort.spread / sqrt(pairs)))
                rate = bits / max(effort.seconds(pairs), 1e-9)
                if bits >= LEAST_BITS and effort.seconds(pairs) <= most_s and (best is None or rate > best[0]):
                    best = (rate, Question(at, pairs, step))
        return None if best is None else best[1]

    def _separation(self, before: Look | None, error: float) -> float:
        """By how many standard deviations one more look sets good and bad apart, beyond what the looks before did.

        Squares add up; the scatter of the commit itself is the same in every look at it, so that repeats gain less
        and less.
        """
        size = max(self.looks[len(self.weights) - 1].change, self._sizes[0])
        after = Look(0.0, max(error, LEAST_ERROR)).pooled(before)
        gain = spread(after.error, size) ** -2 - (spread(before.error, size) ** -2 if before else 0.0)
        return size * sqrt(max(0.0, gain))

    @property
    def _sizes(self) -> list[float]:
        """The sizes that the step may have: what was confirmed, ± 4 standard errors, but no less than a quarter of it.

        Not what is known by now: a tiny step fits as well as none at all, and `none` would never be believed.
        """
        change, error = self.confirmed.change, self.confirmed.error
        low, high = max(change - 4 * error, change / 4), change + 4 * error
        return [low + (high - low) * part / (_SIZES - 1) for part in range(_SIZES)]

    def _log_likelihoods(self, candidates: Sequence[int]) -> list[float]:
        """The log-likelihood of everything measured, if each of these were the first bad one; averaged over the sizes
        that the step may have."""
        sizes = self._sizes
        bad_if = [(range(at + 1), look) for at, look in self.looks.items()]
        bad_if += [(range(first, last + 1), look) for (first, last), look in self.steps.items()]
        told = [[0.0] * len(sizes) for _ in candidates]
        for firsts, look in bad_if:
            if look.error == inf:
                continue
            fits = ([fit(look, 0.0, size) for size in sizes], [fit(look, size, size) for size in sizes])
            for row, first in zip(told, candidates, strict=True):
                row[:] = map(float.__add__, row, fits[first in firsts])
        return [_log_mean_exp(row) for row in told]


def _log_mean_exp(values: Sequence[float]) -> float:
    top = max(values)
    return top + log(sum(exp(one - top) for one in values) / len(values))
