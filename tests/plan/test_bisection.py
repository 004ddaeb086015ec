from __future__ import annotations

import random
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.bisection import PAIRS, Effort, Question, Search
from resonance_perf.plan.channel import information
from resonance_perf.plan.evidence import Look

STEP = log(1.03)
GOOD = -1
EFFORT = Effort(spread=0.02, pair_s=0.03, look_s=0.2)
BAD = Look(STEP, 0.003)
looks = st.builds(Look, st.floats(-0.5, 0.5), st.one_of(st.floats(1e-6, 0.5), st.just(inf)))
measured = st.lists(st.tuples(st.integers(0, 18), looks), max_size=8)


def searched(found: list[tuple[int, Look]], *, scale: float = 1.0, weights: tuple[float, ...] = (1.0,) * 20) -> Search:
    search = Search.begin(weights, Look(STEP * scale, 0.003 * scale))
    for at, look in found:
        search = search.measured(at, Look(look.change * scale, look.error * scale))
    return search


class BrokenError(Exception):
    def __init__(self, commit: int) -> None:
        self.commit = commit


@dataclass
class Machine:
    """Measures a line of commits, of which those from `first` on are worse by `step`, with this noise per pair.

    Each commit is off by a little of its own, an error is only known as well as its pairs tell, and one look in fifty
    is wild.
    """

    first: int
    draw: random.Random
    step: float = STEP
    noise: float = 0.02
    broken: frozenset[int] = frozenset()
    looks: int = 0

    def look(self, commit: int, base: int, pairs: int) -> Look:
        for one in (commit, base):
            if one in self.broken:
                raise BrokenError(one)
        self.looks += 1
        wild = self.draw.choice((-1, 1)) * self.step if self.looks > 1 and self.draw.random() < 0.02 else 0.0
        error = self.noise / sqrt(pairs)
        mean = self.cost(commit) - self.cost(base) + self.draw.gauss(0, error) + wild
        return Look(mean, error * sqrt(self.draw.gammavariate(pairs / 2, 2 / pairs)))

    def cost(self, commit: int) -> float:
        return random.Random(commit).gauss(0, 0.03 * self.step) + (self.step if commit >= self.first else 0.0)

    def bisect(self, commits: int, confidence: float = 0.95) -> range:
        search = Search.begin([1.0] * commits, self.look(commits - 1, GOOD, 48))
        while True:
            group, sure = search.leading()
            asked = search.next_question(Effort(self.noise, 0.03, 0.2))
            if sure >= confidence:
                if (group[0], group[-1]) in search.steps:
                    return group
                asked = Question(group[-1], 48, group)
            assert asked is not None and self.looks < 400
            try:
                if asked.group is None:
                    search = search.measured(asked.candidate, self.look(asked.candidate, GOOD, asked.pairs))
                else:
                    step = self.look(asked.candidate, asked.group[0] - 1, asked.pairs)
                    search = search.compared(asked.group, step)
            except BrokenError as error:
                search = search.without(error.commit)


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.03])
def test_finds_the_step_in_noise_as_often_as_it_says(noise: float) -> None:
    right = 0
    for seed in range(40):
        draw = random.Random(seed)
        machine = Machine(draw.randrange(64), draw, noise=noise)
        right += machine.bisect(64) == range(machine.first, machine.first + 1)
    assert right >= 38


def test_asks_few_questions_where_there_is_no_noise() -> None:
    machine = Machine(37, random.Random(1), noise=1e-6)
    assert machine.bisect(1024) == range(37, 38)
    assert machine.looks <= 1 + 10 + 3


def test_commits_that_cannot_be_measured_stay_with_the_next_one_that_can() -> None:
    for seed in range(30):
        draw = random.Random(seed)
        broken = frozenset(draw.sample(range(31), 10))
        machine = Machine(draw.randrange(32), draw, noise=0.01, broken=broken)
        group = machine.bisect(32)
        assert machine.first in group
        assert set(group[:-1]) <= broken
        assert group[-1] not in broken


def test_when_nothing_between_can_be_measured_all_stay_together() -> None:
    search = searched([])
    for at in range(19):
        search = search.without(at)
    group, sure = search.leading()
    assert group == range(20)
    assert sure > 0.95


@given(measured, st.sets(st.integers(0, 18)), st.tuples(st.integers(0, 19), st.integers(0, 19)), looks)
def test_the_posterior_is_one_in_all(
    found: list[tuple[int, Look]], skipped: set[int], edge: tuple[int, int], step: Look
) -> None:
    search = searched(found).compared(range(min(edge), max(edge) + 1), step)
    for at in skipped:
        search = search.without(at)
    assert sum(search.posterior) == pytest.approx(1)
    assert len(search.posterior) == 21 and min(search.posterior) >= 0
    assert sum(sum(search.posterior[at] for at in group) for group in search.groups) == pytest.approx(
        1 - search.posterior[-1]
    )
    asked = search.next_question(EFFORT)
    assert asked is None or (asked.candidate not in skipped and asked.pairs in PAIRS)


