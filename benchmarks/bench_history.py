"""Change points: how many are found, how many are false, how soon and how fast; beside Otava, ruptures and asv.

The peers are installed once into an environment of their own in the user's cache. Every tool gets the same series,
which the printed seed makes; the parameters of ours were chosen on other seeds.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from timing import medians_ms, show

PEERS = ("apache-otava==0.8.0", "ruptures==1.1.10", "asv==0.6.6")
POINTS, STEPS, GAP, TOLERANCE = 200, 3, 20, 3
LONG, LONG_STEPS = 10_000, 20
CONFIG = """version: 1
benchmarks:
  long:
    driver: command
    command: ["true"]
    metrics: {wall: {}, cpu: {}}
"""
ANALYSIS = """
import csv, sys
from resonance_perf.history.detect import change_points
from resonance_perf.history.values import Observations
with open(sys.argv[1], newline="") as file:
    _, commits, *columns = zip(*list(csv.reader(file))[1:])
for column in columns:
    same = [""] * len(column), [None] * len(column), [None] * len(column)
    found = change_points(Observations(list(map(float, column)), range(len(column)), commits, *same))
    print(*(one.commit for one in found))
"""
Find = Callable[[list[float]], list[int]]


@dataclass(frozen=True)
class Cell:
    """What a series is made of, as fractions of its level: 4 % outliers of +10 to +30 %, noise AR(1) with `ar`."""

    step: float = 0.0
    noise: float = 0.01
    outliers: float = 0.0
    drift: float = 0.0
    ar: float = 0.0


CELLS = {
    "1 % at 1 %": Cell(0.01),
    "2 % at 1 %": Cell(0.02),
    "5 % at 1 %": Cell(0.05),
    "10 % at 1 %": Cell(0.10),
    "2 % at 3 %": Cell(0.02, 0.03),
    "5 % at 3 %": Cell(0.05, 0.03),
    "10 % at 3 %": Cell(0.10, 0.03),
    "5 % at 1 %, outliers": Cell(0.05, outliers=0.04),
    "5 % at 3 %, outliers": Cell(0.05, 0.03, outliers=0.04),
    "5 % at 1 %, drift 5 %": Cell(0.05, drift=0.05),
    "5 % at 1 %, AR(.5)": Cell(0.05, ar=0.5),
    "nothing": Cell(),
    "nothing, outliers": Cell(outliers=0.04),
    "nothing, drift 5 %": Cell(drift=0.05),
    "nothing, AR(.5)": Cell(ar=0.5),
}
DELAYS = {"5 % at 1 %": Cell(0.05), "5 % at 3 %": Cell(0.05, 0.03), "2 % at 1 %": Cell(0.02)}


def places(draw: random.Random, length: int, steps: int, gap: int) -> list[int]:
    """Where the level changes: at least `gap` from each other and from the ends."""
    while True:
        found = sorted(draw.randrange(gap, length - gap) for _ in range(steps))
        if all(b - a >= gap for a, b in pairwise(found)):
            return found


def series(draw: random.Random, cell: Cell, length: int, at: Sequence[int]) -> list[float]:
    """A level of 100 that steps up or down at `at`."""
    level, noise, found = 100.0, draw.gauss(0, 1), []
    for place in range(length):
        if place in at:
            level *= 1 + cell.step * draw.choice((-1, 1))
        noise = cell.ar * noise + math.sqrt(1 - cell.ar**2) * draw.gauss(0, 1)
        value = level * (1 + cell.drift * place / length) * (1 + cell.noise * noise)
        found.append(value * (1 + draw.uniform(0.1, 0.3)) if draw.random() < cell.outliers else value)
    return found


def hits(found: Sequence[int], true: Sequence[int]) -> int:
    """How many true steps have a found one of their own within the tolerance."""
    left, count = list(found), 0
    for place in true:
        near = [one for one in left if abs(one - place) <= TOLERANCE]
        if near:
            left.remove(min(near, key=lambda one: abs(one - place)))
            count += 1
    return count


def quality(find: Find, seed: int, count: int) -> dict[str, tuple[float, ...]]:
    """Of every cell (recall, precision, F1), or (false points per series,) where nothing changes."""
    table: dict[str, tuple[float, ...]] = {}
    for name, cell in CELLS.items():
        draw = random.Random(f"{seed} {name}")
        right = said = real = 0
        number = count if cell.step else 5 * count  # false points are rare: more series to see them
        for _ in range(number):
            true = places(draw, POINTS, STEPS, GAP) if cell.step else []
            found = find(series(draw, cell, POINTS, true))
            right, said, real = right + hits(found, true), said + len(found), real + len(true)
        if cell.step:
            table[name] = (right / real, right / said if said else 0.0, 2 * right / (real + said))
        else:
            table[name] = (said / number,)
    return table


def delays(find: Find, seed: int, count: int) -> dict[str, tuple[float, ...]]:
    """Of every cell the median number of values after a step until it is seen; at most 40."""
    table: dict[str, tuple[float, ...]] = {}
    for name, cell in DELAYS.items():
        draw, waits = random.Random(f"{seed} delay {name}"), []
        for _ in range(count):
            values = series(draw, cell, 140, [100])
            seen = (n for n in range(1, 41) if any(abs(one - 100) <= TOLERANCE for one in find(values[: 100 + n])))
            waits.append(next(seen, 40))
        table[name] = (statistics.median(waits),)
    return table


def ours() -> Find:
    """The steps that `resonance-perf history` shows."""
    from resonance_perf.history.detect import change_points
    from resonance_perf.history.values import Observations

    def find(values: list[float]) -> list[int]:
        n = len(values)
        seen = Observations(values, range(n), list(map(str, range(n))), [""] * n, [None] * n, [None] * n)
        return [one.index for one in change_points(seen) if one.kind == "step"]

    return find


def otava() -> Find:
    """With its own defaults: windows of 50, p < 0.001."""
    from otava.analysis import compute_change_points

    return lambda values: [one.index for one in compute_change_points(list(values))[0]]


def kernel_cpd() -> Find:
    """The same optimum as PELT with squared error, in C. Penalty 3 σ² ln n, σ from neighbours' differences."""
    import numpy
    import ruptures

    def find(values: list[float]) -> list[int]:
        data = numpy.array(values)
        width = 1.4826 * float(numpy.median(numpy.abs(numpy.diff(data)))) / math.sqrt(2)
        model = ruptures.KernelCPD(kernel="linear", min_size=2).fit(data.reshape(-1, 1))
        return list(model.predict(pen=3 * width**2 * math.log(len(values))))[:-1]

    return find


