"""The web vitals of a visit, with the element or the script behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resonance_perf.model.run import Part
from resonance_perf.readers.devtools import Found, function_of, path_of
from resonance_perf.readers.intervals import once

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
    where = f" on {path_of(one['page'])}" if of_many else ""
    target, resource = one.get("target"), path_of(one.get("resource") or "")
    if target:
        value = one.get("shift", one["value"])
        yield Part(name, f"{target}{f' ({resource})' if resource else ''}{where}", value)
    script = one.get("script")
    if script:
        yield Part(
            name, function_of(script["function"] or script["invoker"], script["url"]) + where, script["duration"]
        )
    for phase, took in one.get("phases", {}).items():
        yield Part(name, f"{phase}{where}", took)
