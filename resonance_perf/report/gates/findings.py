"""What there is to say at the gate, each with its place and with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from resonance_perf.model.budget import Loosening
from resonance_perf.model.errors import Location, Problem, sentence
from resonance_perf.model.gate import Gate
from resonance_perf.model.judgement import MARKS, Judgement, Status
from resonance_perf.model.pattern import is_pattern
from resonance_perf.model.text import printable
from resonance_perf.report.loosened import BY_TRAILER, loosening_line, no_command
from resonance_perf.report.sentences import judged_line
from resonance_perf.report.words import short

Kind = Literal["bad-file", "loosened", "red", "failed", "unmeasured", "yellow", "unsure", "green", "elsewhere"]
BLOCKING: tuple[Kind, ...] = ("bad-file", "loosened", "red", "failed")
"""What fails the gate; `unmeasured` does so when it is strict."""
FINE: tuple[Kind, ...] = ("green", "elsewhere")
"""What is nothing to report."""
MEANS: dict[Kind, str] = {
    "bad-file": "a file cannot be used",
    "loosened": "a budget was loosened without approval",
    "red": "a budget is exceeded",
    "failed": "a benchmark could not be measured",
    "unmeasured": "a budget has no number for this commit",
    "yellow": "a budget is close to its limit",
    "unsure": "a number is not to be decided by",
    "green": "a budget is kept",
    "elsewhere": "a budget is about other branches",
}
"""Every kind, what weighs most first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: `key` is the budget (or the benchmark, or the file), `message` a sentence, `todo` the next step."""

    kind: Kind
    key: str
    message: str
    location: Location
    todo: str = ""

    @property
    def told(self) -> str:
        """The message with what to do next."""
        return sentence(self.message, None, f"Next: {self.todo}") if self.todo else self.message


def findings(gate: Gate) -> tuple[Finding, ...]:
    """Everything, what fails the gate first, each kind in the order of its file."""
    found = [
        *(_bad_file(one) for one in gate.problems),
        *(_loosened(one, gate) for one in gate.loosened),
        *(_failed(gate, name, why) for name, why in gate.failed),
        *(_judged(one, gate) for one in gate.judgements),
    ]
    return tuple(
        replace(one, key=printable(one.key), message=printable(one.message), todo=printable(one.todo)) for one in found
    )


def answer(gate: Gate) -> str:
    """The one line: how it stands, for which commit, and what to do next."""
    found = findings(gate)
    worst = next((kind for kind in MEANS if any(one.kind == kind for one in found)), None)
    where = f" on {short(gate.commit)}" + (f" “{gate.subject}”" if gate.subject else "") if gate.commit else ""
    if worst is None:
        todo = f'write some into {gate.file}, such as "api_p95": "100ms"'
        return f"{MARKS['unmeasured']} no budgets yet{where}. Next: {todo}"
    these = [one for one in found if one.kind == worst]
    told = f"{mark(worst)} {worst}{where}: {_counted(these)}"
    todo = next((one.todo for one in these if one.todo), "")
    return f"{told}. Next: {todo or 'nothing has to be done'}"


def mark(kind: Kind) -> str:
    """The sign of a finding."""
    statuses: dict[Kind, Status] = {"bad-file": "red", "loosened": "red", "failed": "unmeasured"}
    return MARKS[statuses.get(kind, kind)]  # type: ignore[arg-type]  # the other kinds are the statuses


def _counted(these: list[Finding]) -> str:
    names = [one.key for one in these]
    shown = ", ".join(dict.fromkeys(names[:3]))
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _bad_file(one: Problem) -> Finding:
    place = one.location
    return Finding("bad-file", str(place), sentence(one.message, None, one.hint), place, f"mend {place}")


def _loosened(one: Loosening, gate: Gate) -> Finding:
    place = Location(one.file, one.line)
    told = loosening_line(one, gate.approvers).removeprefix(f"{place}: ")
    if no_command(one):
        todo = BY_TRAILER
    elif one.to is None:
        todo = f"put {one.key} back: {one.old}"
    else:
        prepare = f'resonance-perf budget loosen {one.key} "{one.to}" --why …'
        todo = f"{prepare}, then an approver: resonance-perf budget approve {one.key}"
    return Finding("loosened", one.key, told, place, todo)


def _failed(gate: Gate, benchmark: str, why: str) -> Finding:
    return Finding("failed", benchmark, f"{benchmark} {why}", Location(gate.config), f"resonance-perf run {benchmark}")


def _judged(one: Judgement, gate: Gate) -> Finding:
    asked = next((loosened.line for loosened in gate.loosened if loosened.key == one.key), one.limit.budget.line)
    place = Location(gate.file, asked or None)
    told = judged_line(one).removeprefix(f"{MARKS[one.status]} ")
    return Finding(one.status, one.key, told, place, _todo(one, gate))


def _todo(one: Judgement, gate: Gate) -> str:
    benchmark = (one.metric or "").rpartition(".")[0]
    if benchmark in gate.missing:
        return "resonance-perf check --measure"
    if one.metric is None:
        return f"write {{budget: {one.key}}} beside a metric in {gate.config}"
    if one.status == "unmeasured" and is_pattern(one.metric):
        return f"name a metric in {gate.config} that {one.metric} matches"
    if one.status == "red":
        return f"resonance-perf explain {benchmark}"
    return f"resonance-perf run {benchmark}" if one.status in ("unsure", "unmeasured") else ""
