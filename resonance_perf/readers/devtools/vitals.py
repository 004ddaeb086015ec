"""The web vitals of a visit, with the element or the script behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resonance_perf.model.run import Part
from resonance_perf.readers.devtools import Found, function_of, path_of
from resonance_perf.readers.intervals import once

_RUNS = "processing"
_UNITS = {"lcp": "ms", "inp": "ms", "cls": "", "fcp": "ms", "ttfb": "ms"}


def vitals(seen: Sequence[Mapping[str, Any]]) -> Found:
    """Of every page of the visit the last that it reported of each vital, and of the pages the worst.

    Source: web-vitals reports a vital again whenever it grows, and what it reported last is its value.
    """
    last = {(one["load"], one["name"].lower()): one for one in seen}
    values: dict[str, Mapping[str, Any]] = {}
    for (_, name), one in last.items():
        if name in _UNITS and (name not in values or one["value"] > values[name]["value"]):
            values[name] = one
    pages = {one["page"] for one in seen}
    parts = [part for name, one in values.items() for part in _parts(name, one, of_many=len(pages) > 1)]
    return Found(tuple(once(name, _UNITS[name], one["value"]) for name, one in values.items()), tuple(parts))


def _parts(name: str, one: Mapping[str, Any], *, of_many: bool) -> Iterable[Part]:
    """The phases of a vital are all of it; the longest function has its time taken out of the phase that it ran in."""
    where = (one.get("target") or "") + (f" on {path_of(one['page'])}" if of_many else "")
    of = f"{where.strip()}: " if where else ""
    if "shift" in one:
        yield Part(name, where, one["shift"])
    phases = _waited(one)
    if script := one.get("script"):
        took = min(script["duration"], phases[_RUNS])
        phases[_RUNS] -= took
        function, place = function_of(script["function"] or script["invoker"], script["url"])
        yield Part(name, of + function, took, place)
    for phase, took in phases.items():
        if took:
            yield Part(name, of + phase, took)


def _waited(one: Mapping[str, Any]) -> dict[str, float]:
    """The phases, with what was loaded by name, and what held the paint back apart from the paint."""
    resource = one.get("resource")
    loaded = {"load": f"load of {path_of(resource)}"} if resource else {}
    phases: dict[str, float] = {loaded.get(phase, phase): took for phase, took in one.get("phases", {}).items()}
    last = next(reversed(phases), "")
    if (held := one.get("held")) and (waited := held["until"] - (one["value"] - phases[last])) > 0:
        phases[f"waiting for {path_of(held['url'])}"] = waited
        phases[last] -= waited
    return phases
