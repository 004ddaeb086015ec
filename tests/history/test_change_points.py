from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.history import detect
from resonance_perf.history.values import ChangePoint, Observations

seeds = st.integers(0, 10_000)


class Observation(NamedTuple):
    """A row of `Observations`."""

    value: float
    at: float
    commit: str
    environment: str = ""
    low: float | None = None
    high: float | None = None


def change_points(rows: Sequence[Observation]) -> tuple[ChangePoint, ...]:
    return detect.change_points(Observations(*zip(*rows, strict=True)) if rows else Observations(*[()] * 6))


def noise(seed: int, count: int, width: float = 0.01, carried: float = 0.0) -> list[float]:
    """Factors around 1, of AR(1) noise with this standard deviation."""
    draw, value, found = random.Random(seed), 0.0, []
    for _ in range(count):
        value = carried * value + math.sqrt(1 - carried**2) * draw.gauss(0, 1)
        found.append(1 + width * value)
    return found


def levels(*parts: tuple[float, int], seed: int = 1, width: float = 0.01) -> list[float]:
    """So many values around each level."""
    flat = [level for level, count in parts for _ in range(count)]
    return [level * factor for level, factor in zip(flat, noise(seed, len(flat), width), strict=True)]


def seen(values: Sequence[float], environment: str = "e") -> list[Observation]:
    return [Observation(value, 1000.0 + at, f"c{at}", environment) for at, value in enumerate(values)]


def steps(values: Sequence[float]) -> list[int]:
    return [one.index for one in change_points(seen(values)) if one.kind == "step"]


def only(found: Sequence[ChangePoint]) -> ChangePoint:
    assert len(found) == 1, found
    return found[0]


def test_a_step_has_its_commit_its_levels_and_how_sure_it_is() -> None:
    one = only(change_points(seen(levels((100, 60), (105, 60)))))
    assert (one.kind, one.commit, one.index, one.at) == ("step", "c60", 60, 1060.0)
    assert (one.before, one.after) == (pytest.approx(100, rel=0.005), pytest.approx(105, rel=0.005))
    assert one.low is not None and one.high is not None and one.p is not None
    assert one.low < 1.05 < one.high and one.high - one.low < 0.012 and one.p < 1e-6
    assert one.first_at <= one.at <= one.last_at


def test_a_step_is_seen_at_once_when_it_is_great() -> None:
    assert steps(levels((100, 100), (110, 1))) == [100]


def test_a_single_value_far_out_in_the_middle_is_no_change() -> None:
    values = levels((100, 100))
    values[40] *= 1.3
    values[70] *= 1.2
    assert steps(values) == []


def test_a_value_that_stands_out_at_the_end_is_waited_for_where_such_values_are_usual() -> None:
    values = levels((100, 100))
    for place in (20, 50, 80, 99):
        values[place] *= 1.3
    assert steps(values) == []


def test_dependent_noise_is_no_row_of_steps() -> None:
    false = sum(len(steps([100 * one for one in noise(seed, 200, carried=0.6)])) for seed in range(20))
    assert false <= 2


def test_a_slow_drift_is_a_drift_with_its_dates_and_slope() -> None:
    values = [level * (1 + 0.1 * at / 150) for at, level in enumerate(levels((100, 150)))]
    one = only(change_points(seen(values)))
    assert (one.kind, one.first, one.last) == ("drift", "c0", "c149")
    assert one.ratio == pytest.approx(1.1, rel=0.01) and one.slope == pytest.approx(math.log(1.1) / 150, rel=0.1)


def test_a_step_on_a_drift_is_both() -> None:
    values = [level * (1 + 0.05 * at / 200) for at, level in enumerate(levels((100, 120), (106, 80)))]
    found = {one.kind: one for one in change_points(seen(values))}
    assert found["step"].index == 120 and found["step"].ratio == pytest.approx(1.06, rel=0.01)
    assert found["drift"].ratio == pytest.approx(1.05, rel=0.015)


def test_a_drift_that_begins_and_ends_is_dated() -> None:
    shape = [100.0] * 60 + [100 * (1 + 0.15 * at / 80) for at in range(80)] + [115.0] * 60
    values = [level * factor for level, factor in zip(shape, noise(4, 200), strict=True)]
    one = only(change_points(seen(values)))
    assert one.kind == "drift"
    assert abs(int(one.first[1:]) - 60) <= 12 and abs(int(one.last[1:]) - 140) <= 12


def test_a_creep_of_steps_each_too_small_to_see_is_found() -> None:
    values = levels(*((100 * 1.004**number, 8) for number in range(25)), seed=3)
    one = only(change_points(seen(values)))
    assert one.kind == "drift" and one.ratio == pytest.approx(1.1, rel=0.02)


def test_a_new_environment_is_a_marker_and_no_step() -> None:
    values = seen(levels((100, 40)), "old") + [
        Observation(one.value, one.at + 500, "n" + one.commit, "new") for one in seen(levels((130, 40), seed=2))
    ]
    one = only(change_points(values))
    assert (one.kind, one.commit, one.p) == ("environment", "nc0", None)
    assert one.ratio == pytest.approx(1.3, rel=0.02)


def test_two_machines_in_turn_show_one_step() -> None:
    values = levels((100, 70), (106, 50))
    turns = [
        Observation(value * (1.5 if at % 2 else 1), float(at), f"c{at}", f"e{at % 2}")
        for at, value in enumerate(values)
    ]
    assert [one.kind for one in change_points(turns)] == ["environment", "step"]


