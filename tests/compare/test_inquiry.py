from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from math import exp, inf

import pytest

from resonance_perf.compare.estimate import estimate_run
from resonance_perf.compare.inquiry import Inquiry
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Environment, Measure, Run, Sample

TIME = Measure("ms")


def as_run(samples: list[Sample], id_: str, measures: dict[str, Measure]) -> Run:
    return Run(
        id=id_, benchmark="b", commit="c", side="head", started_at=0.0, environment=Environment("e", ()),
        samples=tuple(samples), estimates=estimate_run(measures, samples),
    )  # fmt: skip


def ask(
    base: Callable[[], dict[str, float]], head: Callable[[], dict[str, float]], *, margin: float = 0.01,
    named: tuple[str, ...] = ("wall",), most: int = 300, measures: dict[str, Measure] | None = None, false: float = 0.01,
) -> dict[str, Comparison]:  # fmt: skip
    measures = measures or {"wall": TIME}
    inquiry = Inquiry(measures, dict.fromkeys(measures, margin), named, least=8, most=most, false_alarms=false)
    one: list[Sample] = []
    other: list[Sample] = []
    while inquiry.wanted is not None:
        while len(one) < inquiry.wanted:
            one.append(Sample(values=base()))
            other.append(Sample(values=head()))
        inquiry.look(one, other)
    runs = as_run(one, "1", measures), as_run(other, "2", measures)
    return {found.metric: found for found in inquiry.comparisons(*runs, seconds=len(one) * 0.02)}


def noise(draw: random.Random, level: float = 10.0, spread: float = 0.01) -> Callable[[], dict[str, float]]:
    return lambda: {"wall": level * exp(draw.gauss(0, spread))}


def test_four_verdicts() -> None:
    draw = random.Random(1)
    assert ask(noise(draw), noise(draw, 10.5))["wall"].verdict == "slower"
    assert ask(noise(draw), noise(draw, 9.5))["wall"].verdict == "faster"
    assert ask(noise(draw), noise(draw))["wall"].verdict == "same"
    unsure = ask(noise(draw, 10, 0.3), noise(draw, 10.5, 0.3), most=20)["wall"]
    assert unsure.verdict == "unsure"
    assert unsure.more_s is not None and unsure.more_s > 0


def test_a_large_change_is_found_with_few_pairs_and_a_small_one_with_more() -> None:
    draw = random.Random(2)
    large, small = ask(noise(draw), noise(draw, 12))["wall"], ask(noise(draw), noise(draw, 10.1))["wall"]
    assert (large.verdict, small.verdict) == ("slower", "slower")
    assert large.pairs < 20 < small.pairs
    assert large.confirmed and small.confirmed


@pytest.mark.parametrize("most", [6, 7, 8])
def test_however_few_pairs_are_wanted_what_they_suspect_can_be_proven(most: int) -> None:
    draw = random.Random(2)
    found = ask(noise(draw), noise(draw, 20), most=most)["wall"]
    assert found.verdict == "slower" and found.confirmed


def test_a_suspicion_that_fresh_pairs_do_not_bear_out_is_no_change() -> None:
    draw = random.Random(3)
    bad = iter([11.0] * 8)
    found = ask(
        lambda: {"wall": 10 * exp(draw.gauss(0, 0.01))}, lambda: {"wall": next(bad, 10) * exp(draw.gauss(0, 0.01))}
    )
    assert found["wall"].verdict == "same"


def test_what_never_stays_put_is_unsure_with_the_reason() -> None:
    draw = random.Random(3)
    turn = iter([11.0] * 8 + [9.0] * 5)
    found = ask(noise(draw, 10, 0.001), lambda: {"wall": next(turn, 10.0)}, most=8)["wall"]
    assert found.verdict == "unsure"


def test_a_second_metric_that_looks_changed_keeps_it_going_and_one_that_does_not_does_not() -> None:
    draw = random.Random(4)
    measures = {"wall": TIME, "cpu": TIME}

    def side(cpu: float) -> Callable[[], dict[str, float]]:
        return lambda: {"wall": 10 * exp(draw.gauss(0, 0.001)), "cpu": cpu * exp(draw.gauss(0, 0.1))}

    calm = ask(side(10), side(10), named=("wall", "cpu"), measures=measures)
    moved = ask(side(10), side(11.5), named=("wall", "cpu"), measures=measures)
    assert moved["cpu"].verdict == "slower"
    assert moved["cpu"].pairs > calm["cpu"].pairs


