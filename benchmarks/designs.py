"""What our method was chosen from: estimators of a ratio from pairs, and rules when to stop."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from statistics import NormalDist, fmean, median

from shares import percentile
from streams import Stream

from resonance_perf.compare.compare import Change, change_of, verdict_of
from resonance_perf.compare.order_statistics import middle
from resonance_perf.compare.sequential import COVERAGE, schedule
from resonance_perf.compare.signed_rank import centre
from resonance_perf.model.run import Measure
from resonance_perf.plan.order import in_turn

Pair = tuple[float, float]
MEASURE = Measure("ms")
LEAST, MOST = 8, 240
_TRIMMED = 0.2
_ALPHA = 1 - COVERAGE


def pairs_of(stream: Stream, effect: float, draw: random.Random) -> Iterator[Pair]:
    """(base, head) in the runner's random order on one stream; the head is slower by `effect`."""
    slots = stream.begin(draw)
    for order in in_turn(("base", "head"), draw):
        value = {side: next(slots)[0] for side in order}
        yield value["base"], value["head"] * (1 + effect)


def ours(pairs: Sequence[Pair]) -> float:
    """The estimate of the narrower of the two intervals."""
    return log(change_of(pairs, MEASURE, 0.05).ratio)


def hodges_lehmann(pairs: Sequence[Pair]) -> float:
    """The median of the averages of two log-ratios each."""
    return centre(_logs(pairs), 1.0)[0]


def median_of_ratios(pairs: Sequence[Pair]) -> float:
    """The median of the pairs' log-ratios."""
    return median(_logs(pairs))


def trimmed_mean(pairs: Sequence[Pair]) -> float:
    """The mean of the log-ratios without a fifth at either end."""
    ordered = sorted(_logs(pairs))
    cut = int(_TRIMMED * len(ordered))
    return fmean(ordered[cut : len(ordered) - cut])


def ratio_of_medians(pairs: Sequence[Pair]) -> float:
    """Each side's median, pairs forgotten."""
    return log(median(head for _, head in pairs) / median(base for base, _ in pairs))


def mean_of_ratios(pairs: Sequence[Pair]) -> float:
    """The mean of the log-ratios, as a paired t test has it."""
    return fmean(_logs(pairs))


ESTIMATORS: Mapping[str, Callable[[Sequence[Pair]], float]] = {
    "ours, of the two": ours, "Hodges-Lehmann": hodges_lehmann, "median of log-ratios": median_of_ratios,
    "trimmed mean, 20 %": trimmed_mean, "mean of log-ratios": mean_of_ratios, "ratio of medians": ratio_of_medians,
}  # fmt: skip
SIZES = (20, 80, 240)


def errors(stream: Stream, trials: int, draw: random.Random) -> list[dict[str, object]]:
    """RMSE and 95th percentile of the error in percentage points, by estimator and number of pairs."""
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(trials):
        source = pairs_of(stream, 0.0, draw)
        pairs = [next(source) for _ in range(max(SIZES))]
        for size in SIZES:
            for name, estimator in ESTIMATORS.items():
                found.setdefault((name, size), []).append(abs(exp(estimator(pairs[:size])) - 1) * 100)
    return [
        {"stream": stream.name, "estimator": name, "pairs": size, "trials": trials,
         "rmse_pp": sqrt(fmean(one * one for one in all_)), "p95_pp": percentile(all_, 0.95)}
        for (name, size), all_ in found.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Design:
    """When to look, the two-sided level of each look, and what the interval is taken from."""

    name: str
    looks: tuple[int, ...]
    levels: tuple[float, ...]
    interval: Callable[[Sequence[float], float], tuple[float, float, float]] | None = None
    """Of log-ratios; None is ours, which needs the pairs."""

    def change(self, pairs: Sequence[Pair], level: float) -> Change:
        """What the interval says of the pairs."""
        if self.interval is None:
            return change_of(pairs, MEASURE, level)
        estimate, low, high = self.interval(_logs(pairs), level)
        return Change(exp(estimate), exp(low), exp(min(high, 700.0)), len(pairs))


@dataclass
class Followed:
    """What one design came to on one stream, trial by trial."""

    verdicts: list[str] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    held: int = 0


def designs() -> list[Design]:
    """Ways to look at up to 240 pairs with 5 % of error in all."""
    ours = schedule(LEAST, MOST)
    looks = ours.looks
    return [
        Design("spent evenly over geometric looks (ours)", looks, ours.levels),
        Design("the same with Wilcoxon's interval alone", looks, ours.levels, centre),
        Design("the same with the median's interval alone", looks, ours.levels, middle),
        Design("one look at 240", (MOST,), (_ALPHA,)),
        Design("Bonferroni over the looks", looks, (_ALPHA / len(looks),) * len(looks)),
        Design("confidence sequence (normal mixture)", looks, tuple(_mixture(look) for look in looks)),
        Design("5 % at every look (wrong)", looks, (_ALPHA,) * len(looks)),
    ]


def _mixture(pairs: int, best_at: int = 60) -> float:
    """The level at which Robbins' normal mixture crosses: valid at every number of pairs, not only at the looks.

    Source: Robbins, Annals of Mathematical Statistics 41 (1970); the tuning: Howard, Ramdas, McAuliffe & Sekhon,
    Annals of Statistics 49 (2021), section 3.5. Applied to the signed-rank statistic in its normal limit.
    """
    rho = best_at / (-2 * log(_ALPHA) + log(-2 * log(_ALPHA)) + 1)
    bound = sqrt((pairs + rho) / pairs * (log((pairs + rho) / rho) - 2 * log(_ALPHA)))
    return 2 * NormalDist().cdf(-bound)


def follow(stream: Stream, effect: float, trials: int, margin: float, draw: random.Random) -> dict[str, Followed]:
    """Every design on the same pairs, without confirmation."""
    found = {design.name: Followed() for design in designs()}
    for _ in range(trials):
        source = pairs_of(stream, effect, draw)
        pairs = [next(source) for _ in range(MOST)]
        for design in designs():
            one = found[design.name]
            for look, level in zip(design.looks, design.levels, strict=True):
                change = design.change(pairs[:look], level)
                verdict = verdict_of(change, MEASURE, margin)
                if verdict != "unsure":
                    break
            one.verdicts.append(verdict)
            one.pairs.append(look)
            one.held += change.low <= 1 + effect <= change.high
    return found


def _logs(pairs: Sequence[Pair]) -> list[float]:
    return [log(head / base) for base, head in pairs]
