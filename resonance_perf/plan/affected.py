"""Which benchmarks a change can affect."""

from __future__ import annotations

from collections.abc import Iterable

from resonance_perf.model.benchmark import Benchmark
from resonance_perf.plan.globs import matches_any


def affected(benchmarks: Iterable[Benchmark], changed: Iterable[str], own: Iterable[str]) -> tuple[Benchmark, ...]:
    """The benchmarks whose `paths` match a changed path; one without `paths` is affected by every change, and one of
    what is deployed by none.

    Paths in `own` (the three files and the config) are notes about performance and affect nothing.
    """
    mine = set(own)
    paths = [path for path in changed if path not in mine and not any(path.startswith(f"{one}/") for one in mine)]
    return tuple(
        one
        for one in benchmarks
        if paths and not one.deployed and (not one.paths or any(matches_any(path, one.paths) for path in paths))
    )
