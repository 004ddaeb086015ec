"""A program of a few milliseconds that can be made slower by an exact share, and a neighbour that disturbs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from resonance_perf.measure.ports import Host
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.work import Command

ARMS = {"a": 0.0, "b": 0.0, "1": 0.01, "2": 0.02, "5": 0.05}
"""Folder -> how much slower. `b` is another copy of `a`. Names of one length: a path's length moves the stack."""
WORK = "./work"
C_MS, PYTHON_MS = 10.0, 26.0
_C = """#include <stdio.h>
int main(int argc, char **argv) {
    char name[4096];
    long count = 0;
    snprintf(name, sizeof name, "%s.count", argv[argc - 1]);
    FILE *file = fopen(name, "r");
    if (!file || fscanf(file, "%ld", &count) != 1) return 1;
    volatile long sum = 0;
    for (long i = 0; i < count; i++) sum += i;
    return 0;
}
"""
_PYTHON = """#!{python} -I
import sys
with open(sys.argv[0] + ".count") as file:
    count = int(file.read())
total = 0
for number in range(count):
    total += number * number
"""
_HOG = """import os, random, time
parent, draw = os.getppid(), random.Random()
while os.getppid() == parent:
    end = time.perf_counter() + draw.uniform(0.01, 0.2)
    while time.perf_counter() < end:
        pass
    time.sleep(draw.uniform(0.05, 0.49))
"""
"""Wants the core 28 % of the time, in bursts of 10 to 200 ms."""


@dataclass(frozen=True, slots=True)
class Dial:
    """The program, one copy in each folder of `ARMS` below `folder`; it takes its dial from the file beside it."""

    folder: str
    language: str
    cpu_ms: float

    def cwd(self, arm: str) -> str:
        """The folder of an arm."""
        return os.path.join(self.folder, arm)

    def program(self, arm: str) -> str:
        """The path of an arm's copy."""
        return os.path.join(self.folder, arm, "work")

    def run(self, host: Host, arm: str) -> ProcessOutcome:
        """Run an arm on the one core."""
        return _run(host, self.cwd(arm))


def make(folder: str, host: Host, *, python: bool = False) -> Dial:
    """Build the program, and set its dials so that the CPU time of the whole process grows by the shares of `ARMS`."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    python = python or compiler is None
    target_ms = PYTHON_MS if python else C_MS
    source = os.path.join(folder, "source")
    with open(source + ".c", "w", encoding="utf-8") as file:
        file.write(_PYTHON.format(python=sys.executable) if python else _C)
    if python:
        shutil.move(source + ".c", source)
        os.chmod(source, 0o755)
    else:
        assert compiler is not None
        subprocess.run([compiler, "-O1", "-o", source, source + ".c"], check=True)
    for arm in ARMS:
        os.makedirs(os.path.join(folder, arm))
        shutil.copy2(source, os.path.join(folder, arm, "work"))
    probe = os.path.join(folder, "a")
    start_ms = _least_cpu_ms(host, probe, 0)
    count = 100_000 if python else 10_000_000
    per_ms = count / (_least_cpu_ms(host, probe, count) - start_ms)
    for arm, share in ARMS.items():
        _set(os.path.join(folder, arm), round((target_ms * (1 + share) - start_ms) * per_ms))
    return Dial(folder, "Python" if python else "C", target_ms)


def core() -> int | None:
    """The core that the launcher holds programs on; None where it cannot."""
    return max(os.sched_getaffinity(0)) if sys.platform == "linux" else None


@contextmanager
def held() -> Iterator[None]:
    """What is started inside runs on the core that our launcher uses, too."""
    wanted = core()
    if wanted is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {wanted})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def neighbour(*, wanted: bool) -> Iterator[None]:
    """A bursty program on the same core, while inside."""
    if not wanted:
        yield
        return
    with held():
        hog = subprocess.Popen([sys.executable, "-I", "-S", "-c", _HOG])
    try:
        yield
    finally:
        hog.kill()
        hog.wait()


def conditions(dial: Dial) -> Mapping[str, str | float | int]:
    """What the numbers were made with and beside."""
    return {
        "program": dial.language, "program_ms": dial.cpu_ms, "cores": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 2), "python": sys.version.split()[0],
    }  # fmt: skip


def _least_cpu_ms(host: Host, cwd: str, count: int) -> float:
    _set(cwd, count)
    runs = (_run(host, cwd) for _ in range(30))
    return min((run.user_s + run.system_s) * 1000 for run in runs)


def _set(cwd: str, count: int) -> None:
    with open(os.path.join(cwd, "work.count"), "w", encoding="utf-8") as file:
        file.write(str(count))


def _run(host: Host, cwd: str) -> ProcessOutcome:
    outcome = host.run(Command(argv=(WORK,), pinned=True), cwd)
    if not outcome.ok:
        raise SystemExit(f"the program failed: {outcome.error or outcome.stderr.decode()}")
    return outcome
