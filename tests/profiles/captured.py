"""Captures as a profiler that takes samples would make them, of code whose true rates are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from random import Random

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType

SHOP = "shop/stats.py"


def frame(name: str, file: str = SHOP, *, line: int = 0, package: str = "") -> Frame:
    return Frame(name, file, line, package=package)


def path(text: str) -> tuple[Frame, ...]:
    """`main;handle;json:dumps` → frames; `library:function` is not the repository's own."""
    frames = []
    for part in text.split(";"):
        package, _, name = part.rpartition(":")
        frames.append(frame(name, f"/usr/lib/python3.11/{package}/core.py") if package else frame(name))
    return tuple(frames)


def capture(values: Mapping[str, float], *, work: float = 100.0, period: float = 1.0, unit: str = "ms") -> Capture:
    stacks = tuple(Stack(path(text), (value,)) for text, value in values.items())
    profile = Profile(types=(ValueType("cpu", unit),), stacks=stacks, period=period, tool="py-spy")
    return Capture(profile=profile, work=work)


def sampled(
    rates: Mapping[str, float], random: Random, count: int = 4, *, spread: float = 0.05, work: float = 100.0
) -> list[Capture]:
    """Captures of `work` requests, each of which takes `rates` samples on average; the machine varies by `spread`
    (of the logarithm: 0.7 is a factor of two)."""
    found = []
    for _ in range(count):
        speed = exp(random.gauss(0.0, spread))
        found.append(capture({text: poisson(rate * work * speed, random) for text, rate in rates.items()}, work=work))
    return found


def poisson(mean: float, random: Random) -> int:
    """A count with this mean: how many waits of a steady stream fit into it."""
    count, passed = -1, 0.0
    while passed <= mean:
        passed += random.expovariate(1.0)
        count += 1
    return count


def code(random: Random, functions: int = 15, stacks: int = 25) -> dict[str, float]:
    """Stacks of some code, with how many samples of each a request takes: few are hot, most are rare."""
    texts = {
        ";".join(["main", *(f"f{random.randrange(functions)}" for _ in range(random.randint(1, 5)))]) for _ in range(stacks)
    }  # fmt: skip
    weights = {text: random.paretovariate(1.0) for text in sorted(texts)}
    whole = sum(weights.values())
    return {text: 3.0 * weight / whole for text, weight in weights.items()}


def scaled(captures: Sequence[Capture], factor: float) -> list[Capture]:
    """The same with another unit of value."""
    return [
        Capture(
            profile=Profile(
                types=one.profile.types, period=one.profile.period * factor, tool=one.profile.tool,
                stacks=tuple(Stack(stack.frames, tuple(v * factor for v in stack.values)) for stack in one.profile.stacks),
            ),
            work=one.work,
        )
        for one in captures
    ]  # fmt: skip
