"""Who alarms falsely, and who finds +1, +2, +5 %: our engine and its peers, in one run, on one program of ~10 ms.

Ours is the real runner with the real launcher; its two sides are copies of one program. The peers measure the base,
then the head, as CI does, and have as many seconds for both. `--record` keeps a long stream of runs for `simulate.py`.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field

import peers
from dial import ARMS, WORK, Dial, conditions, make, neighbour
from rules import RULES, Answer
from shares import limits, percentile, told
from timing import show

from resonance_perf.drivers.command import CommandDriver
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.run import Environment
from resonance_perf.system.host import LocalHost

MARGIN = 0.01
LEAST = 8
HEADS = {"0 %": "b", "+1 %": "1", "+2 %": "2", "+5 %": "5"}
OVERHEAD_MS = 0.3
"""What a run costs beside the program."""
NEVER_JUDGED = "not judged here"
"""A budget's key. Where the wall time has a budget, the CPU time does not stand in for it."""
RECORDED = 8000


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask our engine: the metrics that the config names, the first of which is answered."""

    metrics: tuple[MetricSpec, ...]
    longer: float = 1.0
    """It may take so many times the seconds of the others."""


_CPU, _WALL = MetricSpec("cpu", margin=MARGIN), MetricSpec("wall", margin=MARGIN)
OURS = {
    "ours, CPU": Way((_CPU,)),
    "ours, wall, CPU stands in": Way((_WALL, _CPU)),
    "ours, wall alone, 2 × time": Way((MetricSpec("wall", budget=NEVER_JUDGED, margin=MARGIN),), longer=2.0),
}


@dataclass
class Row:
    """What one rule said of one arm, trial by trial."""

    rule: str
    arm: str
    answers: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)

    @property
    def flagged(self) -> int:
        """False alarms where nothing changed, else how often the change was found."""
        claims = ("slower", "faster") if self.arm == "0 %" else ("slower",)
        return sum(answer in claims for answer in self.answers)


class Rows:
    """The rows by rule and arm, made when they are first needed."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, str], Row] = {}

    def __call__(self, rule: str, arm: str) -> Row:
        return self.all.setdefault((rule, arm), Row(rule, arm))


class Arms:
    """The folders of the arms as work trees; a commit is an arm."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial

    def checkout(self, commit: str, *, keep: tuple[str, ...] = (), copy: int = 0) -> str:  # noqa: ARG002  # see `Trees`
        """See `Trees`."""
        return self._dial.cwd(commit)

    def is_set_up(self, path: str, setup: str) -> bool:  # noqa: ARG002
        """See `Trees`."""
        return True

    def mark_set_up(self, path: str, setup: str) -> None:
        """See `Trees`."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every comparison here needs."""

    dial: Dial
    host: LocalHost
    draw: random.Random
    seconds: float

    def ours(self, way: Way, head: str) -> Comparison:
        """Compare arm `head` with arm `a` as the daemon would."""
        seconds = self.seconds * way.longer
        benchmark = Benchmark(
            name="work", driver="command", settings=CommandSettings(command=(WORK,)), metrics=way.metrics,
            min_samples=LEAST, max_samples=max(LEAST, round(seconds * 500 / (self.dial.cpu_ms + OVERHEAD_MS))),
            max_s=seconds,
        )  # fmt: skip
        environment = Environment("benchmark", ())
        runner = Runner(host=self.host, trees=Arms(self.dial), environment=environment, clock=time.time, draw=self.draw)
        found = runner.measure(benchmark, CommandDriver(), head, "a")
        return next(one for one in found.comparisons if one.metric == way.metrics[0].name)

    def block(self, arm: str) -> list[float]:
        """The wall times in ms of one side, for half of the seconds, after two runs that warm it."""
        for _ in range(2):
            self.dial.run(self.host, arm)
        until = time.perf_counter() + self.seconds / 2
        walls: list[float] = []
        while len(walls) < LEAST or time.perf_counter() < until:
            walls.append(self.dial.run(self.host, arm).wall_s * 1000)
        return walls


