from __future__ import annotations

import random

from resonance_perf.drivers.steady import steady_from


def test_a_slow_start_is_cut() -> None:
    draw = random.Random(1)
    cold = [50.0 * 0.9**n for n in range(30)]
    found = steady_from([5 + draw.random() + (cold[n] if n < 30 else 0) for n in range(200)])
    assert 15 <= found <= 60


def test_a_steady_series_is_kept_whole() -> None:
    for seed in range(50):
        draw = random.Random(seed)
        assert steady_from([5 + draw.random() for _ in range(200)]) == 0


def test_a_stall_in_the_middle_is_no_warm_up() -> None:
    assert steady_from([5.0] * 100 + [500.0] * 20 + [5.0] * 80) == 0


def test_a_few_values_say_nothing() -> None:
    assert steady_from([9.0, 1.0, 1.0]) == 0
