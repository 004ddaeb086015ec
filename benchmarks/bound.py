"""What could be found in the time of the aims at best: one look when the time is up, with all of the error, and no pair
kept back to confirm it. Whoever looks before, too, or confirms, finds less.

Nobody can have the last column: it counts a change that any of the tests finds, each of them with all of the error.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from math import log

from simulate import AIMS, FALSE_ALARMS, WARM_UPS, Aim
from streams import OVERHEAD_MS, Stream, by_name, recorded
from timing import show

from resonance_perf.compare.calm import calm_middle
from resonance_perf.compare.compare import centre_of
from resonance_perf.compare.order_statistics import middle
from resonance_perf.compare.signed_rank import centre
from resonance_perf.plan.order import in_turn

Logs = Sequence[float]
TESTS: Mapping[str, Callable[[Logs, Logs], tuple[float, float, float]]] = {
    "ours": lambda differences, sums: centre_of(differences, FALSE_ALARMS, sums),
    "Wilcoxon": lambda differences, _: centre(differences, FALSE_ALARMS),
    "median": lambda differences, _: middle(differences, FALSE_ALARMS),
    "median, calm pairs count more": lambda differences, sums: calm_middle(differences, sums, FALSE_ALARMS),
}


def in_time(stream: Stream, aim: Aim, draw: random.Random) -> tuple[list[float], list[float]]:
    """Differences and sums of the logarithms of all pairs that fit into the time of the aim."""
    slots, seconds = stream.begin(draw), WARM_UPS * (stream.run_ms + OVERHEAD_MS) / 1000
    differences: list[float] = []
    sums: list[float] = []
    for order in in_turn(("base", "head"), draw):
        logs = {}
        for side in order:
            value, wall = next(slots)
            slower = 1 + aim.effect if side == "head" else 1.0
            logs[side], seconds = log(value * slower), seconds + (wall * slower + OVERHEAD_MS) / 1000
        if seconds > aim.seconds:
            break
        differences.append(logs["head"] - logs["base"])
        sums.append(logs["head"] + logs["base"])
    return differences, sums


def found(stream: Stream, aim: Aim, trials: int, draw: random.Random) -> list[int]:
    """How often each of the tests sees that the head is slower; the last number: how often any of them does."""
    counts = [0] * (len(TESTS) + 1)
    for _ in range(trials):
        differences, sums = in_time(stream, aim, draw)
        hits = [bool(differences) and test(differences, sums)[1] > 0 for test in TESTS.values()]
        counts = [count + hit for count, hit in zip(counts, [*hits, any(hits)], strict=True)]
    return counts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="the aims whose line begins so")
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2)
    args = parser.parse_args()
    streams = by_name(recorded())
    rows = [("aim", "wanted", *TESTS, "any of them")]
    for aim in AIMS:
        what = f"{aim.stream}: +{aim.effect * 100:g} % within {aim.seconds:g} s"
        if not what.startswith(args.only):
            continue
        counts = found(streams[aim.stream], aim, args.trials, random.Random(f"{args.seed} {aim}"))
        rows.append((what, f"{aim.least * 100:.0f} %", *(f"{count / args.trials * 100:.1f} %" for count in counts)))
    show(f"one look when the time is up, at {FALSE_ALARMS * 100:g} %, {args.trials} trials", rows)


if __name__ == "__main__":
    main()