def trial(bench: Bench, arm: str, found: peers.Peers, rows: Rows) -> tuple[list[float], list[float]]:
    """Every rule once on one arm, in random order; the samples of the blocks."""
    head, blocks = HEADS[arm], ([0.0], [0.0])

    def ours(name: str) -> None:
        one, row = bench.ours(OURS[name], head), rows(name, arm)
        row.answers.append(one.verdict)
        row.seconds.append(one.seconds)
        row.pairs.append(one.pairs)

    def block() -> None:
        nonlocal blocks
        blocks = (bench.block("a"), bench.block(head))
        for name, rule in RULES.items():
            rows(name, arm).answers.append(rule(*blocks))

    def peer(compare: peers.Compare) -> None:
        for name, answer in compare(bench.dial.program("a"), bench.dial.program(head), bench.seconds).items():
            rows(name, arm).answers.append(answer)

    todo: list[Callable[[], None]] = [lambda name=name: ours(name) for name in OURS]  # type: ignore[misc]  # mypy cannot see the default
    todo += [block, *(lambda compare=compare: peer(compare) for compare in found.compare.values())]
    for step in bench.draw.sample(todo, len(todo)):
        step()
    return blocks


def table(bench: Bench, found: peers.Peers, trials: int) -> Rows:
    """All rules on all arms."""
    rows, blocks = Rows(), list[tuple[str, tuple[list[float], list[float]]]]()
    for number in range(trials):
        order = bench.draw.sample(list(HEADS), len(HEADS))
        blocks += [(arm, trial(bench, arm, found, rows)) for arm in order]
        print(f"trial {number + 1} of {trials}", file=sys.stderr)
    if found.asv is not None:
        said: list[Answer] = found.asv([pair for _, pair in blocks])
        for (arm, _), answer in zip(blocks, said, strict=True):
            rows("asv's rule on block samples", arm).answers.append(answer)
    return rows


def equal(bench: Bench, count: int) -> dict[str, object]:
    """So many comparisons of A with its copy, as the daemon makes them: how many alarms."""
    way, verdicts, seconds = OURS["ours, wall, CPU stands in"], [], []
    for number in range(count):
        one = bench.ours(way, "b")
        verdicts.append(one.verdict)
        seconds.append(one.seconds)
        if (number + 1) % 20 == 0:
            print(f"A/A {number + 1} of {count}", file=sys.stderr)
    alarms = sum(one in ("slower", "faster") for one in verdicts)
    low, high = limits(alarms, count)
    share = {one: verdicts.count(one) for one in ("same", "unsure", "slower", "faster")}
    return {
        "comparisons": count, "alarms": alarms, "low": low, "high": high, "verdicts": share,
        "mean_s": statistics.fmean(seconds), "p95_s": percentile(seconds, 0.95),
    }  # fmt: skip


