"""Thousands of comparisons by the engine's own code on known truth: false alarms, coverage, power, time, error.

The noise is what power.py recorded on a machine (in stretches as long as a comparison, so that drift and memory stay),
or invented. Both sides of every pair lie on one stream, in the runner's random order; the head is slower by an exact
share, so the truth is known. Only the processes are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from math import inf
from statistics import fmean
from typing import Any

from designs import ESTIMATORS, MEASURE, designs, errors, follow
from shares import limits, percentile
from streams import OVERHEAD_MS, Stream, by_name, hostile, recorded, synthetic
from timing import show

from resonance_perf.compare.inquiry import Inquiry
from resonance_perf.model.run import Environment, Estimate, Run, Sample, Side
from resonance_perf.plan.order import in_turn

MARGIN = 0.01
LEAST = 8
FIXED = 240
"""The size of a test that does not look before its end."""
WARM_UPS = 4
COMPARED = ("gaussian, sd 2 %", "heavy tails (t2)")
"""Invented noise on which rules to stop are compared."""
EFFECTS = (0.0, 0.01, 0.02, 0.05)
_ENVIRONMENT = Environment("simulated", ())
Turns = Callable[[tuple[Side, ...], random.Random], Iterator[tuple[Side, ...]]]


@dataclass(frozen=True, slots=True)
class Aim:
    """A share of at least `least` of the comparisons on a stream finds `effect` within `seconds`."""

    stream: str
    effect: float
    seconds: float
    least: float


_ON_CPU = ((0.05, 0.8, 0.99), (0.02, 1.6, 0.99), (0.01, 5.0, 0.95))
AIMS = (
    *(Aim(f"c-{machine} cpu", *rest) for machine in ("quiet", "noise") for rest in _ON_CPU),
    *(Aim(f"c-{machine} wall", 0.02, 10.0, 0.95) for machine in ("quiet", "noise")),
    Aim("python-quiet cpu", 0.02, 10.0, 0.95),
)
FALSE_ALARMS, COVERAGE, ERROR_PP = 0.01, 0.95, 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """How one comparison ended."""

    verdict: str
    ratio: float
    low: float
    high: float
    pairs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """An aim and what came of it."""

    aim: str
    wanted: str
    got: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What many comparisons on one stream came to. Shares are fractions."""

    stream: str
    effect: float
    limit_s: float
    trials: int
    slower: int
    faster: int
    same: int
    unsure: int
    covered: int
    pairs: tuple[float, float, float]
    seconds: tuple[float, float, float]
    mean_s: float
    mean_pairs: float
    error_pp: float
    within: float | None = None
    """The share that was found within the time of the aim, where there is one."""

    @property
    def alarms(self) -> int:
        """How many claims of a change; false where nothing changed."""
        return self.slower + self.faster


def balanced(sides: tuple[Side, ...], draw: random.Random) -> Iterator[tuple[Side, ...]]:
    """Of every two turns, one starts with each side: one coin for two pairs."""
    while True:
        order = draw.sample(sides, len(sides))
        yield tuple(order)
        yield tuple(reversed(order))


def compare(stream: Stream, effect: float, limit_s: float, draw: random.Random, turns_of: Turns = in_turn) -> Told:
    """One comparison, as `Runner.measure` makes it, on a stream instead of a machine."""
    run_s = (stream.run_ms + OVERHEAD_MS) / 1000
    most = max(LEAST, round(limit_s / 2 / run_s))
    inquiry = Inquiry({stream.metric: MEASURE}, {stream.metric: MARGIN}, [stream.metric], least=LEAST, most=most)
    samples: dict[Side, list[Sample]] = {"base": [], "head": []}
    slots, seconds = stream.begin(draw), WARM_UPS * run_s
    while (wanted := inquiry.wanted) is not None:
        surely, turns = wanted if inquiry.confirming else LEAST, turns_of(("base", "head"), draw)
        while (taken := len(samples["head"])) < wanted and (taken < surely or seconds < limit_s):
            for side in next(turns):
                value, wall = next(slots)
                slower = 1 + effect if side == "head" else 1.0
                samples[side].append(Sample(values={stream.metric: value * slower}))
                seconds += (wall * slower + OVERHEAD_MS) / 1000
        late = seconds >= limit_s
        inquiry.look(samples["base"], samples["head"], last=late and inquiry.confirming)
        if late and not inquiry.confirming:
            break
    base, head = (_as_run(side, stream.metric, all_) for side, all_ in samples.items())
    one = inquiry.comparisons(base, head, seconds=seconds)[0]
    return Told(one.verdict, one.ratio, one.low, one.high, one.pairs, seconds)


