"""What to say of a loosening that nobody approved. Apart from the other sentences: the guard has little time."""

from __future__ import annotations

from resonance_perf.model.budget import SIGNATURE, Loosening

BY_TRAILER = "put it back, or commit it with the trailer Perf-Approved-by"


def loosening_line(one: Loosening, approvers: tuple[str, ...]) -> str:
    """`file:line: what happened, what counts, who may approve`."""
    what = f"removed (was {one.old})" if one.to is None else f"loosened from {one.old} to {one.to}"
    if one.scope:
        what = f"made to cover less ({one.scope})"
    since = f" in {one.commit[:9]}" if one.commit else ""
    who = (
        f"One of {', '.join(approvers)} may approve" if approvers else "Nobody may approve: the config has no approvers"
    )
    wanted = f'resonance-perf budget loosen {one.key} "{one.to}" --why …' if one.to else f"put {one.key} back"
    if no_command(one):
        wanted = BY_TRAILER
    if one.now:
        wanted += f'; if {one.now} is its new name, say so there: "renamed_from": "{one.key}"'
    why = f" ({one.why})" if one.why else ""
    broken = f"{one.key} was {what}{since} without approval{why}; {one.old} stays in force"
    return f"{one.file}:{one.line}: {broken}. {who}: {wanted}"


def no_command(one: Loosening) -> bool:
    """True for a loosening that `budget loosen` cannot prepare: of what is covered, or of how approvals are signed."""
    return bool(one.scope) or one.key == SIGNATURE
