"""When requests are due."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.arrivals import arrivals, how_many, stages

RATES = st.floats(1, 2000)


@given(rate=RATES, seconds=st.floats(0.01, 5))
def test_a_constant_rate_is_even(rate: float, seconds: float) -> None:
    due = list(arrivals(stages("constant", rate, 0, seconds)))
    assert len(due) == pytest.approx(rate * seconds, abs=1)
    assert due == pytest.approx([number / rate for number in range(len(due))])


@given(shape=st.sampled_from(["constant", "ramp", "spike"]), rate=RATES, peak=RATES, seconds=st.floats(0.1, 5))
def test_requests_come_in_order_and_within_the_time(shape: str, rate: float, peak: float, seconds: float) -> None:
    course = stages(shape, rate, peak, seconds)
    due = list(arrivals(course))
    assert all(one <= other + 1e-9 for one, other in pairwise(due))
    assert len(due) == how_many(course)
    assert due[0] >= 0 and due[-1] <= seconds + 1e-6
    assert len(due) == pytest.approx(sum((a + b) / 2 * time for a, b, time in course), abs=1)


def test_a_ramp_has_a_quarter_of_its_requests_in_the_first_half() -> None:
    due = list(arrivals(stages("ramp", 1e-9, 200, 10)))
    assert len(due) == 1000 and sum(one < 5 for one in due) == pytest.approx(250, abs=1)


def test_a_spike_is_the_middle_fifth() -> None:
    due = list(arrivals(stages("spike", 10, 1000, 10)))
    assert sum(4 <= one < 6 for one in due) == pytest.approx(2000, abs=2) and sum(one < 4 for one in due) == 40