def _as_run(side: Side, metric: str, samples: Sequence[Sample]) -> Run:
    estimate = Estimate(metric, samples[0].values[metric], 0.0, inf, "ms", len(samples))
    return Run(
        id=side, benchmark="work", commit=side, side=side, started_at=0.0, environment=_ENVIRONMENT,
        samples=tuple(samples), estimates=(estimate,),
    )  # fmt: skip


def cell(stream: Stream, effect: float, trials: int, draw: random.Random, turns_of: Turns = in_turn) -> Cell:
    """Many comparisons on one stream."""
    aim = next((one for one in AIMS if (one.stream, one.effect) == (stream.name, effect)), None)
    limit_s = 10.0 if stream.metric == "wall" or stream.name.startswith("python") else 5.0
    all_ = [compare(stream, effect, limit_s, draw, turns_of) for _ in range(trials)]
    verdicts = [one.verdict for one in all_]
    found = {one: verdicts.count(one) for one in ("slower", "faster", "same", "unsure")}
    truth = 1 + effect
    return Cell(
        stream=stream.name, effect=effect, limit_s=limit_s, trials=trials, **found,
        covered=sum(one.low <= truth <= one.high for one in all_),
        pairs=_spread([one.pairs for one in all_]), seconds=_spread([one.seconds for one in all_]),
        mean_s=fmean(one.seconds for one in all_), mean_pairs=fmean(one.pairs for one in all_),
        error_pp=percentile([abs(one.ratio / truth - 1) * 100 for one in all_], 0.95),
        within=fmean(one.verdict == "slower" and one.seconds <= aim.seconds for one in all_) if aim else None,
    )  # fmt: skip


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)


def show_cells(cells: Sequence[Cell]) -> None:
    """The comparisons, one row for each stream and effect."""
    rows = [
        ("noise", "true", "trials", "called changed", "95 % interval", "same", "unsure", "coverage",
         "pairs p50/p95/p99", "seconds p50/p95/p99", "error p95, pp", f"mean pairs ÷ {FIXED}"),
    ]  # fmt: skip
    for one in cells:
        low, high = limits(one.alarms, one.trials)
        rows.append((
            one.stream, _effect(one.effect), f"{one.trials}", _share(one.alarms, one.trials),
            f"{low * 100:.2f} to {high * 100:.2f} %", _share(one.same, one.trials), _share(one.unsure, one.trials),
            _share(one.covered, one.trials), "/".join(f"{value:.0f}" for value in one.pairs),
            "/".join(f"{value:.2f}" for value in one.seconds), f"{one.error_pp:.2f}", f"{one.mean_pairs / FIXED:.2f}",
        ))  # fmt: skip
    show(f"our comparisons, margin {MARGIN * 100:g} %, from {LEAST} pairs to 5 s (wall and Python: 10 s)", rows)


def compare_orders(stream: Stream, trials: int, draw: random.Random) -> list[dict[str, object]]:
    """Equal sides in the runner's order (a coin for every pair) and in couples (balanced starts)."""
    found: list[dict[str, object]] = []
    for name, turns_of in (("a coin each (ours)", in_turn), ("couples", balanced)):
        one = cell(stream, 0.0, trials, draw, turns_of)
        low, high = limits(one.alarms, trials)
        found.append({
            "stream": stream.name, "order": name, "trials": trials, "alarms": one.alarms, "low": low, "high": high,
            "coverage": one.covered / trials, "mean_pairs": one.mean_pairs,
        })  # fmt: skip
    return found