def test_a_change_that_nobody_asked_about_is_not_claimed() -> None:
    draw = random.Random(4)
    measures = {"wall": TIME, "user": TIME}

    def side(user: float) -> Callable[[], dict[str, float]]:
        return lambda: {"wall": 10 * exp(draw.gauss(0, 0.001)), "user": user * exp(draw.gauss(0, 0.01))}

    found = ask(side(10), side(12), measures=measures)["user"]
    assert found.low > 1.1
    assert (found.verdict, found.confirmed, found.more_s) == ("unsure", False, None)
    assert found.note == "looked slower, but nobody asked: name user in the config"


def test_a_change_within_what_builds_differ_by_is_unsure_and_says_why() -> None:
    draw = random.Random(6)

    def asked(level: float) -> Comparison:
        inquiry = Inquiry({"wall": TIME}, {"wall": 0.01}, (), least=40, most=40, apart={"wall": 0.03})
        base, head = ([Sample(values=noise(draw, one)()) for _ in range(40)] for one in (10.0, level))
        inquiry.look(base, head, last=True)
        runs = (as_run(side, id_, {"wall": TIME}) for id_, side in (("1", base), ("2", head)))
        return inquiry.comparisons(*runs, seconds=1)[0]

    small = asked(10.4)
    assert (small.verdict, small.more_s) == ("unsure", None)
    assert small.note == "builds of equal code differ by up to 5.9 % here"
    assert asked(12).verdict == "slower"


def test_a_stricter_run_confirms_with_more_pairs() -> None:
    draw = random.Random(5)
    lax, strict = (ask(noise(draw), noise(draw, 15), false=level)["wall"].pairs for level in (0.01, 0.0001))
    assert lax == 15  # suspected at 10, and at 12 there are only two fresh ones
    assert strict == 22  # of 16 looks the first at which all pairs on one side are rarer than 0.0001 ÷ 16


def test_a_change_is_proven_at_the_looks_of_the_schedule_alone() -> None:
    draw = random.Random(5)
    base, head = ([Sample(values=noise(draw, level)()) for _ in range(18)] for level in (10.0, 15.0))
    inquiry = Inquiry({"wall": TIME}, {"wall": 0.01}, ("wall",), least=8, most=300)
    seen = {}
    for pairs in (10, 16, 17, 18):
        inquiry.look(base[:pairs], head[:pairs])
        seen[pairs] = inquiry.confirmed("slower")
    assert seen == {10: frozenset(), 16: frozenset(), 17: frozenset(), 18: {"wall"}}


def test_exact_metrics_are_decided_by_one_pair() -> None:
    measures = {"wall": Measure("B", exact=True)}
    found = ask(lambda: {"wall": 1000.0}, lambda: {"wall": 1010.0}, measures=measures, margin=0.001, most=8)
    assert (found["wall"].verdict, found["wall"].confirmed) == ("slower", True)


def test_a_percentile_needs_enough_requests_on_both_sides() -> None:
    p99 = {"p99": Measure("ms", quantile=0.99, of="latency")}
    inquiry = Inquiry(p99, {"p99": 0.05}, ("p99",), least=8, most=8)
    few = [Sample(values={"p99": 10.0 + n / 1e3}, raw={"latency": (10.0,) * 20}) for n in range(8)]
    inquiry.look(few, few, last=True)
    (found,) = inquiry.comparisons(as_run(few, "1", p99), as_run(few, "2", p99), seconds=1)
    assert (found.verdict, found.note) == ("unsure", "p99 needs 368 requests, there were 160")
    assert (found.low, found.high) == (0.0, inf)


def test_equal_sides_are_hardly_ever_called_changed() -> None:
    """A/A under heavy tails and drift, stopping whenever it may: 1 % is allowed."""
    alarms = 0
    for seed in range(300):
        draw = random.Random(seed)
        state = {"drift": 0.0}

        def sample(draw: random.Random = draw, state: dict[str, float] = state) -> dict[str, float]:
            state["drift"] += draw.gauss(0, 0.003)
            tail = draw.gauss(0, 0.02) / max(draw.gammavariate(1, 1), 0.05) ** 0.5
            return {"wall": 10 * exp(state["drift"] + tail)}

        def pair(sample: Callable[[], dict[str, float]] = sample, draw: random.Random = draw) -> Shuffled:
            return Shuffled(sample, draw)

        both = pair()
        alarms += ask(both.base, both.head, most=100)["wall"].verdict in ("slower", "faster")
    assert alarms <= 6


