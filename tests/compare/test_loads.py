"""Open and closed loads: what is known of a run, and which runs may not be compared."""

from __future__ import annotations

import pytest

from resonance_perf.cli.compare import stored_runs
from resonance_perf.compare.loads import load_of, unlike
from resonance_perf.model.errors import BenchmarkError, UsageError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.run import Environment, Run, Sample

OPEN, CLOSED, UNKNOWN = (
    Run(id=name, benchmark="b", commit=name * 40, side="head", started_at=0.0, environment=Environment("e", ()),
        samples=(), load_model=load)
    for name, load in (("a", "open"), ("c", "closed"), ("u", None))
)  # fmt: skip


def samples(*loads: LoadModel | None) -> list[Sample]:
    return [Sample(values={}, load_model=one) for one in loads]


def test_the_load_is_what_any_sample_tells() -> None:
    assert load_of(samples(None, "open", None)) == "open"
    assert load_of(samples(None)) is None and load_of([]) is None
    with pytest.raises(BenchmarkError, match="some under a closed one"):
        load_of(samples("open", "closed"))


def test_only_loads_that_are_known_and_differ_are_unlike() -> None:
    assert unlike(OPEN, CLOSED) == "aaaaaaaaa was under an open load and ccccccccc under a closed"
    assert not unlike(OPEN, OPEN) and not unlike(OPEN, UNKNOWN) and not unlike(UNKNOWN, CLOSED)


def test_stored_runs_of_two_loads_are_not_compared() -> None:
    with pytest.raises(UsageError, match="was under an open load"):
        stored_runs(None, None, OPEN, CLOSED)  # type: ignore[arg-type]  # neither is looked at
