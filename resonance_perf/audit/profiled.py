"""A profile → the shares of it that an audit asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from resonance_perf.model.profile import Capture, Frame
from resonance_perf.model.profiling import Runtime
from resonance_perf.model.run import Part

LEAST = 30
"""Samples. What is in none of so many has less than a tenth of the whole, with 95 % (Hanley, JAMA 249, 1983)."""
Told = tuple[dict[str, float], tuple[Part, ...]]
_JSON = re.compile(
    r"json/encoder\.py$|/(?:orjson|ujson|simplejson|msgspec|rapidjson)\b|^(?:json\.)?dumps?$|^stringify$|^JSON\.stringify$"
    r"|^encoding/json\.|com\.fasterxml\.jackson|^serde_json::",
)
_COLLECTS = re.compile(r"^\(garbage collector\)$|^runtime\.gc|^GC_|^gc_collect")
_POOL = re.compile(r"pool|^(?:getconn|get_connection|checkout)$", re.IGNORECASE)
_UNSEEN: Mapping[Runtime, Sequence[str]] = {"python": ("gc_share",), "node": ("json_share",)}
"""Runtime -> what its profilers do not see: functions of Python are none of its collector, and V8 takes its own for a
part of their callers."""
_LOCKS = re.compile(r"(?:threading|queue|_sync|locks)\.py$")
_NOWHERE = re.compile(r"^\([a-z ]+\)$")
"""What V8 calls that which is none of a program's functions: (garbage collector), (program)."""
_LIBRARY = re.compile(r"/(?:site-packages|dist-packages|node_modules|lib/python[\d.]+)/|^<|^$|^node:")


def of_cpu(capture: Capture, runtime: Runtime) -> Told:
    """Where a program computes: the shares of encoding and of collecting garbage, in percent."""
    found, parts = _shares(capture, {"json_share": _encodes, "gc_share": _collects})
    return {name: share for name, share in found.items() if name not in _UNSEEN.get(runtime, ())}, parts


def of_wall(capture: Capture) -> Told:
    """Where requests are, computing or waiting: the share that waits for a connection, in percent."""
    return _shares(capture, {"pool_wait_share": _waits_for_pool})


def of_lag(capture: Capture) -> Told:
    """The share of the time in which an event loop was late, in percent, by the functions that held it."""
    profile = capture.profile
    if not profile.seconds:
        return {}, ()
    by = defaultdict[Frame, float](float)
    for stack in profile.stacks:
        by[_own(stack.frames)] += stack.values[profile.chosen] / (1e7 * profile.seconds)
    return {"loop_held_share": sum(by.values())}, _parts("loop_held_share", by, capture.root)


def of_memory(capture: Capture) -> Told:
    """The bytes that each request, or run, allocates."""
    types = [one.name for one in capture.profile.types]
    if "alloc_space" not in types:
        return {}, ()
    at, by = types.index("alloc_space"), defaultdict[Frame, float](float)
    for stack in capture.profile.stacks:
        by[_own(stack.frames)] += stack.values[at] / capture.work
    return {"allocated_per_request": sum(by.values())}, _parts("allocated_per_request", by, capture.root)


def _shares(capture: Capture, kinds: Mapping[str, Callable[[Sequence[Frame]], bool]]) -> Told:
    """Nothing where there are too few samples for a share."""
    profile = capture.profile
    if profile.total <= 0 or profile.total < LEAST * profile.period:
        return {}, ()
    found = {metric: defaultdict[Frame, float](float) for metric in kinds}
    for stack in profile.stacks:
        for metric, of in kinds.items():
            if of(stack.frames):
                found[metric][_own(stack.frames)] += 100 * stack.values[profile.chosen] / profile.total
    parts = [part for metric, by in found.items() for part in _parts(metric, by, capture.root)]
    return {metric: sum(by.values()) for metric, by in found.items()}, tuple(parts)


def _encodes(frames: Sequence[Frame]) -> bool:
    return any(_JSON.search(one.function) or _JSON.search(one.file) for one in frames)


def _collects(frames: Sequence[Frame]) -> bool:
    return any(_COLLECTS.search(one.function) for one in frames)


def _waits_for_pool(frames: Sequence[Frame]) -> bool:
    """The innermost function that is no lock of the library belongs to a pool: it does nothing itself but wait."""
    inner = next((one for one in reversed(frames) if not _LOCKS.search(one.file)), None)
    if inner is None:
        return False
    return bool(_POOL.search(inner.function) or _POOL.search("/".join(inner.file.rsplit("/", 2)[-2:])))


def _own(frames: Sequence[Frame]) -> Frame:
    """The innermost function that is no library's."""
    return next((one for one in reversed(frames) if not _LIBRARY.search(one.file)), frames[-1])


def _parts(metric: str, by: Mapping[Frame, float], root: str) -> tuple[Part, ...]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for frame, value in by.items():
        if not frame.file and _NOWHERE.match(frame.function):
            continue
        file = frame.file.removeprefix(root).lstrip("/") if root else frame.file
        line = frame.start or frame.line  # V8 knows none of a module's own code
        sums[frame.function, f"{file}:{line}" if line and file else file] += value
    ordered = sorted(sums.items(), key=lambda one: -one[1])
    return tuple(Part(metric, name, value, place) for (name, place), value in ordered[:10])
