from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.system.pressure import HEAVY_CPU, WINDOW_S, Mark, Pressure, PressureMeter, heavy, wait_for_quiet

QUIET = Pressure(0.0, 0.0, 0.0, 0.0, 0.3)
BUSY = Pressure(0.85, 0.0, 0.01, 0.0, 3.0)
SHARES = st.one_of(st.none(), st.floats(0, 1))


@dataclass
class Proc:
    """A made-up /proc and its clock."""

    root: Path
    now_s: float = 0.0

    def tell(self, *, cpu_us: int = 0, memory_us: int = 0, io_us: int = 0, avg10: str = "0.00") -> None:
        folder = self.root / "proc" / "pressure"
        folder.mkdir(parents=True, exist_ok=True)
        for name, total in (("cpu", cpu_us), ("memory", memory_us), ("io", io_us)):
            line = (
                f"some avg10={avg10} avg60=1.00 avg300=2.00 total={total}\nfull avg10=9.00 avg60=0 avg300=0 total=9\n"
            )
            (folder / name).write_text(line)

    def ticks(self, user: int, steal: int) -> None:
        (self.root / "proc" / "stat").write_text(f"cpu  {user} 0 0 900 50 0 0 {steal} 0 0\ncpu0 1 2 3\n")

    def meter(self) -> PressureMeter:
        (self.root / "proc" / "loadavg").write_text("1.50 0.7 0.4 3/100 42\n")
        return PressureMeter(root=str(self.root), clock=lambda: self.now_s)


@pytest.fixture
def proc(tmp_path: Path) -> Proc:
    made = Proc(tmp_path)
    made.tell()
    made.ticks(100, 0)
    return made


def test_shares_are_of_the_time_that_passed(proc: Proc) -> None:
    with proc.meter() as meter:
        mark = meter.mark()
        proc.now_s = 2.0
        proc.tell(cpu_us=500_000, memory_us=20_000, io_us=2_000_000)
        proc.ticks(190, 10)
        assert meter.since(mark) == Pressure(0.25, 0.01, 1.0, 0.1, 1.5)


def test_the_last_ten_seconds_are_the_kernels_own_average(proc: Proc) -> None:
    proc.tell(avg10="12.34")
    with proc.meter() as meter:
        assert meter.recent() == Pressure(0.1234, 0.1234, 0.1234, None, 1.5)


def test_a_system_that_tells_nothing_has_a_load(tmp_path: Path) -> None:
    with PressureMeter(root=str(tmp_path)) as meter:
        told = meter.since(meter.mark())
    assert (told.cpu_some, told.mem_some, told.io_some, told.steal) == (None, None, None, None)
    assert told.load >= 0


@pytest.mark.parametrize("text", ["", "nonsense", "cpu 1 2", "cpu a b c d e f g h", "some total="])
def test_nonsense_is_not_an_error(proc: Proc, text: str) -> None:
    for name in ("stat", "pressure/cpu"):
        (proc.root / "proc" / name).write_text(text)
    with proc.meter() as meter:
        told = meter.since(meter.mark())
    assert told.cpu_some is None and told.steal is None


def test_a_closed_meter_tells_nothing(proc: Proc) -> None:
    meter = proc.meter()
    meter.close()
    meter.close()
    assert meter.since(meter.mark()).cpu_some is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_this_machine_tells_and_a_reading_is_cheap() -> None:
    with PressureMeter() as meter:
        mark = meter.mark()
        costs = []
        for _ in range(200):
            begin = perf_counter()
            meter.mark()
            costs.append(perf_counter() - begin)
        told = meter.since(mark)
    assert sorted(costs)[100] < 100e-6
    assert told.load >= 0
    assert told.cpu_some is None or 0 <= told.cpu_some <= 1


@given(SHARES, SHARES, SHARES, SHARES, st.floats(0, 100))
def test_more_pressure_is_never_quieter(
    cpu: float | None, memory: float | None, io: float | None, steal: float | None, load: float
) -> None:
    now = Pressure(cpu, memory, io, steal, load)
    if heavy(now, 4) and cpu is not None:
        assert heavy(replace(now, cpu_some=min(cpu + 0.1, 1.0)), 4)


def test_heavy_names_what_is_worst() -> None:
    assert heavy(QUIET) == ""
    assert heavy(BUSY) == "cpu pressure 85 %"
    assert heavy(replace(BUSY, io_some=0.95)) == "io pressure 95 %"
    assert heavy(replace(QUIET, cpu_some=HEAVY_CPU)) == "cpu pressure 10 %"
    assert heavy(replace(QUIET, steal=0.3)) == "stolen time 30 %"


def test_the_load_counts_only_where_there_is_nothing_better() -> None:
    assert heavy(replace(QUIET, load=99.0)) == ""
    assert heavy(Pressure(None, None, None, None, 9.0), 8) == "load 9.0"
    assert heavy(Pressure(None, None, None, None, 1.4), 1) == ""


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
