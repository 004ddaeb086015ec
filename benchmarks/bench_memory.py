"""The log: a row appended with fsync at 2, 10 and 100 MB, against a bare append with fsync."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

from timing import show

from resonance_perf.memory.edits import AppendRow
from resonance_perf.model.record import MemoryRow
from resonance_perf.system.log_file import append_rows

ROW = MemoryRow(
    when="2026-11-23 12:00",
    commit="a1b2c3d4e",
    trigger="commit",
    benchmark="stats-api",
    metric="p95",
    before="412 ms",
    after="44.8 ms",
    change="-89.1 % [-89.9, -88.2]",
    budget="100 ms",
    verdict="faster",
    run="01KAAAAAAAAAAAAAAAAAAAAAAA",
)
ROUNDS = 60


def log_of(megabytes: int) -> str:
    """The text of a log of this size, each row with its own run."""
    text = AppendRow(ROW).apply("# Memory\n")
    line = text.splitlines()[-2]
    rows = (line.replace(ROW.run, f"01J{number:023}") for number in range(megabytes * 1_000_000 // len(line)))
    return text.replace(line, "\n".join(rows))


def median_ms(act: Callable[[int], object]) -> float:
    """The median time of `act`, called with 0, 1, 2, …"""
    times = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def bare_append(path: str) -> None:
    """What no log can beat: one write at the end, one fsync."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, b"x" * 180 + b"\n")
    os.fsync(descriptor)
    os.close(descriptor)


def main() -> None:
    """Print the table."""
    rows = [("log", "append ms", "× bare append + fsync")]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "02_memory.md")
        for megabytes in (2, 10, 100):
            with open(path, "w", encoding="utf-8") as file:
                file.write(log_of(megabytes))
            bare = median_ms(lambda _number: bare_append(os.path.join(folder, "bare")))
            ours = median_ms(lambda number: append_rows(path, folder, [replace(ROW, run=f"01K{number:023}")]))
            rows.append((f"{megabytes} MB", f"{ours:.3f}", f"{ours / bare:.1f}"))
    show("memory (aim: append ≤ 0.3 ms with fsync, at any size)", rows)


if __name__ == "__main__":
    main()
