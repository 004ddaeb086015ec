from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.order import interleaved


@given(st.integers(0, 40), st.integers())
def test_every_pair_has_both_sides_and_starts_are_balanced(pairs: int, seed: int) -> None:
    order = list(interleaved(pairs, random.Random(seed)))
    assert len(order) == pairs
    assert all(set(pair) == {"base", "head"} for pair in order)
    starts = sum(pair[0] == "base" for pair in order)
    assert abs(2 * starts - pairs) <= 1


def test_the_order_is_not_always_the_same() -> None:
    assert len({tuple(interleaved(6, random.Random(seed))) for seed in range(20)}) > 1
