"""What of a machine decides how fast code runs: readings, the buckets that they fall into, and how two differ."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from math import ceil, floor, log2

Facts = tuple[tuple[str, str], ...]
"""Readings as exact as they were made, by name; one that could not be made is `UNKNOWN`."""

UNKNOWN = "unknown"
TOOL = "tool "
"""How the names of readings begin that tell the version of an interpreter."""
NOT_RECORDED = "not recorded"
_VERSION = re.compile(r"(\d+\.\d+)[\w.+-]*")
_SMALL_STEP_GIB = 0.125

_PROGRAM = re.compile(
    r"python[\d.]*|pypy[\d.]*|node|nodejs|deno|bun|ruby|java|go|php[\d.]*|perl|dotnet|rustc|cargo|gcc|g\+\+|cc|clang"
)


def fingerprint(facts: Facts) -> str:
    """A short hash of the buckets of `facts`, in whatever order they are."""
    return hashlib.sha256(json.dumps(sorted(buckets(facts).items())).encode()).hexdigest()[:12]


def buckets(facts: Facts) -> dict[str, str]:
    """The facts that tell one environment from another, without what changes from day to day."""
    found = ((name, bucket(name, reading)) for name, reading in facts)
    return {name: kept for name, kept in found if kept is not None}


def bucket(name: str, reading: str) -> str | None:
    """The bucket of a reading, which is its own bucket; None when the reading is only there to be looked at."""
    if name.startswith(TOOL):
        return _VERSION.sub(r"\1", reading)
    return _BUCKETS.get(name, _as_it_is)(reading)


def differences(old: Facts, new: Facts) -> tuple[str, ...]:
    """What distinguishes two environments, a sentence each: `cpu: AMD EPYC 7R13 → AMD EPYC 9R14`.

    Facts that only one of the two has come last: an older version of ours may not have looked.
    """
    before, after = buckets(old), buckets(new)
    both = [name for name in after if name in before and before[name] != after[name]]
    one = [name for name in {**after, **before} if (name in before) != (name in after)]
    return tuple(
        f"{name}: {before.get(name, NOT_RECORDED)} → {after.get(name, NOT_RECORDED)}" for name in (*both, *one)
    )


def tools_of(commands: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The programs whose versions decide what these commands measure: the first word of each, and interpreters that
    it starts (`env python3 …`, `sh -c "node …"`). A first word that is a path is the project's own, and left out
    unless it is an interpreter."""
    found: dict[str, None] = {}
    for argv in commands:
        words = tuple(argv)
        if words and "/" not in words[0]:
            found[words[0]] = None
        found |= dict.fromkeys(part for word in words for part in word.split() if is_interpreter(part))
    return tuple(found)


def is_interpreter(word: str) -> bool:
    """True for the name or path of a program that can be asked for its version without doing anything else."""
    return _PROGRAM.fullmatch(word.rpartition("/")[2]) is not None


def _as_it_is(reading: str) -> str:
    return reading


def _for_show(_reading: str) -> None:
    return None


def _release(reading: str) -> str:
    """Major and minor of the first version in the text: a patch release does not begin a new history."""
    return _VERSION.sub(r"\1", reading, count=1)


def _nominal(reading: str) -> str:
    """Memory as it is sold: the kernel sees a little less, and not always the same.

    Rounded up, by steps of 1 GiB below 16 GiB and of at most an eighth above.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?) GiB", reading)
    gib = float(match[1]) if match else 0.0
    if gib <= 0:
        return reading
    step = 2.0 ** max(0, floor(log2(gib)) - 3) if gib >= 1 else _SMALL_STEP_GIB
    return f"{ceil(gib / step - 1e-9) * step:g} GiB"


_BUCKETS: Mapping[str, Callable[[str], str | None]] = {
    "kernel": _release, "os": _release, "client python": _release, "memory": _nominal, "clock": _for_show,
}  # fmt: skip
