"""Results as a measurement leaves them, without measuring: for tests of what is done with them."""

from __future__ import annotations

from resonance_perf.app.deliver import keep
from resonance_perf.app.ratchet import _Round
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.budget import BudgetShift
from resonance_perf.model.candidate import Candidate, Following, Witness
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.job import Job
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.run import Environment, Estimate, Run, Side
from resonance_perf.pipeline import Result
from resonance_perf.report.records import lesson, memory_rows
from resonance_perf.store.store import Store

KEY, METRIC = "work_cpu", "work.cpu"
CONFIG = """version: 1
benchmarks:
  work:
    driver: command
    command: ["true"]
    metrics:
      cpu: {budget: work_cpu}
memory: {keep: 30}
"""
STATE = """# State

Ours, and whatever people write here: ünïcödé.

```json
{
  "budgets": {
    "work_cpu": "%s"
  }
}
```

## Phase

Nothing of ours.
"""
START = 1_700_000_000.0
FILES = {
    ".resonance/config.yaml": CONFIG,
    ".resonance/00_soul.md": "# Soul\n\nWhat we are.\n",
    ".resonance/01_state.md": STATE % "10s",
    ".resonance/02_memory.md": "# Memory\n\n## Lessons\n\n- Measure.\n",
}
"""A watched repository."""


def run_id(number: int) -> str:
    """The head's run of the `number`-th result."""
    return f"01RUN{number:07d}"


def limit(number: int) -> str:
    """The limit that the `number`-th result earns: each is a little tighter than the one before."""
    return f"{10_000 - number}ms"


def keep_prepared(work: Workspace, store: Store, number: int, commit: str, *, old: str | None = None) -> None:
    """Store what the `number`-th measurement, of `commit`, found; with the shift from `old` that it earned."""
    result = _result(work, number, commit)
    at = result.measurement.head.started_at
    with store.transaction():
        keep(work, store, result, standing=True, now=at)
        if old is not None:
            candidate = _candidate(result)
            store.candidates.put(candidate)
            following = Following(
                candidate=candidate, witnesses=(Witness(f"01SUST{number:06d}", commit, at, _level(number)),)
            )
            _Round(work, store, at, read_limits(work)[0].in_force, {})._shift(following, _shift(number, candidate, old))


def _result(work: Workspace, number: int, commit: str) -> Result:
    at, level = START + 60 * number, _level(number)
    sides: tuple[tuple[Side, Estimate], ...] = (("base", Estimate("cpu", 9e3, 9e3, 9e3, "ms", 20)), ("head", level))
    base, head = (
        Run(
            id=run_id(number) if side == "head" else f"01BASE{number:06d}", benchmark="work", commit=commit, side=side,
            started_at=at, environment=Environment("here", ()), samples=(), estimates=(estimate,),
            content=f"content {number}",
        )
        for side, estimate in sides
    )  # fmt: skip
    ratio = level.value / 9e3
    compared = Comparison(
        benchmark="work", metric="cpu", base=base.id, head=head.id, before=9e3, after=level.value, unit="ms",
        ratio=ratio, low=ratio - 0.01, high=ratio + 0.01, verdict="faster", pairs=20, seconds=9.0, decided_by="cpu",
        confirmed=True,
    )  # fmt: skip
    judgement = Judgement(key=KEY, limit=read_limits(work)[0].in_force[KEY], metric=METRIC, status="green")
    measurement = Measurement(head=head, base=base, comparisons=(compared,))
    job = Job(
        id=f"01JOB{number:07d}", benchmark="work", kind="commit", head=commit, base=commit, trigger="commit",
        created_at=at,
    )  # fmt: skip
    return Result(
        job=job, measurement=measurement, judgements=(judgement,), candidates=(), line="", alarm=False,
        rows=memory_rows(measurement, (judgement,), ("cpu",), "commit"), lesson=lesson(head, (compared,), "change"),
    )  # fmt: skip


def _level(number: int) -> Estimate:
    value = 8e3 - number
    return Estimate("cpu", value, value - 10, value + 10, "ms", 20)


def _candidate(result: Result) -> Candidate:
    head = result.measurement.head
    return Candidate(
        key=KEY, metric=METRIC, run=head.id, commit=head.commit, environment="here", content=head.content,
        change=result.measurement.comparisons[0], estimate=head.estimates[0], subject="change", verified="it passed", at=head.started_at,
        rows=result.rows,
    )  # fmt: skip


def _shift(number: int, candidate: Candidate, old: str) -> BudgetShift:
    level = _level(number)
    return BudgetShift(
        key=KEY, metric=METRIC, old=old, new=limit(number), value=level.value, low=level.low, high=level.high,
        unit="ms",
    )  # fmt: skip
