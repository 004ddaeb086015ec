"""Profiles of both sides, and all that moved beside a metric → why it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture
from resonance_perf.profiles.chance import LEAST
from resonance_perf.profiles.functions import function_causes, sides_of
from resonance_perf.profiles.hints import lost_indexes
from resonance_perf.profiles.parts import part_causes
from resonance_perf.profiles.shares import Scale, scale_of

SOURCE = "measured beside it"
_NOTICED = 0.1
"""What is not explained is said from this share on."""


def why(
    comparison: Comparison,
    base: Sequence[Capture],
    head: Sequence[Capture],
    diff: Diff,
    *,
    beside: Sequence[Comparison] = (),
    findings: Sequence[Cause] = (),
) -> Why:
    """Why `comparison` came out as it did.

    `base` and `head` are captures of each side, of one profiler or of several; three or more of each give an interval.
    `beside` are the other comparisons of the same measurement: counts that moved explain what time cannot. `findings`
    are what an audit found to be different.
    """
    metric = comparison.metric
    profiled, basis, notes = _profiled(comparison, base, head, diff)
    evidence = [
        *(lost_indexes(metric, diff) if comparison.verdict == "slower" else ()),
        *(one for one in findings if one.metric == metric or one.share is None),
        *(_count(metric, one) for one in beside if _explains(comparison, one)),
    ]
    causes = sorted(
        (*profiled, *part_causes(comparison), *(one for one in evidence if one.share is not None)), key=_rank
    )
    explained = sum(one.share or 0.0 for one in profiled) if basis else None
    told = (*causes, *(one for one in evidence if one.share is None))
    return Why(metric=metric, causes=told, explained=explained, basis=basis, notes=tuple(notes))


def _rank(cause: Cause) -> tuple[bool, float]:
    """What the commit touched comes first, the heaviest before the others."""
    return not cause.touched, -(cause.share or 0.0)


def _profiled(
    comparison: Comparison, base: Sequence[Capture], head: Sequence[Capture], diff: Diff
) -> tuple[tuple[Cause, ...], str, list[str]]:
    """The functions that one kind of profile shows, of the kind that explains most; what it is, and what it leaves."""
    found: list[tuple[float, tuple[Cause, ...], str, list[str]]] = []
    notes: list[str] = []
    for mine, its in _kinds(base, head):
        kind = mine[0].profile.types[mine[0].profile.chosen]
        what = f"{kind.name} by {mine[0].profile.tool or 'a profile'}"
        if min(len(mine), len(its)) < LEAST:
            notes.append(
                f"{what}: {min(len(mine), len(its))} of each side, {LEAST} are needed to tell chance from change"
            )
            continue
        sides = sides_of(mine, its, diff)
        total = sides.compared().total
        scale = scale_of(comparison, kind, total)
        if scale is None:
            continue
        causes = function_causes(comparison.metric, sides, scale)
        told = sum(one.share or 0.0 for one in causes)
        found.append((told, causes, _basis(comparison, what, scale), _unexplained(comparison, what, scale, told)))
        notes += dict.fromkeys(one.profile.note for one in (*mine, *its) if one.profile.note)
    if not found:
        return (), "", notes
    _, causes, basis, unexplained = max(found, key=lambda one: one[0])
    return causes, basis, [*unexplained, *notes]


def _kinds(base: Sequence[Capture], head: Sequence[Capture]) -> Iterator[tuple[Sequence[Capture], Sequence[Capture]]]:
    """The captures of both sides by who made them and what they count."""
    kinds = dict.fromkeys(map(_kind, base))
    for kind in kinds:
        sides = [[one for one in side if _kind(one) == kind] for side in (base, head)]
        if all(sides):
            yield sides[0], sides[1]


def _kind(capture: Capture) -> tuple[str, str, str]:
    chosen = capture.profile.types[capture.profile.chosen]
    return capture.profile.tool, chosen.name, chosen.unit


def _basis(comparison: Comparison, what: str, scale: Scale) -> str:
    if scale.proportional:
        return f"{what}, per unit of work; shares are of the growth of {comparison.metric} in proportion to it"
    return f"{what}, per unit of work; shares are of the change of {comparison.metric}"


def _unexplained(comparison: Comparison, what: str, scale: Scale, told: float) -> list[str]:
    """What the profile does not show, and what it shows that no function is sure to carry."""
    seen = min(scale.explained, 1.0)
    notes = []
    if 1 - max(seen, told) >= _NOTICED:
        missing = f"{(1 - max(seen, told)) * 100:.0f} %"
        notes.append(f"{missing} of the change of {comparison.metric} is not explained by the profile ({what})")
    if seen - told >= _NOTICED:
        notes.append(f"{(seen - told) * 100:.0f} % is spread over functions of which none is sure to have changed")
    return notes


def _explains(comparison: Comparison, other: Comparison) -> bool:
    """A count that moved the same way, told in another unit than the metric's own."""
    return other.metric != comparison.metric and other.verdict == comparison.verdict and other.unit != comparison.unit


def _count(metric: str, moved: Comparison) -> Cause:
    """With the part that carries most of it: the statement, the function."""
    most = moved.parts[0].name if moved.parts else ""
    return Cause(
        metric=metric, kind="count", name=moved.metric, source=SOURCE, unit=moved.unit, before=moved.before,
        after=moved.after, detail=most,
    )  # fmt: skip
