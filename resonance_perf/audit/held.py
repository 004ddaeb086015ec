"""What `profilers/inside/held.py` saw in a Python program → evidence, and the statements to be explained."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profiling import Wrapping
from resonance_perf.model.run import Part
from resonance_perf.model.text import shortened
from resonance_perf.profilers import python_inside
from resonance_perf.readers import sqlite_plan

_READS = ("select", "with")
_MOST = 20
_CONDITION = re.compile(r"\b(?:where|join|order\s+by)\b", re.IGNORECASE)
_SHARE = 0.1
_LITERAL = re.compile(r"'(?:[^'…]|'')*(?:'|…|$)|\b\d+(?:\.\d+)?\b")
"""The values of a statement, whole or cut off: data of the project, which belong on no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Metrics and parts; and by database, each as the program named it, the statements that were executed most."""

    values: Mapping[str, float]
    parts: tuple[Part, ...]
    asked: Mapping[str, tuple[str, ...]]


def wrap(argv: Argv, *, serves: bool) -> Wrapping:
    """How the program is started so that it tells.

    Raises:
        ValueError: when it is no Python program; the rest of a sentence that begins with the benchmark.
    """
    return python_inside.wrap(argv, "the audit", "held.py", serves=serves)


def read(files: Mapping[str, bytes], requests: float, *, serves: bool) -> Held | None:
    """All processes together, per request or run; None when none has told anything.

    Of the event loop of a program that does not serve, only what it sleeps in is told: nobody else waits for it.
    """
    seen = [json.loads(data) for name, data in sorted(files.items()) if name.endswith(".json")]
    if not seen:
        return None
    values: dict[str, float] = {"gc_pause_time": 1000 * max(one["pause_s"] for one in seen)}
    parts: list[Part] = []
    databases = sorted({name for one in seen for name in one["databases"]})
    if databases:
        found = _statements(seen)
        values["statements_per_request"] = sum(found.values()) / requests
        parts += [
            Part("statements_per_request", shortened(text), count / requests, place)
            for (text, place), count in found.most_common()
        ]
    loops = [one for one in seen if one["loop"]]
    if loops:
        seconds, held = sum(one["seconds"] for one in loops), _held(loops)
        values["sync_wait_share"] = sum(100 * waited / seconds for *_, (_, waited) in held)
        parts += [Part("sync_wait_share", name, 100 * waited / seconds, place) for name, place, (_, waited) in held]
        if serves:
            values["loop_block_time"] = 1000 * max(one["longest_s"] for one in loops)
            values["loop_held_share"] = sum(100 * took / seconds for *_, (took, _) in held)
            for name, place, (took, _) in held:
                parts.append(Part("loop_block_time", name, 1000 * took, place))
                parts.append(Part("loop_held_share", name, 100 * took / seconds, place))
    return Held(values=values, parts=tuple(parts), asked=_asked(seen, databases))


def scans(explained: Mapping[str, Any]) -> tuple[dict[str, float], tuple[Part, ...]]:
    """Of what `driver: sql` says of statements on SQLite, the scans that an index would spare.

    One that answers with a tenth of the table or more is best read from end to end, and without a condition there is
    nothing to look up.
    """
    found = [
        part
        for one in explained["statements"]
        if _CONDITION.search(one["text"])
        and one["rows"] < _SHARE * max((rows for _, rows in one["tables"].values()), default=0)
        for part in sqlite_plan.parts({**one, "text": without_values(one["text"])})
        if part.metric == "seq_scans"
    ]
    return {"seq_scans": float(len(found))}, tuple(found)


def without_values(told: str) -> str:
    """What is said of a statement, without the values that it holds."""
    return _LITERAL.sub("?", told)


def _statements(seen: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """(statement without its values, place) → how often it was executed."""
    found: Counter[tuple[str, str]] = Counter()
    for one in seen:
        for shape, _, _, file, line, count in one["statements"]:
            if _is_query(shape):
                found[shape, f"{file}:{line}"] += count
    return found


def _held(loops: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, tuple[float, float]]]:
    """(function, place, (seconds that it held the loop, those of them asleep))."""
    return [
        (function, f"{file}:{line}" if file else "", (took, waited))
        for one in loops
        for function, file, line, took, waited in one["held"]
    ]  # fmt: skip


def _asked(seen: Iterable[Mapping[str, Any]], databases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By file; with several of them nobody knows which one was asked."""
    paths = {_path(one) for one in databases}
    if len(paths) != 1 or "" in paths:
        return {}
    often = Counter({one[1]: one[-1] for of in seen for one in of["statements"] if _is_query(one[0])})
    return {paths.pop(): tuple(text for text, _ in often.most_common(_MOST))}


def _path(database: str) -> str:
    """The file of a database as SQLite opens it, a path or a URI; nothing for one in memory."""
    parts = urlsplit(database)
    path = unquote(parts.path) if parts.scheme == "file" else database
    return "" if path == ":memory:" or "mode=memory" in parts.query else path


def _is_query(text: str) -> bool:
    return text.lstrip(" (\n\t").lower().startswith(_READS)
