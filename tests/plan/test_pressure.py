from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.pressure import HEAVY_CPU, Pressure, heavy

QUIET = Pressure(0.0, 0.0, 0.0, 0.0, 0.3)
BUSY = Pressure(0.85, 0.0, 0.01, 0.0, 3.0)
SHARES = st.one_of(st.none(), st.floats(0, 1))


@given(SHARES, SHARES, SHARES, SHARES, st.floats(0, 100))
def test_more_pressure_is_never_quieter(
    cpu: float | None, memory: float | None, io: float | None, steal: float | None, load: float
) -> None:
    now = Pressure(cpu, memory, io, steal, load)
    if heavy(now, 4) and cpu is not None:
        assert heavy(replace(now, cpu_some=min(cpu + 0.1, 1.0)), 4)


def test_heavy_names_what_is_worst() -> None:
    assert heavy(QUIET, 2) == ""
    assert heavy(BUSY, 2) == "cpu pressure 85 %"
    assert heavy(replace(BUSY, io_some=0.95), 2) == "io pressure 95 %"
    assert heavy(replace(QUIET, cpu_some=HEAVY_CPU), 2) == "cpu pressure 10 %"
    assert heavy(replace(QUIET, steal=0.3), 2) == "stolen time 30 %"


def test_the_load_counts_only_where_there_is_nothing_better() -> None:
    assert heavy(replace(QUIET, load=99.0), 2) == ""
    assert heavy(Pressure(None, None, None, None, 9.0), 8) == "load 9.0"
    assert heavy(Pressure(None, None, None, None, 1.4), 1) == ""
