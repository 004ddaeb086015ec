"""Are the aims for speed met on this machine, now? simulate.py asks recorded streams; here the engine measures.

With nothing else running: `aims.py`, `aims.py --noise`, `aims.py --python`. Every trial asks each aim once, in random
order, and some comparisons of equal sides beside them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from dial import ARMS, conditions, make, neighbour
from power import OURS, Bench
from shares import percentile, told
from simulate import AIMS, Aim, at_least
from timing import show

from resonance_perf.model.comparison import Comparison
from resonance_perf.system.host import LocalHost

WAYS = {"cpu": "ours, CPU", "wall": "ours, wall alone, 2 × time"}
EQUAL = "b"


@dataclass
class Asked:
    """What came of one aim; `effect` 0 is a comparison of equal sides, for which there is no hurry."""

    aim: Aim
    verdicts: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def within(self) -> int:
        """How often the change was found in time."""
        both = zip(self.verdicts, self.seconds, strict=True)
        return sum(verdict == "slower" and seconds <= self.aim.seconds for verdict, seconds in both)

    @property
    def alarms(self) -> int:
        """How often equal sides were called different."""
        return sum(verdict in ("slower", "faster") for verdict in self.verdicts)


def asked(bench: Bench, aims: Sequence[Aim], trials: int) -> list[Asked]:
    """Every aim so many times, and as often equal sides on each of their metrics."""
    equal = {one.stream: replace(one, effect=0.0) for one in aims}
    every = [Asked(one) for one in [*aims, *equal.values()]]
    for number in range(trials):
        for one in bench.draw.sample(every, len(every)):
            found = _compared(bench, one.aim)
            one.verdicts.append(found.verdict)
            one.seconds.append(found.seconds)
        print(f"trial {number + 1} of {trials}", file=sys.stderr)
    return every


def _compared(bench: Bench, aim: Aim) -> Comparison:
    arm = next(name for name, share in ARMS.items() if share == aim.effect and (aim.effect or name == EQUAL))
    return bench.ours(OURS[WAYS[aim.stream.rpartition(" ")[2]]], arm)


def _row(one: Asked) -> tuple[str, ...]:
    count, seconds = len(one.verdicts), one.seconds
    spent = (f"{statistics.fmean(seconds):.2f}", f"{percentile(seconds, 0.95):.2f}", f"{max(seconds):.2f}")
    metric = one.aim.stream.rpartition(" ")[2]
    if not one.aim.effect:
        return (f"{metric}: equal sides", "no alarm", f"{told(one.alarms, count)} alarms", "", *spent)
    outcome = at_least("", one.within / count, count, one.aim.least)
    what = f"{metric}: +{one.aim.effect * 100:g} % found within {one.aim.seconds:g} s"
    return (what, outcome.wanted, f"{one.within}/{count}", outcome.said, *spent)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seconds", type=float, help="for each comparison (default 5; Python 10)")
    parser.add_argument("--noise", action="store_true", help="beside a bursty program on the same core")
    parser.add_argument("--python", action="store_true", help="a Python program of 26 ms instead of one in C of 10 ms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="write all answers there")
    args = parser.parse_args()
    kind = "python-quiet" if args.python else f"c-{'noise' if args.noise else 'quiet'}"
    aims = [one for one in AIMS if one.stream.startswith(kind)]
    with tempfile.TemporaryDirectory() as folder, LocalHost() as host:
        dial = make(folder, host, python=args.python)
        said = {**conditions(dial), "noise": args.noise}
        bench = Bench(dial, host, random.Random(args.seed), args.seconds or (10.0 if args.python else 5.0))
        with neighbour(wanted=args.noise):
            found = asked(bench, aims, args.trials)
    beside = "beside a bursty neighbour" if args.noise else "nothing started beside it"
    head = ("aim", "wanted", "got", "", "mean s", "p95 s", "most s")
    title = f"a {said['program']} program of {said['program_ms']:g} ms, {beside}, load {said['load']} before"
    show(title, [head, *(_row(one) for one in found)])
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({**said, "asked": [asdict(one) for one in found]}, file, indent=1)


if __name__ == "__main__":
    main()
