from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest

from resonance_perf.plan.pressure import Pressure
from resonance_perf.system.pressure import PressureMeter


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
