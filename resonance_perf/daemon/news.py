"""What a person should hear after the three files were edited by hand."""

from __future__ import annotations

from collections.abc import Callable

from resonance_perf.app.standing import Standing
from resonance_perf.report.loosened import loosening_line
from resonance_perf.report.sentences import standing
from resonance_perf.report.words import short


def changes_of_standing(
    before: Standing | None, after: Standing, approvers: tuple[str, ...], is_ours: Callable[[str], bool]
) -> list[str]:
    """One line per thing that people changed; at the first look only what is wrong.

    `is_ours` tells the commits of our own shifts.
    """
    lines = [f"⚪ {problem}" for problem in after.problems if before is None or problem not in before.problems]
    known = before.loosened if before else ()
    lines += [f"🔴 {loosening_line(one, approvers)}" for one in after.loosened if one not in known]
    if before is None:
        return lines
    lines += [
        f"🟢 {one.key} is back at {one.old}" for one in known if one.key not in {now.key for now in after.loosened}
    ]
    old = {one.key: one for one in before.judgements}
    for one in after.judgements:
        was = old.pop(one.key, None)
        if was is None:
            lines.append(f"⚪ new budget {one.key} {one.limit.budget.text}: {one.status}")
        elif was.limit.budget.text != one.limit.budget.text and not (one.limit.commit and is_ours(one.limit.commit)):
            by = f" in {short(one.limit.commit)}" if one.limit.commit else " by hand"
            moved = f"{was.limit.budget.text} → {one.limit.budget.text}"
            lines.append(f"⚪ budget {one.key} {moved}{by}: {standing(one)}")
    return lines + [f"⚪ budget {key} is gone" for key in old]
