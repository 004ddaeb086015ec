"""Profiles of both sides, and all that moved beside a metric → why it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture, ValueType
from resonance_perf.model.quantity import UNITS
from resonance_perf.profiles.chance import LEAST
from resonance_perf.profiles.cpu import is_about_cpu
from resonance_perf.profiles.difference import whole
from resonance_perf.profiles.functions import function_causes, sides_of, suspect
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
    profiled = _profiled(comparison, base, head, diff)
    evidence = [
        *(lost_indexes(metric, diff) if comparison.verdict == "slower" else ()),
        *(one for one in findings if one.metric == metric or one.share is None),
        *(_count(metric, one) for one in beside if _explains(comparison, one)),
    ]
    shared = (one for one in evidence if one.share is not None)
    causes = _ranked([*profiled.causes, *part_causes(comparison), *shared])
    told = (*causes, *(one for one in evidence if one.share is None))
    explained = profiled.carried if profiled.basis else None
    return Why(metric=metric, causes=told, explained=explained, basis=profiled.basis, notes=profiled.notes)


def _ranked(causes: Sequence[Cause]) -> list[Cause]:
    """The heaviest first; what the commit touched before all, if it carries half as much as the heaviest."""
    heaviest = max((one.share or 0.0 for one in causes), default=0.0)
    return sorted(
        causes, key=lambda one: (not (one.touched and 2 * (one.share or 0.0) >= heaviest), -(one.share or 0.0))
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What profiles of one kind tell; `carried` is the share of the change that their causes explain."""

    causes: tuple[Cause, ...] = ()
    carried: float = 0.0
    basis: str = ""
    notes: tuple[str, ...] = ()


def _profiled(comparison: Comparison, base: Sequence[Capture], head: Sequence[Capture], diff: Diff) -> _Told:
    """What the kind of profile tells that explains most; of the others, what limits them."""
    told = [_of_kind(comparison, mine, its, diff) for mine, its in _kinds(base, head)]
    best = max((one for one in told if one.basis), key=lambda one: one.carried, default=_Told())
    others = (note for one in told if not one.basis for note in one.notes)
    return replace(best, notes=tuple(dict.fromkeys((*best.notes, *others))))


def _of_kind(comparison: Comparison, base: Sequence[Capture], head: Sequence[Capture], diff: Diff) -> _Told:
    few, what = min(len(base), len(head)), _what(base[0])
    if few < LEAST:
        return _Told(notes=(f"{what}: {few} of each side, {LEAST} are needed to tell chance from change",))
    mine, its = whole(base), whole(head)
    sides = sides_of(mine, its, diff, cpu=is_about_cpu(comparison))
    scale = scale_of(comparison, _type(sides.head[0]), sides.compared().total)
    if scale is None:
        return _Told()
    what = _what(sides.head[0])
    causes = function_causes(comparison.metric, sides, scale)
    carried = sum(one.share or 0.0 for one in causes)
    partly = len(base) + len(head) - len(mine) - len(its)
    notes = [
        *_unexplained(comparison, what, scale, carried, suspect(sides, scale)),
        *([f"{what}: {partly} of the profiles saw less than half and were left out"] if partly else ()),
        *(one.profile.note for one in (*mine, *its) if one.profile.note),
    ]
    return _Told(causes, carried, _basis(comparison, what, scale), tuple(notes))


def _kinds(base: Sequence[Capture], head: Sequence[Capture]) -> Iterator[tuple[Sequence[Capture], Sequence[Capture]]]:
    """The captures of both sides by who made them and what they count."""
    kinds = dict.fromkeys(map(_kind, base))
    for kind in kinds:
        sides = [[one for one in side if _kind(one) == kind] for side in (base, head)]
        if all(sides):
            yield sides[0], sides[1]


def _kind(capture: Capture) -> tuple[str, ValueType]:
    return capture.profile.tool, _type(capture)


def _type(capture: Capture) -> ValueType:
    return capture.profile.types[capture.profile.chosen]


def _what(capture: Capture) -> str:
    return f"{_type(capture).name} by {capture.profile.tool or 'a profile'}"


def _basis(comparison: Comparison, what: str, scale: Scale) -> str:
    if scale.proportional:
        return f"{what}, per unit of work; shares are of the growth of {comparison.metric} in proportion to it"
    return f"{what}, per unit of work; shares are of the change of {comparison.metric}"


def _unexplained(
    comparison: Comparison, what: str, scale: Scale, told: float, suspected: tuple[str, float] | None
) -> list[str]:
    """What the profile does not show, and what it shows that no function is sure to carry."""
    seen = min(scale.explained, 1.0)
    notes = []
    if 1 - max(seen, told) >= _NOTICED:
        missing = f"{(1 - max(seen, told)) * 100:.0f} %"
        notes.append(f"{missing} of the change of {comparison.metric} is not explained by the profile ({what})")
    if seen - told >= _NOTICED:
        seems = f": {suspected[1] * 100:.0f} % seems to be {suspected[0]}" if suspected else ""
        notes.append(f"{(seen - told) * 100:.0f} % is in functions of which none is sure to have changed{seems}")
    return notes


def _explains(comparison: Comparison, other: Comparison) -> bool:
    """A count that moved the same way, told in another unit than the metric's own. A rate is a consequence."""
    alike = other.metric == comparison.metric or other.unit == comparison.unit
    rate = other.unit in UNITS and UNITS[other.unit].higher_is_better
    return not alike and not rate and other.verdict == comparison.verdict


def _count(metric: str, moved: Comparison) -> Cause:
    """With the part that carries most of it: the statement, the function."""
    most = moved.parts[0].name if moved.parts else ""
    return Cause(
        metric=metric, kind="count", name=moved.metric, source=SOURCE, unit=moved.unit, before=moved.before,
        after=moved.after, detail=most,
    )  # fmt: skip