def show_orders(found: Sequence[dict[str, object]]) -> None:
    """The orders side by side."""
    rows = [("noise", "order", "false alarms", "95 % interval", "coverage", "mean pairs")]
    rows += [
        (str(one["stream"]), str(one["order"]), f"{one['alarms']}/{one['trials']}",
         f"{float(str(one['low'])):.2%} to {float(str(one['high'])):.2%}", f"{float(str(one['coverage'])):.1%}",
         f"{one['mean_pairs']:.0f}")
        for one in found
    ]  # fmt: skip
    show("what the order of the sides does, equal sides", rows)


def aims_of(cells: Sequence[Cell], estimators: Sequence[dict[str, object]]) -> list[Outcome]:
    """Every aim of the issue with what came out; an aim without its stream is left out."""
    found = []
    for aim in AIMS:
        what = f"{aim.stream}: {_effect(aim.effect)} found within {aim.seconds:g} s"
        same = (one for one in cells if (one.stream, one.effect) == (aim.stream, aim.effect))
        found += [at_least(what, one.within, one.trials, aim.least) for one in same if one.within is not None]
    equal = [one for one in cells if one.effect == 0]
    worst = max(equal, key=lambda one: one.alarms / one.trials)
    least = min(cells, key=lambda one: one.covered / one.trials)
    for what, some in (("all", equal), (f"worst noise ({worst.stream})", [worst])):
        trials, alarms = sum(one.trials for one in some), sum(one.alarms for one in some)
        kept = at_least(f"no false alarm, {what}", (trials - alarms) / trials, trials, 1 - FALSE_ALARMS)
        found.append(kept)
    for what, some in (("all", list(cells)), (f"worst cell ({least.stream}, {_effect(least.effect)})", [least])):
        trials, covered = sum(one.trials for one in some), sum(one.covered for one in some)
        found.append(at_least(f"coverage, {what}", covered / trials, trials, COVERAGE))
    for row in estimators:
        ours = row["estimator"] == next(iter(ESTIMATORS)) and str(row["stream"]).startswith("c-")
        if ours and row["pairs"] == FIXED:
            what, error = f"{row['stream']}: p95 of the error after {FIXED} pairs", float(str(row["p95_pp"]))
            said = "met" if error <= ERROR_PP else "MISSED"
            found.append(Outcome(what, f"≤ {ERROR_PP} pp", f"{error:.2f} pp", said))
    return found


def at_least(what: str, share: float, trials: int, wanted: float) -> Outcome:
    """`met`, `MISSED` where chance does not explain it, else `open`."""
    _, high = limits(round(share * trials), trials)
    said = "met" if share >= wanted else "open" if high >= wanted else "MISSED"
    return Outcome(f"{what}, of {trials}", f"≥ {wanted * 100:.0f} %", f"{share * 100:.2f} %", said)


def show_aims(aims: Sequence[Outcome]) -> None:
    """The aims as a table."""
    rows = [("aim", "wanted", "got", ""), *((one.aim, one.wanted, one.got, one.said) for one in aims)]
    show("aims (open: below, but chance explains it)", rows)


def show_errors(found: Sequence[dict[str, object]]) -> None:
    """Estimators side by side: RMSE and p95 of the error."""
    sizes = sorted({int(str(one["pairs"])) for one in found})
    rows = [("noise", "estimator", *(f"{size} pairs: RMSE / p95, pp" for size in sizes))]
    for stream, name in dict.fromkeys((str(one["stream"]), str(one["estimator"])) for one in found):
        mine = {one["pairs"]: one for one in found if (one["stream"], one["estimator"]) == (stream, name)}
        rows.append((stream, name, *(f"{mine[size]['rmse_pp']:.3f} / {mine[size]['p95_pp']:.3f}" for size in sizes)))
    show("estimators of the ratio, equal sides", rows)


