from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.judge.burn import burn
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.history import Point
from resonance_perf.model.run import Estimate

LIMIT = LimitInForce(key="k", budget=read_value("k", "100ms"), commit="c")


def points(*values: float, note: str = "", unit: str = "ms") -> tuple[Point, ...]:
    return tuple(
        Point(f"r{at}", "c", float(at), Estimate("p95", value, value, value, unit, 9, note), None, "e")
        for at, value in enumerate(values)
    )


def test_the_burn_rate_is_the_share_of_bad_runs_over_the_share_allowed() -> None:
    found = burn(LIMIT, {"a.p95": points(*[50] * 17, 150, 95, 150)}, 0.95)
    assert (found.runs, found.red, found.yellow, found.unjudged, found.last_red) == (20, 2, 1, 0, 19.0)
    assert found.rate == pytest.approx(2.0)
    assert burn(LIMIT, {"a.p95": points(*[50] * 18, 150, 150)}, 0.99).rate == pytest.approx(10.0)


def test_every_metric_that_is_covered_counts() -> None:
    found = burn(LIMIT, {"a.p95": points(50, 50), "b.p95": points(150, 50)}, 0.5)
    assert (found.runs, found.red, found.rate, found.last_red) == (4, 1, 0.5, 0.0)


def test_what_cannot_be_judged_counts_for_nothing() -> None:
    found = burn(LIMIT, {"a.p95": points(150, note="too few"), "a.raw": points(5, unit="B")}, 0.95)
    assert (found.runs, found.unjudged, found.rate, found.last_red) == (0, 2, None, None)


@given(st.lists(st.floats(1, 200), min_size=1), st.floats(0.01, 0.99))
def test_it_burns_faster_the_stricter_the_objective(values: list[float], objective: float) -> None:
    found, stricter = (burn(LIMIT, {"a.p95": points(*values)}, one) for one in (objective, (1 + objective) / 2))
    assert found.rate is not None
    assert stricter.rate == pytest.approx(2 * found.rate)
    assert found.red + found.yellow <= found.runs == len(values)
