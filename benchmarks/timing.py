"""Interleaved timing of commands, for the benchmarks beside it: ratios in one run, never absolute claims."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence


def medians_ms(
    commands: Mapping[str, Sequence[str]], rounds: int, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> dict[str, float]:
    """The median wall time of each command in ms; every round runs all of them once in random order."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    draw = random.Random(1)
    for number in range(rounds + 1):
        for name in draw.sample(list(commands), len(commands)):
            start = time.perf_counter()
            done = subprocess.run(
                commands[name], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                env={**os.environ, **(env or {})},
            )  # fmt: skip
            if done.returncode != 0:
                raise SystemExit(f"{name} failed: {done.stderr.decode()}")
            if number:  # the first round fills caches
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print a table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