def asv() -> Find:
    """What `asv publish` draws."""
    from asv.step_detect import detect_steps

    return lambda values: [step[0] for step in detect_steps(values)[1:]]


TOOLS = {"ours": ours, "otava": otava, "ruptures": kernel_cpd, "asv": asv}


def peer_python() -> str:
    """The Python of an environment that has the peers; made at the first call."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "resonance-perf", "bench", "-".join(one.replace("==", "-") for one in PEERS))
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(os.path.join(folder, "ready")):
        print("installing the peers …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check", *PEERS]
        if subprocess.run(pip).returncode != 0:
            raise SystemExit("the peers cannot be installed: is the package registry within reach?")
        with open(os.path.join(folder, "ready"), "w"):
            pass
    return python


def asked(python: str, tool: str, *numbers: int) -> dict[str, dict[str, tuple[float, ...]]]:
    """Let `tool` work in a process of the Python that has it."""
    command = [python, os.path.abspath(__file__), "--tool", tool, *(str(one) for one in numbers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{tool} failed")
    found: dict[str, dict[str, tuple[float, ...]]] = json.loads(done.stdout)
    return found


def long_history(folder: str, seed: int) -> str:
    """A CSV with two metrics of a long history."""
    draw = random.Random(f"{seed} long")
    cell = Cell(0.05, 0.02, outliers=0.01)
    columns = [series(draw, cell, LONG, places(draw, LONG, LONG_STEPS, 150)) for _ in range(2)]
    path, start = os.path.join(folder, "long.csv"), datetime(2026, 1, 1, tzinfo=UTC)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "commit", "wall", "cpu"])
        for place, values in enumerate(zip(*columns, strict=True)):
            writer.writerow([(start + timedelta(minutes=10 * place)).isoformat(), f"{place:040x}", *values])
    return path


def stored_history(folder: str, path: str) -> str:
    """A repository whose store has the history of the CSV."""
    from resonance_perf.model.run import Environment, Estimate, Run
    from resonance_perf.store.store import Store

    repo = os.path.join(folder, "repo")
    os.makedirs(os.path.join(repo, ".resonance"))
    subprocess.run(["git", "init", "-q", repo], check=True)
    with open(os.path.join(repo, ".resonance", "config.yaml"), "w") as file:
        file.write(CONFIG)
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    runs = [
        Run(
            id=f"01R{place:023}", benchmark="long", commit=commit, side="head",
            started_at=datetime.fromisoformat(at).timestamp(), environment=Environment("e", ()), samples=(),
            estimates=tuple(
                Estimate(name, value, value * 0.99, value * 1.01, "ms", 8)
                for name, value in (("wall", float(wall)), ("cpu", float(cpu)))
            ),
        )
        for place, (at, commit, wall, cpu) in enumerate(rows)
    ]  # fmt: skip
    store = Store(os.path.join(repo, ".git", "resonance"))
    store.results.save("job", runs, (), standing=True)
    store.close()
    return repo


def speed(python: str, seed: int, rounds: int) -> list[tuple[str, ...]]:
    """Wall time of whole processes: interpreter, imports, reading, analysis, output; the peer once in each round."""
    with tempfile.TemporaryDirectory() as folder:
        path = long_history(folder, seed)
        config = os.path.join(folder, "otava.yaml")
        metrics = {name: {"column": name, "direction": -1, "scale": 1} for name in ("wall", "cpu")}
        test = {"type": "csv", "file": path, "time_column": "time", "attributes": ["commit"], "metrics": metrics}
        with open(config, "w") as file:
            json.dump({"tests": {"long": test}}, file)
        repo = stored_history(folder, path)
        commands = {
            "ours, analysis of the CSV": [sys.executable, "-c", ANALYSIS, path],
            "resonance-perf history": [sys.executable, "-m", "resonance_perf", "history", "-C", repo, "long"],
            "otava analyze": [
                os.path.join(os.path.dirname(python), "otava"),
                "analyze",
                "long",
                "--since",
                "2025-12-01",
            ],
        }
        wall = medians_ms(commands, rounds, env={"OTAVA_CONFIG": config})
    rows: list[tuple[str, ...]] = [(f"{LONG:,} values × 2 metrics, whole process", "seconds", "of otava")]
    rows += [(name, f"{took / 1000:.2f}", f"1/{wall['otava analyze'] / took:.0f}") for name, took in wall.items()]
    return rows


def tool_speed(find: Find, seed: int) -> float:
    """Seconds for one long series, in a process that is warm."""
    draw = random.Random(f"{seed} warm")
    values = series(draw, Cell(0.05, 0.02, outliers=0.01), LONG, places(draw, LONG, LONG_STEPS, 150))
    find(values[:500])
    start = time.perf_counter()
    find(values)
    return time.perf_counter() - start


def shown(values: Sequence[float]) -> str:
    """`recall/precision = F1`, or the number alone."""
    if len(values) == 1:
        return f"{values[0]:.3g}"
    return f"{values[0]:.2f}/{values[1]:.2f} = {values[2]:.3f}"


def verdict(name: str, row: dict[str, Sequence[float]]) -> str:
    """Whether ours is the best of all; of false points and delays less is better."""
    own, others = row["ours"][-1], [values[-1] for tool, values in row.items() if tool != "ours"]
    if name.startswith("nothing"):
        return "≤ 1/10 of otava" if own <= row["otava"][-1] / 10 else "more than 1/10 of otava"
    return "best" if own > max(others) else "equal" if own == max(others) else "NOT best"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="an eighth of the series")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    count, waited = (12, 5) if args.quick else (100, 30)
    python = peer_python()
    found = {
        tool: asked(sys.executable if tool == "ours" else python, tool, args.seed, count, waited) for tool in TOOLS
    }
    rows = [("recall/precision = F1", *TOOLS, "ours is")]
    for name in CELLS:
        row = {tool: found[tool]["quality"][name] for tool in TOOLS}
        rows.append((name, *map(shown, row.values()), verdict(name, row)))
    title = f"{count} series of {POINTS} values, {STEPS} steps found within ±{TOLERANCE}; of nothing false points each"
    show(f"change points, seed {args.seed}: {title}", rows)
    rows = [("values until seen", *TOOLS)]
    rows += [(name, *(shown(found[tool]["delay"][name]) for tool in TOOLS)) for name in DELAYS]
    show(f"delay after a step, median of {waited}", rows)
    show("speed (aim: ≤ 0.4 s, ≤ 1/40 of otava)", speed(python, args.seed, 1 if args.quick else 2))
    warm = {tool: found[tool]["speed"]["warm"][0] for tool in TOOLS}
    rows = [(f"{LONG:,} values, in a warm process", "ms", "ours ÷ it")]
    rows += [(tool, f"{took * 1000:.0f}", f"{warm['ours'] / took:.2f}") for tool, took in warm.items()]
    show("the algorithm alone", rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tool"]:
        finder = TOOLS[sys.argv[2]]()
        seed, count, waited = map(int, sys.argv[3:])
        print(
            json.dumps(
                {
                    "quality": quality(finder, seed, count),
                    "delay": delays(finder, seed, waited),
                    "speed": {"warm": [tool_speed(finder, seed)]},
                }
            )
        )
    else:
        main()
