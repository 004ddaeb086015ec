"""Noise: what a machine adds to one run after the other, recorded or invented."""

from __future__ import annotations

import lzma
import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, pi, sin

PROGRAM_MS = 10.0
OVERHEAD_MS = 0.3
"""What a run costs beside the program."""
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
Slot = tuple[float, float]
"""One run: the value that is judged, and how long the run took, in ms, if nothing was changed."""


@dataclass(frozen=True, slots=True)
class Stream:
    """`begin` starts an endless stream of runs in their order in time; two sides share it as the runner's sides do."""

    name: str
    metric: str
    begin: Callable[[random.Random], Iterator[Slot]]
    run_ms: float = PROGRAM_MS


def synthetic() -> list[Stream]:
    """Invented noise around a program of 10 ms."""
    kinds = {
        "gaussian, sd 2 %": gaussian, "heavy tails (t2)": heavy, "bursts": bursts, "random walk": drift,
        "AR(1), φ = 0.5": lambda draw: autoregressive(draw, 0.5),
        "AR(1), φ = 0.95": lambda draw: autoregressive(draw, 0.95),
    }  # fmt: skip
    return [Stream(name, "cpu", _around(kind)) for name, kind in kinds.items()]


def hostile() -> list[Stream]:
    """A machine that swings in time with the runs: what may break an order that is only balanced. And one that calms
    down or wakes up all the time: what may break looks that weigh the same pairs anew."""
    swings = [Stream(f"swings every {period} runs", "cpu", _around(_swing(period))) for period in (2, 3, 4, 8)]
    weather = {"calms down": calming, "wakes up": waking}
    return [*swings, *(Stream(name, "cpu", _around(kind)) for name, kind in weather.items())]


def recorded(folder: str = DATA) -> list[Stream]:
    """What power.py recorded: wall and CPU time of each file. A stream begins anywhere and goes on as it was."""
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".csv.xz"):
            slots = _read(os.path.join(folder, name))
            mean_ms = sum(wall for wall, _ in slots) / len(slots)
            for metric, column in (("cpu", 1), ("wall", 0)):
                found.append(Stream(f"{name[:-7]} {metric}", metric, _stretch(slots, column), mean_ms))
    return found


def gaussian(draw: random.Random) -> Iterator[float]:
    """Independent, 2 %."""
    while True:
        yield draw.gauss(0, 0.02)


def heavy(draw: random.Random) -> Iterator[float]:
    """Student's t with two degrees of freedom, 1 %: no variance at all. Bounded at ±90 %, as times are."""
    while True:
        chi = draw.expovariate(0.5)  # χ² with two degrees of freedom
        yield max(-0.9, min(0.9, 0.01 * draw.gauss(0, 1) / (chi / 2) ** 0.5))


def bursts(draw: random.Random) -> Iterator[float]:
    """1 %, and in one run of eight a neighbour that adds 10 to 100 % for five runs on average."""
    left, height = 0, 0.0
    while True:
        if not left and draw.random() < 0.028:
            left, height = 1 + int(draw.expovariate(0.25)), draw.uniform(0.1, 0.7)
        yield draw.gauss(0, 0.01) + (height if left else 0.0)
        left -= left > 0


def drift(draw: random.Random) -> Iterator[float]:
    """A random walk with steps of 0.5 %, and 1 % of noise; after 480 runs it is 11 % away."""
    level = 0.0
    while True:
        level += draw.gauss(0, 0.005)
        yield level + draw.gauss(0, 0.01)


def autoregressive(draw: random.Random, keep: float) -> Iterator[float]:
    """Each run keeps a share of the deviation of the one before; 2 % in all."""
    level = draw.gauss(0, 0.02)
    while True:
        yield level
        level = keep * level + draw.gauss(0, 0.02 * (1 - keep * keep) ** 0.5)


def calming(draw: random.Random) -> Iterator[float]:
    """A neighbour that ends: it adds up to 40 %, less with every run, so that the newest pairs are the calmest."""
    height = 0.4
    while True:
        yield height * draw.random() + draw.gauss(0, 0.003)
        height *= 0.985


def waking(draw: random.Random) -> Iterator[float]:
    """A neighbour that begins: it adds up to 1 %, in the end up to 40 %."""
    height = 0.01
    while True:
        yield height * draw.random() + draw.gauss(0, 0.003)
        height = min(0.4, height * 1.015)


def _swing(period: int) -> Callable[[random.Random], Iterator[float]]:
    def swings(draw: random.Random) -> Iterator[float]:
        place = draw.randrange(period)
        while True:
            yield 0.03 * sin(2 * pi * (place + 0.5) / period) + draw.gauss(0, 0.005)
            place += 1

    return swings


def _around(kind: Callable[[random.Random], Iterator[float]]) -> Callable[[random.Random], Iterator[Slot]]:
    def begin(draw: random.Random) -> Iterator[Slot]:
        for noise in kind(draw):
            value = PROGRAM_MS * exp(noise)
            yield value, value

    return begin


def _stretch(slots: list[tuple[float, float]], column: int) -> Callable[[random.Random], Iterator[Slot]]:
    def begin(draw: random.Random) -> Iterator[Slot]:
        place = draw.randrange(len(slots))
        while True:
            one = slots[place % len(slots)]
            yield one[column], one[0]
            place += 1

    return begin


def _read(path: str) -> list[tuple[float, float]]:
    with lzma.open(path, "rt", encoding="ascii") as file:
        rows = (line.split(",") for line in file.read().splitlines()[1:])
        return [(int(wall) / 1000, int(cpu) / 1000) for wall, cpu in rows]


def by_name(streams: list[Stream]) -> Mapping[str, Stream]:
    """The streams by their names."""
    return {one.name: one for one in streams}
