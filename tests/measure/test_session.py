from __future__ import annotations

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.sampling import is_warm
from resonance_perf.measure.session import Session
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.run import Sample


def session(least: int, most: int, *, max_s: float = 60.0, quick: bool = False) -> Session:
    benchmark = Benchmark(
        name="b", driver="command", settings=CommandSettings(command=("work",)), min_samples=least, max_samples=most,
        max_s=max_s,
    )  # fmt: skip
    return Session(
        benchmark=benchmark, driver=DRIVERS["command"], commits={}, quick=quick, false_alarms=0.01, started=0.0,
        turn_s={"head": 1.0, "base": 2.0},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "bounds"),
    [
        (session(8, 1000), (8, 20)),
        (session(8, 12), (8, 12)),
        (session(8, 1000, max_s=3.0), (8, 8)),
        (session(30, 12), (12, 12)),
        (session(8, 1000, quick=True), (8, 8)),
    ],
    ids=["as many as go into the time", "not more than the most", "the least takes its time", "no most", "quick"],
)
def test_the_least_and_the_most_pairs(asked: Session, bounds: tuple[int, int]) -> None:
    assert asked.bounds == bounds


@pytest.mark.parametrize(
    ("cpu", "parallel", "computing"), [(98.0, False, True), (50.0, False, False), (150.0, True, False)]
)
def test_the_first_run_says_whether_a_program_waits_computes_or_uses_several_cores(
    cpu: float, parallel: bool, computing: bool
) -> None:
    asked = session(8, 9)
    asked.learn(Sample(values={"wall": 100.0, "cpu": cpu}))
    assert (asked.parallel, asked.computing) == (parallel, computing)


def test_one_side_is_enough_to_need_all_cores() -> None:
    asked = session(8, 9)
    for cpu in (150.0, 100.0):
        asked.learn(Sample(values={"wall": 100.0, "cpu": cpu}))
    assert asked.parallel and not asked.computing


@pytest.mark.parametrize(
    ("before", "now", "warm"), [(None, 0.1, False), (0.1, 0.09, False), (0.1, 0.1, True), (None, 0.6, True)]
)
def test_a_side_is_warm_when_a_run_is_not_faster_than_the_one_before_or_takes_long(
    before: float | None, now: float, warm: bool
) -> None:
    assert is_warm(before, now) is warm