def record(bench: Bench, folder: str, *, noise: bool, runs: int) -> str:
    """Keep the wall and CPU times of so many runs of A, in their order, as µs."""
    name = f"{bench.dial.language.lower()}-{'noise' if noise else 'quiet'}.csv.xz"
    lines = ["wall_us,cpu_us"]
    for _ in range(runs):
        one = bench.dial.run(bench.host, "a")
        lines.append(f"{one.wall_s * 1e6:.0f},{(one.user_s + one.system_s) * 1e6:.0f}")
    path = os.path.join(folder, name)
    os.makedirs(folder, exist_ok=True)
    with lzma.open(path, "wt", preset=9, encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    return path


def _show_table(rows: Rows, found: peers.Peers, about: str) -> None:
    names = list(dict.fromkeys(name for name, _ in rows.all))
    names.sort(key=lambda name: (not name.startswith("ours"), not name.startswith("block"), name))
    lines = [("rule", "false alarms at 0 %", *(f"finds {arm}" for arm in list(HEADS)[1:]))]
    lines += [(name, *(_share(rows.all.get((name, arm))) for arm in HEADS)) for name in names]
    lines += [(name, f"missing: {why}", *[""] * (len(HEADS) - 1)) for name, why in found.missing.items()]
    show(f"who alarms and who finds: {about}", lines)
    print(f"  peers: {', '.join(f'{name} {version}' for name, version in found.versions.items()) or 'none'}")
    lines = [("ours", "arm", "mean s", "p95 s", "mean pairs", "unsure", "same")]
    lines += [
        (row.rule, arm, f"{statistics.fmean(row.seconds):.2f}", f"{percentile(row.seconds, 0.95):.2f}",
         f"{statistics.fmean(row.pairs):.0f}", _of(row, "unsure"), _of(row, "same"))
        for name in OURS for arm in HEADS if (row := rows.all.get((name, arm)))
    ]  # fmt: skip
    show("how long our verdicts took, with warming up", lines)


def _share(row: Row | None) -> str:
    if row is None:
        return ""
    count = len(row.answers)
    return told(row.flagged, count) if row.arm == "0 %" else f"{row.flagged}/{count}"


def _of(row: Row, answer: str) -> str:
    return f"{row.answers.count(answer)}/{len(row.answers)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each comparison (default 5)")
    parser.add_argument("--trials", type=int, default=6, help="of every rule on every arm (default 6: 12 minutes)")
    parser.add_argument("--quick", action="store_true", help="one trial of 1.5 s each: about a minute")
    parser.add_argument("--noise", action="store_true", help="beside a bursty program on the same core")
    parser.add_argument("--python", action="store_true", help="a Python program of 26 ms instead of one in C of 10 ms")
    parser.add_argument("--no-peers", action="store_true", help="without other tools")
    parser.add_argument("--aa", type=int, metavar="N", help="only compare A with its copy so many times")
    parser.add_argument("--record", metavar="FOLDER", help="only keep a stream of runs there, for simulate.py")
    parser.add_argument("--runs", type=int, default=RECORDED, help=f"how many runs to keep (default {RECORDED})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="write all answers there")
    args = parser.parse_args()
    seconds, trials = (min(args.seconds, 1.5), 1) if args.quick else (args.seconds, args.trials)
    with tempfile.TemporaryDirectory() as folder, LocalHost() as host:
        bench = Bench(make(folder, host, python=args.python), host, random.Random(args.seed), seconds)
        said: dict[str, object] = {**conditions(bench.dial), "seconds": seconds, "noise": args.noise}
        about = _about(said)
        with neighbour(wanted=args.noise):
            if args.record:
                print(record(bench, args.record, noise=args.noise, runs=args.runs), about)
            elif args.aa:
                said["aa"] = aa = equal(bench, args.aa)
                print(f"A against A, {about}: {json.dumps(aa)}")
            else:
                found = peers.find(program_ms=bench.dial.cpu_ms, wanted=not args.no_peers)
                rows = table(bench, found, trials)
                _show_table(rows, found, f"{about}, {trials} trials")
                said |= {"trials": trials, "arms": {arm: ARMS[name] for arm, name in HEADS.items()}}
                said |= {"peers": dict(found.versions), "missing": dict(found.missing)}
                said["rows"] = _rows(rows.all.values())
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(said, file, indent=1)


def _about(said: Mapping[str, object]) -> str:
    beside = "beside a bursty neighbour" if said["noise"] else "nothing started beside it"
    return (
        f"a {said['program']} program of {said['program_ms']:g} ms, {said['seconds']:g} s per comparison, {beside}, "
        f"load {said['load']} before"
    )


def _rows(rows: Iterable[Row]) -> list[dict[str, object]]:
    return [{**asdict(row), "trials": len(row.answers), "flagged": row.flagged} for row in rows]


if __name__ == "__main__":
    main()
