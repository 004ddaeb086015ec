"""Candidates and their witnesses as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import asdict

from resonance_perf.model.candidate import Candidate, Witness
from resonance_perf.model.record import MemoryRow
from resonance_perf.model.run import Estimate
from resonance_perf.store.encode import comparison_from


def candidate_to_text(candidate: Candidate) -> str:
    """A candidate as a JSON object."""
    return json.dumps(asdict(candidate))


def candidate_from_text(text: str) -> Candidate:
    """The candidate that `candidate_to_text` wrote."""
    body = json.loads(text)
    change, estimate = comparison_from(body.pop("change")), Estimate(**body.pop("estimate"))
    rows = tuple(MemoryRow(**row) for row in body.pop("rows"))
    return Candidate(**body, change=change, estimate=estimate, rows=rows)


def witness_to_text(witness: Witness) -> str:
    """A witness as a JSON object."""
    return json.dumps(asdict(witness))


def witness_from_text(text: str) -> Witness:
    """The witness that `witness_to_text` wrote."""
    body = json.loads(text)
    return Witness(**{**body, "estimate": Estimate(**body["estimate"])})
