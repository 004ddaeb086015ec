"""Why metrics changed, as one JSON document, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from resonance_perf.model.cause import Cause, Why
from resonance_perf.report.document import VERSION

_KEYS = frozenset(one.name for one in fields(Cause))


def why_document(whys: Iterable[Why]) -> dict[str, object]:
    """Shares are fractions of the metric's change, values in each cause's own unit per unit of work."""
    return {"version": VERSION, "whys": [asdict(one) for one in whys]}


def whys_from_text(text: str) -> tuple[Why, ...]:
    """What `why_document` said, also in a newer version that says more."""
    return tuple(_why(one) for one in json.loads(text)["whys"])


def _why(body: dict[str, Any]) -> Why:
    causes = tuple(Cause(**{key: value for key, value in one.items() if key in _KEYS}) for one in body["causes"])
    return Why(
        metric=body["metric"], causes=causes, explained=body["explained"], basis=body["basis"],
        notes=tuple(body["notes"]),
    )  # fmt: skip
