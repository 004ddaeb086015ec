"""What the command driver adds to a run beside the program's own time, against `hyperfine -N`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from timing import show

from resonance_perf.model.work import Command
from resonance_perf.system.launcher import Request
from resonance_perf.system.launcher import run as run_once
from resonance_perf.system.process import Launcher
from resonance_perf.system.spawn import Channels, child_signals

PROGRAM = "int main(void) { volatile long sum = 0; for (long i = 0; i < 2000000; i++) sum += i; return 0; }\n"


@dataclass
class Found:
    """What one way of running said: each run's time, and what the whole took beside those times, in ms per run."""

    walls_ms: list[float] = field(default_factory=list)
    added_ms: list[float] = field(default_factory=list)

    def take(self, walls_s: Sequence[float], total_s: float) -> None:
        """Take in a batch."""
        self.walls_ms += [wall * 1000 for wall in walls_s]
        self.added_ms.append((total_s - sum(walls_s)) / len(walls_s) * 1000)


def build(folder: str) -> str:
    """A program of a few milliseconds; /bin/true where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return shutil.which("true") or "/bin/true"
    source, program = os.path.join(folder, "work.c"), os.path.join(folder, "work")
    with open(source, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    subprocess.run([compiler, "-O1", "-o", program, source], check=True)
    return program


def spawned(program: str, runs: int, found: Found) -> None:
    """The launcher's own part, without the pipes to it: from the request to the reply."""
    request: Request = ([program], program, dict(os.environ), "/", 60.0, 1_000_000, None, False)
    control, keep_open = os.pipe()
    signals, walls, total = child_signals(), [], 0.0
    for _ in range(runs):
        channels = Channels(control, signals)  # the launcher makes these between runs, too
        start = time.perf_counter()
        reply = run_once(request, 0, channels)
        total += time.perf_counter() - start
        channels.close()
        walls.append(reply[2])
    os.close(control)
    os.close(keep_open)
    found.take(walls, total)


def whole(launcher: Launcher, program: str, runs: int, found: Found) -> None:
    """All of ours: from `Launcher.run` to its outcome."""
    command = Command(argv=(program,))
    start = time.perf_counter()
    walls = [launcher.run(command, "/").wall_s for _ in range(runs)]
    found.take(walls, time.perf_counter() - start)


def hyperfine(path: str, program: str, runs: int, found: Found) -> None:
    """hyperfine -N, without its start."""
    with tempfile.NamedTemporaryFile() as report:
        quiet = [path, "-N", "--style", "none", "--export-json", report.name]
        start = time.perf_counter()
        subprocess.run([path, "--version"], check=True, stdout=subprocess.DEVNULL)
        middle = time.perf_counter()
        subprocess.run(
            [*quiet, "--runs", str(runs), program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        total = time.perf_counter() - middle - (middle - start)
        walls = json.load(report)["results"][0]["times"]
    found.take(walls, total)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--batches", type=int, default=5)
    args = parser.parse_args()
    peer = shutil.which("hyperfine")
    folder = tempfile.mkdtemp()
    ours, launcher_part, theirs = Found(), Found(), Found()
    try:
        program = build(folder)
        with Launcher() as launcher:
            ways: list[Callable[[], None]] = [
                lambda: spawned(program, args.runs, launcher_part),
                lambda: whole(launcher, program, args.runs, ours),
            ]
            if peer:
                ways.append(lambda: hyperfine(peer, program, args.runs, theirs))
            for _ in range(args.batches):
                for way in ways:
                    way()
    finally:
        shutil.rmtree(folder)
    rows = [("runner", "program, median ms", "added per run, ms", "× hyperfine -N")]
    against = statistics.median(theirs.added_ms) if theirs.added_ms else None
    for name, found in (("launcher alone", launcher_part), ("driver command", ours), ("hyperfine -N", theirs)):
        if found.walls_ms:
            added = statistics.median(found.added_ms)
            ratio = f"{added / against:.2f}" if against else "hyperfine is not installed"
            rows.append((name, f"{statistics.median(found.walls_ms):.3f}", f"{added:.3f}", ratio))
    show(f"a run of a short program, {args.batches} × {args.runs} runs each (aim: ≤ 0.01 ms in the launcher)", rows)


if __name__ == "__main__":
    main()
