from __future__ import annotations

import random
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.order import in_turn


@given(st.integers(0, 40), st.integers())
def test_every_turn_has_every_side(turns: int, seed: int) -> None:
    order = list(islice(in_turn(("base", "head", "anchor"), random.Random(seed)), turns))
    assert len(order) == turns
    assert all(set(turn) == {"base", "head", "anchor"} for turn in order)


def test_each_turn_has_its_own_coin() -> None:
    starts = [turn[0] == "base" for turn in islice(in_turn(("base", "head"), random.Random(1)), 4000)]
    assert abs(sum(starts) - 2000) < 130
    assert abs(sum(one == other for one, other in pairwise(starts)) - 2000) < 130
