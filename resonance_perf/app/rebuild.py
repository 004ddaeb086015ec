"""Put back into the store what `02_memory.md` still tells of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from resonance_perf.app.bisect import TRIGGER
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.log import read_log
from resonance_perf.model.quantity import UNITS, parse_quantity
from resonance_perf.model.record import MemoryRow
from resonance_perf.model.run import Environment, Estimate, Run
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY
from resonance_perf.system.files import read_text

RESTORED = "restored from the log, which holds no interval: measure it again"
"""The note of a stand-in. What has one is judged unsure: neither green nor red."""
_NOWHERE = Environment("", ())
"""The log does not say which machine it was, so that nothing is ever compared with a stand-in."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many runs were put back; how many rows could not be, because their commit or their number is not there."""

    runs: int
    left_out: int


def rebuild(work: Workspace, store: Store) -> Rebuilt:
    """Store a stand-in for every run in the log and its archives that the store does not have.

    Raises:
        ResonanceError: when a file cannot be read.
    """
    groups: dict[tuple[str, str], list[MemoryRow]] = {}
    for row in _rows(work):
        if store.results.run(row.run) is None:
            groups.setdefault((row.run, row.benchmark), []).append(row)
    runs, left_out = 0, 0
    with store.transaction():
        for rows in groups.values():
            run = _stand_in(work, rows)
            if run is None:
                left_out += len(rows)
                continue
            store.results.save("rebuild", [run], [], standing=rows[0].trigger != TRIGGER)
            runs, left_out = runs + 1, left_out + len(rows) - len(run.estimates)
    return Rebuilt(runs, left_out)


def _rows(work: Workspace) -> Iterator[MemoryRow]:
    yield from read_log(work.documents.read(MEMORY) or "", work.documents.path(MEMORY))[0]
    folder = os.path.join(work.repo.root, work.config.state_dir, "memory")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = f"{work.config.state_dir}/memory/{name}"
        if work.documents.holds(path):
            yield from read_log(read_text(os.path.join(folder, name), work.repo.root), path)[0]


def _stand_in(work: Workspace, rows: list[MemoryRow]) -> Run | None:
    first = rows[0]
    commit, at, estimates = work.repo.find(first.commit), _time(first.when), tuple(_estimates(rows))
    if commit is None or at is None or not estimates:
        return None
    return Run(
        id=first.run, benchmark=first.benchmark, commit=commit, side="head", started_at=at, environment=_NOWHERE,
        samples=(), estimates=estimates,
    )  # fmt: skip


def _estimates(rows: Iterable[MemoryRow]) -> Iterator[Estimate]:
    for row in rows:
        try:
            found = parse_quantity(row.after)
        except ValueError:
            continue  # "–", or what somebody wrote there
        base = next(one for one in UNITS.values() if one.dimension == found.unit.dimension and one.factor == 1)
        symbol = found.unit.symbol if found.unit.factor == 1 else base.symbol
        yield Estimate(row.metric, found.base, found.base, found.base, symbol, 0, RESTORED)


def _time(when: str) -> float | None:
    try:
        return datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
