"""Under which load numbers were taken: those of an open one and of a closed one say different things.

A closed load waits for an answer before it sends again, so that a stall hides behind requests that were never sent. See
Schroeder, Wierman & Harchol-Balter, Open versus closed: a cautionary tale, NSDI 2006.
"""

from __future__ import annotations

from collections.abc import Iterable

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel, loads_differ
from resonance_perf.model.run import Run, Sample


def load_of(samples: Iterable[Sample]) -> LoadModel | None:
    """The load of all samples, None where none of them tells.

    Raises:
        BenchmarkError: when they differ.
    """
    told = sorted({one.load_model for one in samples if one.load_model})
    if len(told) > 1:
        raise BenchmarkError("some samples were taken under an open load and some under a closed one")
    return told[0] if told else None


def unlike(base: Run, head: Run) -> str:
    """Why two runs cannot be compared; nothing when they can, or when a load is not known."""
    if not loads_differ(base.load_model, head.load_model):
        return ""
    return f"{base.commit[:9]} was under {_named(base)} load and {head.commit[:9]} under {_named(head)}"


def _named(run: Run) -> str:
    return "an open" if run.load_model == "open" else "a closed"
