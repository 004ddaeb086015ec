"""A profile of 100,000 stacks: read and written by us, beside `go tool pprof`, which is compiled."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from timing import show

from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import collapsed, pprof, speedscope

STACKS = 100_000
FUNCTIONS = 2_000
DEPTH = (10, 50)
TYPES = (ValueType("samples", "count"), ValueType("cpu", "nanoseconds"))


def made(count: int) -> Profile:
    """A profile as of a large program: each stack is a walk through a tree of calls."""
    draw = random.Random(1)
    frames = [Frame(f"shop.m{one % 90}.f{one}", f"shop/m{one % 90}.py", 7 * one % 900) for one in range(FUNCTIONS)]
    stacks = []
    for _ in range(count):
        at, path = draw.randrange(40), []
        for _ in range(draw.randint(*DEPTH)):
            path.append(frames[at])
            at = (at * 7 + draw.choice((1, 1, 1, 2, 3))) % FUNCTIONS
        stacks.append(Stack(tuple(path), (1.0, 10_000_000.0)))
    return Profile(types=TYPES, stacks=tuple(stacks), chosen=1)


def cpu_s(do: Callable[[], object]) -> float:
    """Seconds on the CPU, of this process and of children that it waits for."""
    before = sum(os.times()[:4])
    do()
    return sum(os.times()[:4]) - before


def go(how: str, file: Path) -> None:
    """Let Go's reader do it."""
    subprocess.run(["go", "tool", "pprof", how, str(file)], check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    profile = made(STACKS)
    whole, text = pprof.write(profile), collapsed.write(profile)
    told: list[tuple[str, int, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "it.pb.gz")
        file.write_bytes(whole)
        if shutil.which("go"):
            told += [("go tool pprof -top", len(whole), cpu_s(lambda: go("-top", file)))]
            told += [("go tool pprof -raw", len(whole), cpu_s(lambda: go("-raw", file)))]
    told += [("read pprof", len(whole), cpu_s(lambda: pprof.read(whole, "it")))]
    told += [("write pprof", len(whole), cpu_s(lambda: pprof.write(profile)))]
    told += [("read collapsed", len(text), cpu_s(lambda: collapsed.read(text, "it")))]
    told += [("write speedscope", len(whole), cpu_s(lambda: speedscope.write(profile)))]
    rows = [("what", "MB", "CPU, s", "× the first")]
    rows += [(name, f"{size / 1e6:.1f}", f"{took:.1f}", f"{took / told[0][2]:.1f}") for name, size, took in told]
    show(f"a profile of {STACKS:,} stacks", rows)


if __name__ == "__main__":
    main()
