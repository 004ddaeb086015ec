from __future__ import annotations

import pytest

from resonance_perf.plan.evidence import Look


@pytest.mark.parametrize(
    ("step", "part"),
    [(Look(1.0, 0.01), None), (Look(0.5, 0.2), None), (Look(0.5, 0.01), 0.5), (Look(-0.1, 0.01), 0.0)],
    ids=["all of it", "perhaps all of it", "half of it", "the other way"],
)
def test_a_step_that_is_clearly_less_than_the_change_is_a_part_of_it(step: Look, part: float | None) -> None:
    assert step.part_of(Look(1.0, 0.01)) == part
