"""Does the difference of profiles find what became slow, and nothing else? Captures are made, so the truth is known.

python benchmarks/findings.py [--trials N] [--json FILE] [--before FILE]

A capture counts some 500 samples in 60 stacks of 30 functions, few of them hot. Both sides are alike, or a function
was added or takes more; all else that differs is noise of the kinds that real servers and machines make. `--before`
shows what an earlier version came to, of which `--json` kept the counts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import exp, log, sqrt
from random import Random

from shares import limits
from timing import show

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.difference import difference, whole

FUNCTIONS, STACKS, SAMPLES, WORK = 30, 60, 500, 100
LEAST, MOST = 3, 6
"""Captures of each side that are looked at first, and those that are where nothing was found."""
MAIN, SLOW, QUEUE = (Frame(name, "shop.py") for name in ("main", "slow", "queue"))
Path = tuple[Frame, ...]


def _by(share: float) -> Callable[[Random], float]:
    return partial(_lognormal, log(1 + share))


def _lognormal(sd: float, random: Random) -> float:
    return exp(random.gauss(0.0, sd))


def _heavy(random: Random) -> float:
    """A power of Student's t with two degrees of freedom: now and then a capture is many times the others."""
    return exp(0.2 * random.gauss(0.0, 1.0) / sqrt(random.expovariate(1.0)))


@dataclass(frozen=True, slots=True)
class Noise:
    """By what factor a capture differs as a whole, and by how much (of logarithms) every `each`-th stack of it does for
    itself; `queue`: how long requests wait, as a multiple of the work that they are; `head`: the base is calm."""

    name: str
    whole: Callable[[Random], float]
    own: float = 0.0
    each: int = 1
    queue: float = 0.0
    head: bool = False


CALM = Noise("captures by 5 %", _by(0.05))
NOISE = (
    CALM,
    Noise("each stack by 30 %", _by(0.05), own=0.3),
    Noise("each fifth stack by 2 ×", _by(0.05), own=log(2.0), each=5),
    Noise("captures by 20 %, each stack by 30 %", _by(0.2), own=0.3),
    Noise("captures by 2 ×", _by(1.0)),
    Noise("captures by 2 ×, each stack by 30 %", _by(1.0), own=0.3),
    Noise("captures with heavy tails", _heavy),
    Noise("a queue by 2 ×", _by(0.05), queue=1.0),
    Noise("of the head only: captures by 2 ×", _by(1.0), head=True),
)
EFFECTS: Mapping[str, tuple[float, float]] = {
    "equal code": (0.0, 0.0), "a new function, 40 %": (0.0, 0.4), "one of 10 %, 40 % more": (0.1, 0.4),
    "a new one, 80 % of all": (0.0, 4.0),
}  # fmt: skip
"""What the slow function took and what was added, in parts of all the rest."""


def made(random: Random, noise: Noise, rates: Mapping[Path, float]) -> list[Capture]:
    """The captures of one side."""
    found = []
    for _ in range(MOST):
        factor = noise.whole(random)
        values = {
            path: rate * factor * (1.0 if at % noise.each else _lognormal(noise.own, random))
            for at, (path, rate) in enumerate(rates.items())
        }
        if noise.queue:
            values[MAIN, QUEUE] = noise.queue * _lognormal(log(2.0), random)
        stacks = tuple(Stack(path, (float(_poisson(rate * SAMPLES, random)),)) for path, rate in values.items())
        profile = Profile(types=(ValueType("wall", "ms"),), stacks=stacks, period=1.0, tool="made")
        found.append(Capture(profile=profile, work=WORK))
    return found


def _poisson(mean: float, random: Random) -> int:
    if mean > SAMPLES / 10:
        return round(random.gauss(mean, sqrt(mean)))
    count, passed = -1, 0.0
    while passed <= mean:
        passed += random.expovariate(1.0)
        count += 1
    return count


def code(random: Random) -> dict[Path, float]:
    """Stacks, with the share of the whole that each is."""
    names = [Frame(f"f{one}", "shop.py") for one in range(FUNCTIONS)]
    paths = dict.fromkeys((MAIN, *random.choices(names, k=random.randint(1, 5))) for _ in range(STACKS))
    weights = {path: random.paretovariate(1.0) for path in paths}
    total = sum(weights.values())
    return {path: weight / total for path, weight in weights.items()}


def found(noise: Noise, effect: str, seed: int) -> tuple[bool, bool]:
    """Whether the first captures show it, and whether all do: the slow function, or any finding in equal code."""
    random = Random(seed)
    rates, (took, more) = code(random), EFFECTS[effect]
    sides = [
        made(random, CALM if noise.head and not head else noise, rates | ({(MAIN, SLOW): slow} if slow else {}))
        for head, slow in ((False, took), (True, took + more))
    ]
    answers = []
    for count in (LEAST, MOST):
        told = difference(*(whole(side[:count]) for side in sides))
        slow_ = told.of(SLOW)
        answers.append(slow_ is not None and slow_.own.found and slow_.own.size > 0 if more else bool(told.findings))
    return answers[0], answers[1]


def counted(trials: int) -> Iterator[tuple[str, str, list[int]]]:
    """(noise, effect, [hits of the first captures, of all, of the first and else of all, trials])."""
    with ProcessPoolExecutor() as pool:
        for noise in NOISE:
            for effect in EFFECTS:
                if noise.head and effect == "equal code":
                    continue  # equal code makes equal noise
                answers = list(pool.map(partial(found, noise, effect), range(trials), chunksize=10))
                yield noise.name, effect, [*map(sum, zip(*answers, strict=True)), sum(map(any, answers)), trials]


def cell(hits: int, trials: int, before: Sequence[int] | None, at: int) -> str:
    """`30 → 57 % [47, 67]`."""
    low, high = limits(hits, trials)
    was = f"{100 * before[at] / before[-1]:.0f} → " if before else ""
    return f"{was}{100 * hits / trials:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main() -> None:
    """Print a table for each number of captures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--trials", type=int, default=200, metavar="N", help="differences of each kind (default: 200)")
    parser.add_argument("--json", metavar="FILE", help="keep the counts there")
    parser.add_argument("--before", metavar="FILE", help="counts of an earlier version, to be shown beside")
    args = parser.parse_args()
    now = {f"{noise}: {effect}": hits for noise, effect, hits in counted(args.trials)}
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(now, file, indent=1, ensure_ascii=False)
    was: dict[str, list[int]] = {}
    if args.before:
        with open(args.before, encoding="utf-8") as file:
            was = json.load(file)
    for at, title in enumerate(
        (f"{LEAST} captures a side", f"{MOST} captures", f"{LEAST}, and {MOST} where nothing was found")
    ):
        rows = [("noise", *EFFECTS)]
        for noise in NOISE:
            keys = [f"{noise.name}: {effect}" for effect in EFFECTS]
            rows.append(
                (
                    noise.name,
                    *(cell(now[key][at], now[key][-1], was.get(key), at) if key in now else "" for key in keys),
                )
            )
        show(title, rows)


if __name__ == "__main__":
    main()
