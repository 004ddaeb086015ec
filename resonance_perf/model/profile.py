"""Where a resource went: stacks of functions with values, in the data model of pprof.

Source: github.com/google/pprof, proto/profile.proto, with locations and functions spelled out as frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Frame:
    """A function on a stack, as the profiler names it.

    `line` is the one that ran, `start` the function's first; both count from 1 and are 0 where they are not known.
    `package` is the library that it belongs to, which only the normal form knows.
    """

    function: str
    file: str = ""
    line: int = 0
    start: int = 0
    package: str = ""


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a value of a profile counts, in pprof's words: `cpu` in `nanoseconds`, `inuse_space` in `bytes`, `samples`
    in `count`."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack, its root first, with one value for each type of its profile. A difference has values below 0.

    `labels` are what the profiler says beside it, such as the thread; two stacks may differ by them alone.
    """

    frames: tuple[Frame, ...]
    values: tuple[float, ...]
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All stacks of one profile. `chosen` is the index of the type that is meant where nobody says which.

    `tool` is who recorded it, `seconds` for how long (0: not known), `period` the distance of samples in the unit of
    the chosen type (0: not sampled, or not known). `note` is a sentence on what limits it.
    """

    types: tuple[ValueType, ...]
    stacks: tuple[Stack, ...]
    chosen: int = 0
    tool: str = ""
    seconds: float = 0.0
    period: float = 0.0
    note: str = ""

    @property
    def total(self) -> float:
        """The sum of the chosen type."""
        return sum(one.values[self.chosen] for one in self.stacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One profile of one side, and how much work was done under it: requests answered, or runs of fixed work.

    Only values divided by `work` are compared: a profile of fixed length cannot show that something takes longer.
    `root` is the folder of the tree that ran, by which the repository's own files are known.
    `overhead` is how much longer the work took under the profiler, as a fraction; `busy` the CPU time of the program
    as a share of the time that it ran. None where nobody looked.
    """

    profile: Profile
    work: float = 1.0
    per: Literal["request", "run"] = "run"
    root: str = ""
    overhead: float | None = None
    busy: float | None = None
