"""Wall time as CPU time: what a busy neighbour does to a profile is no change."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.causes import why
from resonance_perf.profiles.cpu import as_cpu, is_about_cpu
from tests.profiles.test_causes import slower, touching

MAIN, WORK = Frame("main", "shop/stats.py"), Frame("total", "shop/stats.py")
SLEEP = Frame("time.sleep", "", package="time")


def waited(work_ms: float, sleep_ms: float, *, contention: float, busy: float | None) -> Capture:
    stacks = (
        Stack((MAIN, WORK), (work_ms * contention,)), Stack((MAIN,), (100.0 * contention,)),
        Stack((MAIN, SLEEP), (sleep_ms,)),
    )  # fmt: skip
    kind = ValueType("wall", "milliseconds")
    return Capture(profile=Profile(types=(kind,), stacks=stacks, period=1.0, tool="pyinstrument"), busy=busy)


def test_waiting_is_left_out_and_the_rest_is_what_the_processor_did() -> None:
    told = as_cpu(waited(300.0, 400.0, contention=2.0, busy=400.0 / 1200.0)).profile
    assert [one.values[0] for one in told.stacks] == pytest.approx([300.0, 100.0])
    assert told.types[0].name == "cpu" and told.period == pytest.approx(0.5)


def test_where_nobody_looked_and_for_many_processors_nothing_is_scaled() -> None:
    alone = waited(300.0, 0.0, contention=1.0, busy=None)
    assert as_cpu(alone) == alone
    assert as_cpu(replace(alone, busy=3.2)).profile.total == alone.profile.total


def test_a_noisy_machine_hides_no_function_from_a_profile_of_cpu_time() -> None:
    random = Random(1)

    def side(work_ms: float) -> list[Capture]:
        found = []
        for _ in range(4):
            slow = random.uniform(1.0, 4.0)
            found.append(
                waited(
                    work_ms * random.gauss(1, 0.01),
                    50.0,
                    contention=slow,
                    busy=(work_ms + 100) / ((work_ms + 100) * slow + 50),
                )
            )
        return found

    base, head = side(200.0), side(300.0)
    (cause,) = why(slower(300.0, 400.0, metric="cpu"), base, head, touching()).causes
    assert cause.name == "shop.stats.total" and cause.share == pytest.approx(1.0, abs=0.1)
    assert why(slower(300.0, 400.0), base, head, touching()).causes == ()


def test_a_time_that_was_decided_by_cpu_time_is_about_it() -> None:
    assert is_about_cpu(slower(metric="cpu")) and is_about_cpu(slower(decided_by="cpu")) and not is_about_cpu(slower())
