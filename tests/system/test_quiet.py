from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.pressure import Pressure
from resonance_perf.system.pressure import Mark
from resonance_perf.system.quiet import WINDOW_S, wait_for_quiet

QUIET = Pressure(0.0, 0.0, 0.0, 0.0, 0.3)
BUSY = Pressure(0.85, 0.0, 0.01, 0.0, 3.0)


@dataclass
class Machine:
    """Tells one pressure after the other; time passes only while one sleeps."""

    told: Iterator[Pressure]
    now_s: float = 100.0
    slept: list[float] = field(default_factory=list)

    def mark(self) -> Mark:
        return Mark(self.now_s, (0, 0, 0), 0, 0)

    def since(self, mark: Mark) -> Pressure:
        return next(self.told)

    def recent(self) -> Pressure:
        return next(self.told)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def wait(self, limit_s: float, should_stop: Callable[[], bool] = lambda: False) -> str:
        return wait_for_quiet(limit_s, should_stop, self.sleep, lambda: self.now_s, self)


def test_a_quiet_machine_is_not_waited_for() -> None:
    machine = Machine(iter([QUIET]))
    assert machine.wait(30) == ""
    assert machine.slept == []


def test_what_was_our_own_work_costs_one_look() -> None:
    machine = Machine(iter([BUSY, QUIET]))
    assert machine.wait(30) == ""
    assert machine.slept == [WINDOW_S]


def test_what_passes_is_waited_for() -> None:
    machine = Machine(iter([*[BUSY] * 10, QUIET]))
    assert machine.wait(30) == "waited 5 s: cpu pressure 85 %"


def test_what_stays_is_given_up_at_the_limit() -> None:
    machine = Machine(iter([BUSY] * 1000))
    assert machine.wait(30) == "cpu pressure 85 % for 30 s: measured anyway"
    assert sum(machine.slept) == pytest.approx(30, abs=0.1)


def test_a_limit_of_nothing_looks_once() -> None:
    machine = Machine(iter([BUSY] * 3))
    assert machine.wait(0) == "cpu pressure 85 % for 0 s: measured anyway"


def test_a_stop_ends_the_waiting() -> None:
    machine = Machine(iter([BUSY] * 1000))
    assert machine.wait(30, lambda: len(machine.slept) == 3) == ""
    assert len(machine.slept) == 3


@given(st.lists(st.sampled_from([QUIET, BUSY]), min_size=200, max_size=200), st.floats(0, 20))
def test_the_limit_holds(told: list[Pressure], limit_s: float) -> None:
    machine = Machine(iter(told))
    machine.wait(limit_s)
    assert sum(machine.slept) <= limit_s + 0.06
