"""What a session of samples comes to: the runs of its sides, and their comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from resonance_perf.compare.estimate import estimate_run, hull
from resonance_perf.compare.inquiry import Inquiry
from resonance_perf.compare.loads import load_of, unlike
from resonance_perf.compare.missing import absent_metrics, constant_metrics, new_metrics
from resonance_perf.measure.session import Session
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.run import Environment, Measure, Run, Side


def measurement_of(session: Session, inquiry: Inquiry | None, runs: Mapping[Side, Run], took_s: float) -> Measurement:
    """The end of a session: `inquiry` is what was asked of base and head, `took_s` how long all of it was."""
    seconds = session.spent_s
    head, base, anchor = runs["head"], runs.get("base"), runs.get("anchor")
    notes = list(session.notes)
    if base is not None and (why := unlike(base, head)):
        notes.append(f"not compared: {why}")
        base = None
    if anchor is not None and unlike(anchor, head):
        anchor = None
    comparisons: tuple[Comparison, ...] = ()
    constant = constant_metrics(session.measures, head.samples)
    absent = absent_metrics(session.named, session.measures, base, head)
    new = new_metrics(session.named, base, head) if base is not None else []
    if inquiry is not None and base is not None:
        if session.second is not None:
            inquiry.look(base.samples, head.samples, last=True)
        comparisons = inquiry.comparisons(base, head, seconds=seconds)
    return Measurement(
        head=replace(head, problems=constant | absent), base=base, comparisons=comparisons, anchor=anchor,
        since_anchor=_since_anchor(session, anchor, head, seconds) if anchor else (),
        seconds=took_s, note="; ".join([*notes, *constant.values(), *new]),
    )  # fmt: skip


def _since_anchor(session: Session, anchor: Run, head: Run, seconds: float) -> tuple[Comparison, ...]:
    count = len(head.samples)
    margins = margins_of(session.benchmark, session.measures)
    inquiry = Inquiry(session.measures, margins, (), least=count, most=count)
    inquiry.look(anchor.samples, head.samples, last=True)
    return inquiry.comparisons(anchor, head, seconds=seconds)


def run_of(session: Session, side: Side, environment: Environment, make_id: Callable[[], str]) -> Run:
    """All samples of one side; where it was measured twice, with intervals that hold what both rounds say."""
    samples = session.samples[side]
    estimates = estimate_run(session.measures, samples)
    if session.second is not None:
        estimates = hull(estimates, estimate_run(session.measures, samples[session.second :]))
    return Run(
        id=make_id(), benchmark=session.benchmark.name, commit=session.commits[side], side=side,
        started_at=samples[0].at, environment=environment, samples=tuple(samples), estimates=estimates,
        load_model=session.driver.load_model or load_of(samples), quick=session.quick,
    )  # fmt: skip


def margins_of(benchmark: Benchmark, measures: Mapping[str, Measure]) -> dict[str, float]:
    """The practical margin of each metric: the config's, else the driver's."""
    margins = {}
    for name, measure in measures.items():
        spec = benchmark.metric(name)
        margins[name] = measure.margin if spec is None or spec.margin is None else spec.margin
    return margins
