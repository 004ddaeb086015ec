"""Two audits -> what was cured, what is new, what remains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resonance_perf.model.finding import Finding, Since


def since(findings: Sequence[Finding], before: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings with what became of them since; what could not be measured on one side tells nothing."""
    known = {(one.id, one.benchmark): one for one in before}
    return tuple(_told(one, known.get((one.id, one.benchmark))) for one in findings)


def _told(one: Finding, old: Finding | None) -> Finding:
    if old is None or old.answer == "not measured" or one.answer == "not measured":
        return one
    return replace(one, since=_SINCE[old.answer == "yes", one.answer == "yes"], before=old.number)


_SINCE: dict[tuple[bool, bool], Since] = {
    (False, False): "", (False, True): "new", (True, True): "remains", (True, False): "cured",
}  # fmt: skip
"""(yes before, yes now) -> what that is."""
