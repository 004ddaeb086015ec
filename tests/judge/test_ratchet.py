from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.judge.ratchet import ROOM, tightened
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.run import Estimate


@pytest.mark.parametrize(
    ("old", "high", "unit", "new"),
    [
        ("100ms", 44.8, "ms", "56ms"), ("2.5s", 400.0, "ms", "500ms"), ("100ms", 0.7, "ms", "880us"),
        ("150kb", 100_123, "B", "130kB"), ("12ms", 2.1, "ms", "2.7ms"), ("100ms", 79, "ms", "None"), ("100ms", 75, "ms", "None"),
        ("100ms", 71, "ms", "89ms"),
    ],
)  # fmt: skip
def test_the_new_limit_is_one_that_a_person_would_write(old: str, high: float, unit: str, new: str) -> None:
    estimate = Estimate("p95", high * 0.95, high * 0.9, high, unit, 100)
    assert str(tightened(parse_quantity(old), estimate, higher_is_better=False)) == new


def test_a_rate_tightens_upwards() -> None:
    estimate = Estimate("throughput", 1000, 980, 1020, "req/s", 8)
    assert str(tightened(parse_quantity("500 req/s"), estimate, higher_is_better=True)) == "780 req/s"


@given(st.floats(0.01, 1e5), st.floats(0.01, 1e5))
def test_it_leaves_room_and_only_ever_tightens(limit: float, high: float) -> None:
    old = parse_quantity(f"{limit}ms")
    new = tightened(old, Estimate("p95", high, high, high, "ms", 9), higher_is_better=False)
    if new is not None:
        assert new.base <= old.base * 0.9 + 1e-9
        assert high / new.base <= ROOM + 1e-6
