from __future__ import annotations

import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.order import in_turn


@given(st.integers(0, 40), st.integers())
def test_every_turn_has_both_sides_and_starts_are_balanced(turns: int, seed: int) -> None:
    order = list(islice(in_turn(("base", "head"), random.Random(seed)), turns))
    assert all(set(turn) == {"base", "head"} for turn in order)
    starts = sum(turn[0] == "base" for turn in order)
    assert abs(2 * starts - turns) <= 1


def test_three_sides_all_have_their_turn() -> None:
    order = list(islice(in_turn(("base", "head", "anchor"), random.Random(1)), 30))
    assert {turn[0] for turn in order} == {"base", "head", "anchor"}
    assert all(len(set(turn)) == 3 for turn in order)


def test_the_order_is_not_always_the_same() -> None:
    assert len({tuple(islice(in_turn(("base", "head"), random.Random(seed)), 6)) for seed in range(20)}) > 1