@given(measured, st.randoms(use_true_random=False))
def test_the_order_of_measurements_does_not_matter(found: list[tuple[int, Look]], draw: random.Random) -> None:
    mixed = draw.sample(found, len(found))
    assert searched(found).posterior == pytest.approx(searched(mixed).posterior, abs=1e-6)


@given(measured, st.floats(0.1, 10))
def test_the_size_of_the_step_does_not_matter(found: list[tuple[int, Look]], scale: float) -> None:
    assert searched(found).posterior == pytest.approx(searched(found, scale=scale).posterior, abs=1e-6)


def test_a_bad_look_moves_the_suspicion_before_it_and_a_good_one_behind() -> None:
    before, after = (sum(searched([(9, Look(change, 0.003))]).posterior[:10]) for change in (STEP, 0.0))
    assert before > 0.95
    assert after < 0.05


def test_a_step_between_two_neighbours_is_evidence_for_the_second() -> None:
    search = searched([(9, Look(STEP, 0.01)), (8, Look(0.0, 0.01))])
    with_step = search.compared(range(9, 10), Look(STEP, 0.005))
    without = search.compared(range(9, 10), Look(0.0, 0.005))
    assert without.posterior[9] < search.posterior[9] < with_step.posterior[9]


def test_when_bad_was_only_unlucky_it_is_none_of_them() -> None:
    search = searched([(19, Look(0.0, 0.001)), (10, Look(0.0, 0.003)), (15, Look(0.0, 0.003))])
    assert search.posterior[-1] > 0.9


def test_one_wild_look_does_not_decide() -> None:
    calm = searched([(9, Look(0.0, 0.002)), (10, Look(STEP, 0.002))])
    wild = calm.measured(4, Look(30 * STEP, 0.002))
    assert wild.leading()[0] == range(10, 11)


def test_an_open_interval_tells_nothing() -> None:
    nothing = Look.of_interval(1.5, 0.0, inf)
    assert nothing.error == inf
    assert searched([(5, nothing)]).posterior == pytest.approx(searched([]).posterior)
    assert nothing.pooled(BAD) == BAD == BAD.pooled(nothing)


def test_an_interval_is_read_as_its_logarithm() -> None:
    look = Look.of_interval(1.1, 1.1 * exp(-0.0196), 1.1 * exp(0.0196))
    assert look.change == pytest.approx(log(1.1)) and look.error == pytest.approx(0.01, rel=1e-3)
    assert Look.of_interval(0.5, 0.4, 0.6, higher_is_better=True).change == pytest.approx(log(2))
    assert 0 < Look.of_interval(1.1, 1.1, 1.1).error < 1e-6


def test_asks_at_the_median_of_the_posterior() -> None:
    assert searched([]).next_question(EFFORT).candidate in (9, 10)  # type: ignore[union-attr]
    heavy = (1.0,) * 15 + (100.0,) + (1.0,) * 4
    assert searched([], weights=heavy).next_question(EFFORT).candidate in (14, 15)  # type: ignore[union-attr]


def test_takes_more_pairs_where_a_look_is_dear_and_fewer_where_it_is_cheap() -> None:
    cheap, dear = (searched([]).next_question(Effort(0.03, 0.03, look_s)) for look_s in (0.01, 60))
    assert cheap is not None and dear is not None
    assert cheap.pairs < dear.pairs


def test_asks_nothing_when_the_time_is_up_or_nothing_more_can_be_learnt() -> None:
    assert searched([]).next_question(EFFORT, 0.1) is None
    exact = Look(STEP, 1e-9)
    assert Search.begin([1.0], exact).next_question(EFFORT) is None


@pytest.mark.parametrize("bad", [Look(-0.1, 0.01), Look(0.0, 0.01), Look(0.1, inf)])
def test_needs_a_bad_side_that_looks_worse(bad: Look) -> None:
    with pytest.raises(ValueError, match="looks worse"):
        Search.begin([1.0], bad)


def test_names_as_few_as_hold_the_confidence() -> None:
    search = searched([(9, Look(STEP, 0.002)), (8, Look(0.0, 0.002))])
    likely, held = search.likely(0.9)
    assert likely == (9,) and held >= 0.9
    assert len(searched([]).likely(0.999)[0]) == 20


@given(st.floats(0, 1), st.floats(0, 8))
def test_information_is_at_most_the_uncertainty_and_grows_with_the_separation(chance: float, separation: float) -> None:
    bits = information(chance, separation)
    assert 0 <= bits <= 1 + 1e-3
    assert bits <= information(chance, separation + 0.5) + 2e-3


def test_information_of_a_clear_and_of_a_blind_measurement() -> None:
    assert information(0.5, 12) == pytest.approx(1, abs=1e-3)
    assert information(0.5, 0) == 0
    assert information(1.0, 5) == 0
