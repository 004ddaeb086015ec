from __future__ import annotations

import random

from resonance_perf.compare.discoveries import RATE, false_alarms
from resonance_perf.compare.inquiry import FALSE_ALARMS


def test_one_question_has_the_level_of_a_comparison() -> None:
    assert false_alarms(1, 0) == false_alarms(0, 0) == FALSE_ALARMS


def test_many_questions_share_and_discoveries_give_back() -> None:
    assert false_alarms(50, 0) == RATE / 50
    assert false_alarms(50, 4) == 5 * RATE / 50


def test_the_false_discovery_rate_holds() -> None:
    """100 questions, 10 of them true with tiny p-values: the mean share of false ones among those found."""
    draw, shares = random.Random(1), []
    for _ in range(500):
        true = set(draw.sample(range(100), 10))
        found = wrong = 0
        for number in range(100):
            p = draw.random() * (1e-6 if number in true else 1.0)
            if p <= min(1.0, RATE * (found + 1) / 100):
                found += 1
                wrong += number not in true
        shares.append(wrong / max(found, 1))
    assert sum(shares) / len(shares) <= RATE
