from __future__ import annotations

import random
from math import exp, inf

import pytest

from resonance_perf.compare.self_check import sights
from resonance_perf.model.comparison import Comparison, Verdict


def check(low: float, high: float, verdict: Verdict = "same") -> Comparison:
    return Comparison(
        benchmark="api", metric="p95", base="1", head="2", before=1, after=1, unit="ms", ratio=(low * high) ** 0.5,
        low=low, high=high, verdict=verdict, pairs=20, seconds=1, decided_by="p95",
    )  # fmt: skip


def test_the_smallest_visible_change_is_how_far_a_typical_interval_reaches() -> None:
    found = sights([check(0.99, 1.02), check(0.98, 1.01), check(1.02, 1.06, "slower")])["api.p95"]
    assert (found.checks, found.alarms) == (3, 1)
    assert found.visible == pytest.approx(1 / 0.98 - 1)


def test_without_an_interval_nothing_is_known() -> None:
    assert sights([check(0.0, inf, "unsure")]) == {}


def test_how_far_builds_lie_apart_is_what_their_samples_do_not_explain() -> None:
    draw = random.Random(1)

    def checks(spread: float, error: float, count: int) -> list[Comparison]:
        centres = [draw.gauss(0, (spread**2 + error**2) ** 0.5) for _ in range(count)]
        return [check(exp(one - 1.96 * error), exp(one + 1.96 * error)) for one in centres]

    assert sights(checks(0.03, 0.004, 60))["api.p95"].apart == pytest.approx(0.03, rel=0.2)
    assert sights(checks(0.0, 0.03, 60))["api.p95"].apart < 0.01
    assert sights(checks(0.03, 0.004, 4))["api.p95"].apart == 0.0
