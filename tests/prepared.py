"""Results as a measurement leaves them, without measuring: for tests of what is done with them."""

from __future__ import annotations

from resonance_perf.app.deliver import keep
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.budget import BudgetShift
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.job import Job
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.record import Decision
from resonance_perf.model.run import Environment, Estimate, Run, Side
from resonance_perf.pipeline import Result, ShiftRecord
from resonance_perf.report.records import lesson, memory_rows, shift_message, utc
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
    result = _result(work, number, commit, old)
    keep(work, store, result, standing=True, now=START + 60 * number)


def _result(work: Workspace, number: int, commit: str, old: str | None) -> Result:
    at, took = START + 60 * number, 8000.0 - number
    sides: tuple[tuple[Side, float], ...] = (("base", 9000.0), ("head", took))
    base, head = (
        Run(
            id=run_id(number) if side == "head" else f"01BASE{number:06d}", benchmark="work", commit=commit, side=side,
            started_at=at, environment=Environment("here", ()), samples=(),
            estimates=(Estimate("cpu", value, value - 10, value + 10, "ms", 20),), content=f"content {number}",
        )
        for side, value in sides
    )  # fmt: skip
    compared = Comparison(
        benchmark="work", metric="cpu", base=base.id, head=head.id, before=9000.0, after=took, unit="ms",
        ratio=took / 9000, low=took / 9000 - 0.01, high=took / 9000 + 0.01, verdict="faster", pairs=20, seconds=9.0,
        decided_by="cpu", confirmed=True,
    )  # fmt: skip
    judgement = Judgement(key=KEY, limit=read_limits(work)[0].in_force[KEY], metric=METRIC, status="green")
    measurement = Measurement(head=head, base=base, comparisons=(compared,))
    return Result(
        job=Job(
            id=f"01JOB{number:07d}", benchmark="work", kind="commit", head=commit, base=commit, trigger="commit", created_at=at
        ),
        measurement=measurement, judgements=(judgement,),
        rows=memory_rows(measurement, (judgement,), ("cpu",), "commit"),
        lesson=lesson(head, (compared,), "change"), shifts=(_shift(number, head, compared, old),) if old else (),
        line="", alarm=False,
    )  # fmt: skip


def _shift(number: int, head: Run, compared: Comparison, old: str) -> ShiftRecord:
    shift = BudgetShift(
        key=KEY, metric=METRIC, old=old, new=limit(number), value=compared.after, low=compared.after - 10,
        high=compared.after + 10, unit="ms", run=head.id, commit=head.commit, why="it became faster",
    )  # fmt: skip
    decision = Decision(
        id=f"{head.id}-{KEY}", date=utc(head.started_at, "%Y-%m-%d"), title=f"Tighten {KEY} from {old} to {shift.new}",
        context="It became faster.", decision=f"The limit is {shift.new}.", evidence=head.id, consequences="Red above.",
    )  # fmt: skip
    return ShiftRecord(shift=shift, decision=decision, message=shift_message(shift, compared, "change", "it passed"))