def test_measuring_a_commit_again_makes_no_new_value() -> None:
    values = seen(levels((100, 50), (105, 50)))
    again = [Observation(one.value * 1.001, one.at + 9000, one.commit, one.environment) for one in values[:30]]
    assert [one.commit for one in change_points([*values, *again])] == ["c50"]


def test_a_value_with_a_wide_interval_counts_less() -> None:
    wide = dict.fromkeys(range(26, 33), 108.0)
    usual = [
        Observation(v, o.at, o.commit, "e", v * 0.99, v * 1.01) for o in seen(levels((100, 60))) for v in [o.value]
    ]
    sure = [
        Observation(wide[at], one.at, one.commit, "e", 107, 109) if at in wide else one for at, one in enumerate(usual)
    ]
    vague = [
        Observation(wide[at], one.at, one.commit, "e", 20, 400) if at in wide else one for at, one in enumerate(usual)
    ]
    assert len(change_points(sure)) == 2 and change_points(vague) == ()


def test_without_noise_every_change_is_one() -> None:
    found = change_points(seen([1000.0] * 30 + [1010.0] * 20 + [1000.0] + [1010.0] * 20))
    assert [(one.index, one.p) for one in found] == [(30, 0.0), (50, 0.0), (51, 0.0)]


def test_one_value_that_differs_from_all_others_is_no_change() -> None:
    assert change_points(seen([20.0] * 3 + [21.0] + [20.0] * 3)) == ()


def test_a_metric_that_was_zero_has_no_ratio() -> None:
    one = only(change_points(seen([0.0] * 30 + [2.0] * 20)))
    assert (one.index, one.before, one.after, one.ratio) == (30, 0.0, 2.0, None)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [float("nan")] * 20, [5.0] * 50])
def test_too_little_to_say_is_nothing(values: list[float]) -> None:
    assert change_points(seen(values)) == ()


def test_a_long_history_is_searched_like_a_short_one() -> None:
    assert steps(levels((100, 3000), (102, 4000), (99, 3000), width=0.02)) == pytest.approx([3000, 7000], abs=20)


def test_scipy_is_never_loaded() -> None:
    code = (
        "import sys\nfrom resonance_perf.history.detect import change_points\n"
        "from resonance_perf.history.values import Observations\n"
        "assert 'numpy' not in sys.modules\n"
        "change_points(Observations([float(at % 7) for at in range(50)], range(50), range(50), 'e' * 50, *[[None] * 50] * 2))\n"
        "assert 'numpy' in sys.modules and 'scipy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@given(seeds)
@settings(max_examples=40)
def test_false_points_are_rare(seed: int) -> None:
    """One in forty; two in one series of noise is what this property excludes."""
    assert len(steps([100 * one for one in noise(seed, 120)])) <= 2


@given(seeds, st.floats(1e-6, 1e6), st.integers(30, 90))
@settings(max_examples=40)
def test_the_unit_does_not_matter(seed: int, factor: float, at: int) -> None:
    values = levels((100, at), (104, 120 - at), seed=seed)
    one, other = change_points(seen(values)), change_points(seen([value * factor for value in values]))
    assert [(a.kind, a.index) for a in one] == [(b.kind, b.index) for b in other]
    assert all(a.before * factor == pytest.approx(b.before) for a, b in zip(one, other, strict=True))


@given(seeds, st.integers(25, 50), st.integers(70, 95))
@settings(max_examples=40)
def test_backwards_clear_steps_are_where_they_were(seed: int, first: int, second: int) -> None:
    """Not at the newest end, where a change is told sooner, nor for steps that are hard to see."""
    values = levels((100, first), (112, second - first), (100, 120 - second), seed=seed)
    forwards, backwards = steps(values), [120 - place for place in reversed(steps(values[::-1]))]
    for places in (forwards, backwards):
        assert all(any(abs(place - true) <= 1 for place in places) for true in (first, second))


def rise(effect: float, seed: int) -> float | None:
    """The ratio of the step upwards that is found near the 60th of 120 values."""
    found = change_points(seen(levels((100, 60), (100 * (1 + effect), 60), seed=seed)))
    near = [one.ratio for one in found if one.kind == "step" and abs(one.index - 60) <= 10 and one.after > one.before]
    return max(filter(None, near), default=None)


@given(seeds, st.floats(0.002, 0.03), st.floats(0.002, 0.05))
@settings(max_examples=40)
def test_a_larger_step_in_the_same_noise_is_not_lost_and_looks_larger(seed: int, effect: float, more: float) -> None:
    small = rise(effect, seed)
    if small is not None:
        large = rise(effect + more, seed)
        assert large is not None and large > small


@given(seeds)
@settings(max_examples=30)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    values = seen(levels((100, 40), (106, 40), seed=seed))
    mixed = random.Random(seed).sample(values, len(values))
    found, other = change_points(values), change_points(mixed)
    assert [one.commit for one in found] == [one.commit for one in other]
    assert [one.at for one in found] == sorted(one.at for one in found)


@given(st.lists(st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0, 2.0]), max_size=40))
@settings(max_examples=150)
def test_no_values_break_it(values: list[float]) -> None:
    for one in change_points(seen(values)):
        assert one.commit == f"c{one.index}" and one.first_at <= one.at <= one.last_at
        assert math.isfinite(one.before) and math.isfinite(one.after)
        assert one.p is None or 0 <= one.p <= 1