def show_designs(found: Sequence[dict[str, object]]) -> None:
    """Stopping rules side by side."""
    rows: list[tuple[str, ...]] = [
        ("noise", "design", "true", "false or found", "same", "unsure", "coverage", "mean pairs")
    ]
    rows += [
        (str(one["stream"]), str(one["design"]), _effect(float(str(one["effect"]))),
         *(f"{float(str(one[key])):.1%}" for key in ("changed", "same", "unsure", "coverage")),
         f"{one['mean_pairs']:.0f}")
        for one in found
    ]  # fmt: skip
    show(f"when to stop: one stage, without confirmation, at most {FIXED} pairs", rows)


def compare_designs(stream: Stream, trials: int, draw: random.Random) -> list[dict[str, object]]:
    """Every design on every effect."""
    found: list[dict[str, object]] = []
    for effect in EFFECTS:
        by_design = follow(stream, effect, trials, MARGIN, draw)
        for design in designs():
            one = by_design[design.name]
            share = {key: one.verdicts.count(key) / trials for key in ("slower", "faster", "same", "unsure")}
            found.append({
                "stream": stream.name, "effect": effect, "design": design.name, "trials": trials,
                "changed": share["slower"] + (0.0 if effect else share["faster"]), "same": share["same"],
                "unsure": share["unsure"], "coverage": one.held / trials, "mean_pairs": fmean(one.pairs),
            })  # fmt: skip
    return found


def _drawn(seed: int, work: Callable[..., Any], stream: str, *given: float) -> Any:
    """Work on a stream by its name, with coins of its own: so it is the same in whichever process it is done."""
    return work(_streams()[stream], *given, random.Random(f"{seed} {work.__name__} {stream} {given}"))


@cache
def _streams() -> Mapping[str, Stream]:
    return by_name([*recorded(), *synthetic(), *hostile()])


def _effect(effect: float) -> str:
    return f"+{effect * 100:g} %" if effect else "0 %"


def _share(hits: int, trials: int) -> str:
    return f"{hits / trials:.1%}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=900, help="of equal sides on each stream; a third of others")
    parser.add_argument("--quick", action="store_true", help="a twelfth of that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, help="processes, as many as cores; the numbers do not depend on it")
    parser.add_argument("--json", metavar="FILE", help="write all numbers there")
    args = parser.parse_args()
    trials = max(2, args.trials // 12 if args.quick else args.trials)
    start = time.perf_counter()
    os.nice(10)
    some, fewer = by_name([*recorded(), *synthetic()]), max(2, trials // 3)
    made = [one.name for one in synthetic()]
    chosen = [name for name in ("c-quiet cpu", "c-noise cpu", "c-quiet wall", "c-noise wall") if name in some]
    picked = [name for name in ("c-noise cpu", "c-noise wall", *COMPARED) if name in some]
    swinging = [one.name for one in hostile()]
    with ProcessPoolExecutor(args.jobs) as pool:
        asked = [
            pool.submit(_drawn, args.seed, cell, name, effect, fewer if effect else trials)
            for name in some for effect in EFFECTS
        ]  # fmt: skip
        erring = [pool.submit(_drawn, args.seed, errors, name, fewer) for name in (*chosen, *made)]
        ending = [pool.submit(_drawn, args.seed, compare_designs, name, max(2, trials // 9)) for name in picked]
        ordered = ("AR(1), φ = 0.5", *swinging, *chosen[:2])
        turning = [pool.submit(_drawn, args.seed, compare_orders, name, max(2, trials // 2)) for name in ordered]
        cells = [one.result() for one in asked]
        estimators, stopping, orders = (
            [row for one in all_ for row in one.result()] for all_ in (erring, ending, turning)
        )
    show_cells(cells)
    show_errors(estimators)
    show_designs(stopping)
    show_orders(orders)
    aims = aims_of(cells, estimators)
    show_aims(aims)
    count = sum(one.trials for one in cells)
    print(f"  {count} comparisons and the other tables in {time.perf_counter() - start:.0f} s")
    if not any(name.startswith("c-") for name in some):
        print("  no recorded noise: make it with power.py --record benchmarks/data")
    if args.json:
        tables = {
            "cells": [asdict(one) for one in cells], "estimators": estimators, "designs": stopping, "orders": orders,
            "aims": [asdict(one) for one in aims],
        }  # fmt: skip
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(tables, file, indent=1)


if __name__ == "__main__":
    main()
