"""Calls that grew, as evidence for functions that take longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.model.cause import Cause
from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture
from resonance_perf.profiles.counts import more_calls
from tests.profiles.captured import SHOP, capture

SLOW = Cause(metric="p95", kind="function", name="shop.stats.total", source="py-spy", unit="ms", share=0.8, file=SHOP)


def calls(**pairs: float) -> Capture:
    """cProfile's stacks, of ten requests: `main__total=40` is how often `main` called `total`."""
    return capture({pair.replace("__", ";"): count for pair, count in pairs.items()}, work=10, period=0, unit="count")


@pytest.mark.parametrize(
    ("base", "head", "told"),
    [
        (calls(main__total=10), calls(main__total=4000, total__fetch=4000), [("shop.stats.total", 1, 400)]),
        (calls(main__total=10, total__fetch=10), calls(main__total=10, total__fetch=900, main__fetch=9), [("shop.stats.fetch by shop.stats.total", 1, 90)]),
        (calls(main__total=10), calls(main__total=5, other__total=15), [("shop.stats.total", 1, 2)]),
        (calls(main__total=100, total__fetch=100), calls(main__total=140, total__fetch=140), []),
        (calls(main=1), calls(main=1, main__total=10), []),
        (calls(main__total=10), calls(main__other=10), []),
    ],
    ids=["itself", "what it calls", "from two callers", "hardly more", "new and called once", "not called"],
)  # fmt: skip
def test_what_is_called_more_often_is_said_of_a_function_or_of_what_it_calls(
    base: Capture, head: Capture, told: list[tuple[str, float, float]]
) -> None:
    found = more_calls([SLOW], base, replace(head, per="request"), Diff())
    assert [(one.name, one.before, one.after) for one in found] == [
        (f"calls of {name} per request", before, after) for name, before, after in told
    ]
    assert all(one.kind == "count" and one.share is None and one.metric == "p95" for one in found)
