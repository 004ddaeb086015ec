"""Who names the commit: 64 commits, one of them 3 % slower, a 10 ms program; ours against `git bisect run`."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from timing import show

COMMITS = 64
STEP = 1.03
PROGRAM_MS = 10.0
PROGRAM = """#include <stdio.h>
int main(void) {
    long size = 0;
    FILE *file = fopen("size", "r");
    if (!file || fscanf(file, "%ld", &size) != 1) return 1;
    volatile long sum = 0;
    for (long i = 0; i < size; i++) sum += i;
    return 0;
}
"""
CONFIG = """version: 1
benchmarks:
  work:
    driver: command
    command: ["{program}"]
    metrics:
      cpu: {{}}
"""
SCRIPT = """import os, statistics, sys, time
program, metric, count, threshold = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
values = []
for _ in range(count):
    start = time.perf_counter()
    pid = os.posix_spawn(program, [program], os.environ)
    used = os.wait4(pid, 0)[2]
    values.append(time.perf_counter() - start if metric == "wall" else used.ru_utime + used.ru_stime)
value = statistics.median(values)
print(value)
sys.exit(value > threshold)
"""
"""What people write for `git bisect run`: the median of some runs against a threshold; exit 1 means bad."""
SCRIPTS = (("wall", 10), ("wall", 40), ("CPU", 10), ("CPU", 40))


@dataclass
class Found:
    """What one way of searching said, trial by trial."""

    right: int = 0
    wrong: int = 0
    silent: int = 0
    seconds: list[float] = field(default_factory=list)

    def take(self, named: str, culprit: str, seconds: float) -> None:
        """Take in a trial."""
        self.seconds.append(seconds)
        self.right += named == culprit
        self.silent += not named
        self.wrong += bool(named) and named != culprit


@dataclass(frozen=True)
class Trial:
    """A repository with its culprit."""

    path: str
    program: str
    script: str
    good: str
    bad: str
    culprit: str

    def git(self, *args: str, data: str | None = None) -> str:
        """What git says in it."""
        done = subprocess.run(["git", *args], cwd=self.path, check=True, capture_output=True, text=True, input=data)
        return done.stdout.strip()


def build(folder: str) -> tuple[str, int]:
    """The program, and the size with which it takes 10 ms."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise SystemExit("this needs a C compiler")
    source, program = os.path.join(folder, "work.c"), os.path.join(folder, "work")
    with open(source, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    subprocess.run([compiler, "-O1", "-o", program, source], check=True)
    probe = 10_000_000
    with open(os.path.join(folder, "size"), "w", encoding="utf-8") as file:
        file.write(str(probe))
    times = []
    for _ in range(40):
        start = time.perf_counter()
        subprocess.run([program], cwd=folder, check=True)
        times.append((time.perf_counter() - start) * 1000)
    return program, int(probe * PROGRAM_MS / min(times))


def make(folder: str, program: str, size: int, first_bad: int) -> Trial:
    """A repository of a good commit and 64 more; from number `first_bad` on (0 to 63) the program takes 3 % longer."""
    os.makedirs(folder)
    script = os.path.join(folder, "threshold.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(SCRIPT)
    path = os.path.join(folder, "repo")
    subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
    stream = []
    for number in range(-1, COMMITS):
        files = {"size": str(int(size * STEP) if number >= first_bad else size), "notes.txt": f"{number}\n"}
        if number < 0:
            files |= {".resonance/config.yaml": CONFIG.format(program=program)}
            files |= {f".resonance/{name}.md": "# Notes\n" for name in ("00_soul", "01_state", "02_memory")}
        stream.append(f"commit refs/heads/main\ncommitter A <a@example.org> {number + 2} +0000\n{_data(f'c{number}')}")
        stream += [f"M 100644 inline {name}\n{_data(text)}" for name, text in files.items()]
    made = Trial(path, program, script, "", "", "")
    made.git("fast-import", "--quiet", data="".join(stream))
    made.git("checkout", "-q", "main")
    line = made.git("rev-list", "--reverse", "main").split()
    return Trial(path, program, script, line[0], line[-1], line[first_bad + 1])


def _data(text: str) -> str:
    return f"data {len(text)}\n{text}\n"


def ours(trial: Trial) -> str:
    """What `resonance-perf bisect` names; nothing when it is unsure."""
    argv = [sys.executable, "-m", "resonance_perf", "bisect", "work", "--good", trial.good, "--bad", trial.bad]
    env = {**os.environ, "RESONANCE_PERF_TRUST": "1"}
    done = subprocess.run([*argv, "--json"], cwd=trial.path, env=env, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    return str(found["suspects"][0]["commit"]) if found["outcome"] == "found" else ""


def git_bisect(metric: str, count: int, trial: Trial) -> str:
    """What `git bisect run` names, with a threshold half-way between good and bad, measured right before."""
    argv = [sys.executable, "-I", "-S", trial.script, trial.program, metric, str(count)]
    ends = []
    for commit in (trial.good, trial.bad):
        trial.git("checkout", "-q", commit)
        said = subprocess.run([*argv, "inf"], cwd=trial.path, check=True, capture_output=True, text=True)
        ends.append(float(said.stdout))
    trial.git("bisect", "start", trial.bad, trial.good)
    ended = subprocess.run(
        ["git", "bisect", "run", *argv, str(sum(ends) / 2)], cwd=trial.path, capture_output=True, text=True
    )
    named = trial.git("rev-parse", "refs/bisect/bad") if ended.returncode == 0 else ""
    trial.git("bisect", "reset")
    return named


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="two trials")
    args = parser.parse_args()
    trials = 2 if args.quick else args.trials
    name = "git bisect run, {} median of {}"
    ways = {"ours": ours, **{name.format(*one): partial(git_bisect, *one) for one in SCRIPTS}}
    found = {way: Found() for way in ways}
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        program, size = build(folder)
        for number in range(trials):
            trial = make(os.path.join(folder, str(number)), program, size, draw.randrange(COMMITS))
            for way in draw.sample(list(ways), len(ways)):
                start = time.perf_counter()
                named = ways[way](trial)
                found[way].take(named, trial.culprit, time.perf_counter() - start)
    _show(found, trials)


def _show(found: Mapping[str, Found], trials: int) -> None:
    mine = found["ours"]
    rows = [("way", "right", "wrong", "says it does not know", "median s", "slowest s", "time ÷ ours")]
    for way, one in found.items():
        median = statistics.median(one.seconds)
        rows.append(
            (way, f"{one.right}/{trials}", f"{one.wrong}", f"{one.silent}", f"{median:.1f}", f"{max(one.seconds):.1f}",
             f"{median / statistics.median(mine.seconds):.2f}")
        )  # fmt: skip
    show(f"bisect, {COMMITS} commits, one of them {(STEP - 1) * 100:.0f} % slower, {trials} trials", rows)


if __name__ == "__main__":
    main()