class Shuffled:
    """Two sides of each pair, drawn in random order from one stream."""

    def __init__(self, sample: Callable[[], dict[str, float]], draw: random.Random) -> None:
        self._sample, self._draw, self._left = sample, draw, {}

    def base(self) -> dict[str, float]:
        one, other = self._sample(), self._sample()
        if self._draw.random() < 0.5:
            one, other = other, one
        self._left = other
        return one

    def head(self) -> dict[str, float]:
        return self._left


P95 = {"p95": Measure("ms", quantile=0.95, of="latency")}


def server(draw: random.Random, latency: float, stall: float = 0.0) -> Sample:
    """One server process of a hundred requests; a tenth of them stalls."""
    luck = exp(draw.gauss(0, 0.02))
    found = sorted(latency * luck * exp(draw.gauss(0, 0.1)) + (stall if n < 10 else 0.0) for n in range(100))
    return Sample(values={"p95": found[94]}, raw={"latency": tuple(found)})


def one_look(base: list[Sample], head: list[Sample], margin: float = 0.05) -> Comparison:
    inquiry = Inquiry(P95, {"p95": margin}, (), least=len(base), most=len(base))
    inquiry.look(base, head, last=True)
    return inquiry.comparisons(as_run(base, "1", P95), as_run(head, "2", P95), seconds=1)[0]


def test_the_change_of_a_percentile_is_that_of_the_two_numbers_beside_it() -> None:
    for seed in range(20):
        draw = random.Random(seed)
        base = [server(draw, 60) for _ in range(12)]
        head = [server(draw, 60, stall=400.0 * (draw.random() < 0.3)) for _ in range(12)]
        found = one_look(base, head)
        assert found.ratio == found.after / found.before
        assert found.low <= found.ratio <= found.high


def test_a_percentile_is_slower_only_when_its_pairs_say_so_too() -> None:
    draw = random.Random(7)
    base, slower = ([server(draw, latency) for _ in range(12)] for latency in (60, 90))
    assert one_look(base, slower).verdict == "slower"
    once = [server(draw, 60, stall=4000.0 if n == 0 else 0.0) for n in range(12)]  # one process of twelve
    assert one_look([server(draw, 60) for _ in range(12)], once).verdict != "slower"


def answer(seed: int, effect: float, *, swapped: bool = False) -> str:
    """The engine's verdict on two sides that differ by a factor, in noise that is the same for every factor."""
    draw = random.Random(seed)
    stream = [(exp(draw.gauss(0, 0.02)), exp(draw.gauss(0, 0.02))) for _ in range(300)]
    base, head = iter([one for one, _ in stream]), iter([other * (1 + effect) for _, other in stream])
    one, other = (head, base) if swapped else (base, head)
    return ask(lambda: {"wall": next(one)}, lambda: {"wall": next(other)}, most=120)["wall"].verdict


def test_a_larger_effect_is_found_whenever_a_smaller_one_is() -> None:
    found = [[answer(seed, effect) for seed in range(40)] for effect in (0.0, 0.01, 0.02, 0.05, 0.2)]
    slower = [{seed for seed, said in enumerate(row) if said == "slower"} for row in found]
    assert all(less <= more for less, more in pairwise(slower))
    assert len(slower[0]) == 0 and len(slower[-2]) == len(slower[-1]) == 40
    assert not any("same" in row or "faster" in row for row in found[2:])


def test_who_swaps_the_sides_hears_the_opposite() -> None:
    opposite = {"slower": "faster", "faster": "slower"}
    for seed in range(20):
        for effect in (0.0, 0.01, 0.05):
            there, back = answer(seed, effect), answer(seed, effect, swapped=True)
            assert back == opposite.get(there, there)


def test_who_swaps_the_sides_of_a_percentile_hears_the_opposite() -> None:
    draw = random.Random(8)
    base, head = ([server(draw, latency) for _ in range(12)] for latency in (60, 75))
    there, back = one_look(base, head), one_look(head, base)
    assert (there.verdict, back.verdict) == ("slower", "faster")
    assert (1 / back.ratio, 1 / back.high, 1 / back.low) == pytest.approx((there.ratio, there.low, there.high))


def test_a_count_that_changed_is_confirmed_as_it_stands() -> None:
    measures = {"vm_steps": Measure("", exact=True), "wall": TIME}
    inquiry = Inquiry(measures, dict.fromkeys(measures, 0.01), ("vm_steps",), least=2, most=2)
    sides = [[Sample(values={"vm_steps": steps, "wall": 10.0})] * 2 for steps in (100.0, 140.0)]
    inquiry.look(*sides)
    assert inquiry.wanted is None
    assert inquiry.confirmed("slower") == {"vm_steps"}
