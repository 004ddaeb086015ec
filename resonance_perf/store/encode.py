"""Runs and comparisons as JSON, and back."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from math import inf
from typing import Any

from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.counted import from_json, to_json
from resonance_perf.model.run import SIDES, Environment, Estimate, Part, Run, Sample


def samples_to_blob(samples: tuple[Sample, ...]) -> bytes:
    """Every raw number of a run, compressed."""
    rows = [
        {"values": dict(s.values), "raw": {key: to_json(values) for key, values in s.raw.items()},
         "parts": [_part(one) for one in s.parts], "at": s.at, "seconds": s.seconds}
        for s in samples
    ]  # fmt: skip
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def samples_from_blob(blob: bytes) -> tuple[Sample, ...]:
    """The samples that `samples_to_blob` wrote, also before there were parts."""
    return tuple(
        Sample(
            values=row["values"],
            raw={key: from_json(values) for key, values in row["raw"].items()},
            parts=tuple(Part(*part) for part in row.get("parts", ())),
            at=row["at"],
            seconds=row["seconds"],
        )
        for row in json.loads(zlib.decompress(blob))
    )


def estimates_to_text(estimates: tuple[Estimate, ...]) -> str:
    """Estimates as a JSON list."""
    return json.dumps([[e.metric, e.value, e.low, e.high, e.unit, e.n, e.note] for e in estimates])


def estimates_from_text(text: str) -> tuple[Estimate, ...]:
    """The estimates that `estimates_to_text` wrote."""
    return tuple(Estimate(*row) for row in json.loads(text))


def comparison_to_text(comparison: Comparison) -> str:
    """A comparison as a JSON object; an interval without an upper end has the `high` null."""
    body = asdict(comparison)
    return json.dumps(body | {"high": None} if comparison.high == inf else body, allow_nan=False)


def comparison_from_text(text: str) -> Comparison:
    """The comparison that `comparison_to_text` wrote, also before it wrote null: then it was `Infinity`, no JSON."""
    return comparison_from(json.loads(text))


def comparison_from(body: dict[str, Any]) -> Comparison:
    """The comparison that is the JSON object `body`."""
    parts = tuple(PartChange(**one) for one in body.get("parts", ()))
    return Comparison(**body | {"parts": parts, "high": inf if body["high"] is None else body["high"]})


def run_from_row(row: tuple[object, ...], facts: str) -> Run:
    """A run from its columns (id, benchmark, commit, side, started_at, environment, load_model, quick, problems,
    content, estimates, samples)."""
    (id_, benchmark, commit, side, started_at, environment, load_model, quick, problems, content, estimates,
     samples) = row  # fmt: skip
    return Run(
        id=str(id_), benchmark=str(benchmark), commit=str(commit), side=next(one for one in SIDES if one == side),
        started_at=float(str(started_at)),
        environment=Environment(str(environment), tuple((name, value) for name, value in json.loads(facts))),
        samples=samples_from_blob(samples) if isinstance(samples, bytes) else (),
        estimates=estimates_from_text(str(estimates)),
        load_model="open" if load_model == "open" else "closed" if load_model == "closed" else None, quick=bool(quick),
        problems=json.loads(str(problems)), content=str(content),
    )  # fmt: skip


def _part(one: Part) -> list[str | float]:
    return [one.metric, one.name, one.value, *([one.place] if one.place else [])]
