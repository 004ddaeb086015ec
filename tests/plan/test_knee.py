from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.knee import CLOSE, is_borne, knee, next_rate


@given(truth=st.floats(1, 5000), first=st.floats(2, 500))
def test_the_knee_is_found_closely(truth: float, first: float) -> None:
    tried: dict[float, bool] = {}
    while (rate := next_rate(tried, first, 10_000)) is not None:
        assert rate not in tried
        tried[rate] = rate <= truth
    found = knee(tried)
    assert len(tried) <= 24
    if truth >= first / 8:
        assert found is not None and found <= truth <= found * CLOSE + 1e-9
    else:
        assert found is None or found <= truth


def test_a_search_ends_where_everything_is_borne() -> None:
    assert next_rate({100.0: True, 200.0: True, 250.0: True}, 100, 250) is None
    assert knee({100.0: False, 200.0: True}) is None


@pytest.mark.parametrize(("slow", "unanswered", "borne"), [(1, 0, True), (2, 0, False), (0, 1, True), (1, 1, False)])
def test_a_rate_is_borne_when_the_p99_of_all_that_was_sent_is_within_the_limit(
    slow: int, unanswered: int, borne: bool
) -> None:
    latencies = [5.0] * (100 - slow - unanswered) + [50.0] * slow
    assert is_borne(latencies, 100, 10) is borne
