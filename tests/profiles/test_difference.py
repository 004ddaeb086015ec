"""What is found in captures of two sides, and what is not."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.profiles.chance import LEAST
from resonance_perf.profiles.difference import difference, whole
from resonance_perf.profiles.rare import holm
from tests.profiles.captured import capture, code, frame, path, sampled, scaled

SEEDS = st.integers(0, 10**9)
TRIALS = 50


@pytest.mark.parametrize("spread", [0.05, 0.7])
def test_equal_code_rarely_holds_a_finding(spread: float) -> None:
    random = Random(6)
    wrong = 0
    for _ in range(TRIALS):
        rates = code(random)
        base, head = (sampled(rates, random, spread=spread) for _ in range(2))
        wrong += bool(difference(base, head).findings)
    assert wrong <= 0.05 * TRIALS + 3


def test_a_function_that_takes_most_is_found_where_captures_differ_by_factors() -> None:
    """As those of a server with a queue before it."""
    random = Random(8)
    found = others = 0
    for _ in range(15):
        rates = code(random)
        slow = {**rates, "main;f1;slow_parse": 12.0}
        told = difference(sampled(rates, random, 3, spread=0.7), sampled(slow, random, 3, spread=0.7))
        one = told.of(frame("slow_parse"))
        assert one is not None
        found += one.own.found and one.own.low > 0
        others += any(other.own.found for other in told.frames if other is not one)
    assert found >= 11 and others <= 2


def test_what_was_added_is_found_with_an_interval_that_holds_it() -> None:
    random = Random(7)
    held = found = 0
    for _ in range(30):
        rates = code(random)
        slow = {**rates, "main;f1;slow_parse": 1.5}
        told = difference(sampled(rates, random, spread=0.03), sampled(slow, random, spread=0.03))
        one = told.of(frame("slow_parse"))
        assert one is not None
        found += one.own.found and told.frames[0] is one
        held += one.own.low <= 1.5 <= one.own.high
        assert told.path == path("main;f1;slow_parse")
    assert found == 30 and held >= 26


def near(one: float, other: float) -> bool:
    return one == pytest.approx(other, rel=1e-9, abs=1e-12)


@settings(max_examples=15)
@given(SEEDS)
def test_the_other_way_round_every_sign_is_the_other(seed: int) -> None:
    random = Random(seed)
    base, head = sampled(code(random), random, 3), sampled(code(random), random, 4)
    there, back = difference(base, head), difference(head, base)
    for one in there.frames:
        other = back.of(one.frame)
        assert other is not None
        for mine, its in ((one.own, other.own), (one.total, other.total)):
            assert near(mine.size, -its.size) and near(mine.low, -its.high) and mine.found == its.found


@settings(max_examples=15)
@given(SEEDS, st.floats(1e-6, 1e9))
def test_the_unit_does_not_matter(seed: int, factor: float) -> None:
    random = Random(seed)
    base, head = sampled(code(random), random, 3), sampled(code(random), random, 3)
    plain, other = difference(base, head), difference(scaled(base, factor), scaled(head, factor))
    for one in plain.frames:
        same = other.of(one.frame)
        assert same is not None and one.own.found == same.own.found
        assert one.own.size == pytest.approx(same.own.size / factor, rel=1e-9, abs=1e-12)
        assert one.total.p == pytest.approx(same.total.p, abs=1e-9)


@settings(max_examples=15)
@given(SEEDS)
def test_more_work_under_the_profiler_is_no_change(seed: int) -> None:
    random = Random(seed)
    rates = {"main;f": 2.0, "main;g": 1.0}
    told = difference(sampled(rates, random, spread=0, work=50), sampled(rates, random, spread=0, work=200))
    assert abs(told.total.size) < 0.8


def test_what_came_and_what_went_are_frames_of_one_side() -> None:
    told = difference([capture({"main;old": 300.0})] * 3, [capture({"main;new": 300.0})] * 3)
    new, old = told.of(frame("new")), told.of(frame("old"))
    assert new is not None and old is not None and new.own.before == 0 == old.own.after
    assert new.own.found and old.own.found and not told.total.found


def test_two_captures_of_a_side_decide_nothing() -> None:
    few = difference([capture({"main": 10.0})] * (LEAST - 1), [capture({"main": 900.0})] * (LEAST - 1))
    assert not few.findings and few.total.size == pytest.approx(8.9)


def test_a_capture_that_saw_a_part_only_is_left_out_where_enough_remain() -> None:
    full, part = capture({"main": 100.0}), capture({"main": 40.0})
    assert whole([full, part, full, full]) == (full, full, full)
    assert whole([full, part, full]) == (full, part, full)
    double = capture({"main": 210.0})
    assert whole([full, part, full, double]) == (full, part, full, double)


def test_a_side_that_varies_more_makes_the_other_no_less_sure() -> None:
    """Of the captures of a real server on a busy machine: the base hardly did anything."""
    base = [capture({"main;handle": one}) for one in (41.0, 10.0, 104.0)]
    head = [capture({"main;handle": one}) for one in (817.0, 628.0, 747.0)]
    found = difference(base, head).of(frame("handle"))
    assert found is not None and found.own.found and found.own.low > 0


def test_what_is_too_small_to_matter_is_not_asked_about() -> None:
    base, head = [capture({"main;f": 10.0, "main;g": 300.0})] * 3, [capture({"main;f": 60.0, "main;g": 900.0})] * 3
    for least, found in ((0.0, {"main", "f", "g"}), (1.0, {"main", "g"})):
        assert {one.frame.function for one in difference(base, head, least=least).findings} == found


def test_a_function_that_calls_itself_again_counts_once() -> None:
    told = difference([capture({"main;a;b;a": 100.0})] * 3, [capture({"main;a;b;a": 300.0})] * 3)
    one = told.of(frame("a"))
    assert one is not None and one.total.after == pytest.approx(3.0)


def test_exact_counts_that_agree_leave_no_doubt() -> None:
    calls = [capture({"main;f": 7.0, "main": 1.0}, work=1, period=0, unit="count") for _ in range(3)]
    more = [capture({"main;f": 8.0, "main": 1.0}, work=1, period=0, unit="count") for _ in range(3)]
    one = difference(calls, more).of(frame("f"))
    assert one is not None and one.own.found and (one.own.low, one.own.high) == (1.0, 1.0)
    assert not difference(calls, calls).findings


def test_the_path_ends_where_what_was_added_parts() -> None:
    before = {"main;handle;a": 100.0, "main;handle;b": 100.0, "main;handle;c": 100.0}
    told = difference([capture(before)] * 3, [capture(dict.fromkeys(before, 300.0))] * 3)
    assert told.path == path("main;handle")
    assert difference([capture(before)] * 3, [capture(before)] * 3).path == ()


def test_holms_chances_are_those_of_the_book() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
