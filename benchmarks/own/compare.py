"""What this repository watches of itself: 30 comparisons of 24 pairs, with their run estimates."""

from __future__ import annotations

import os
import random
import sys

sys.path.insert(0, os.getcwd())  # the code of the work tree that is measured, not an installed one

from resonance_perf.compare.estimate import estimate_run
from resonance_perf.compare.inquiry import Inquiry
from resonance_perf.model.run import Environment, Measure, Run, Sample

MEASURES = {"p95": Measure("ms", quantile=0.95, of="latency"), "wall": Measure("ms")}
draw = random.Random(1)


def run(id_: str) -> Run:
    """24 samples of 50 latencies."""
    samples = tuple(
        Sample(
            values={"p95": draw.gauss(10, 1), "wall": 5.0}, raw={"latency": tuple(draw.gauss(8, 1) for _ in range(50))}
        )
        for _ in range(24)
    )
    return Run(
        id=id_,
        benchmark="b",
        commit="c",
        side="head",
        started_at=0.0,
        environment=Environment("e", ()),
        samples=samples,
        estimates=estimate_run(MEASURES, samples),
    )


for _ in range(30):
    inquiry = Inquiry(MEASURES, {"p95": 0.05, "wall": 0.05}, ("p95", "wall"), least=8, most=24)
    base, head = run("1"), run("2")
    while inquiry.wanted is not None:
        taken = min(inquiry.wanted, 24)
        inquiry.look(base.samples[:taken], head.samples[:taken], last=taken == 24)
    inquiry.comparisons(base, head, seconds=1.0)
