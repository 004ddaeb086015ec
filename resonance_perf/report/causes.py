"""Why something changed, as people read it: parts of a metric and functions of a program in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.quantity import format_value
from resonance_perf.model.text import shortened
from resonance_perf.profiles.parts import part_causes

SHOWN = 3
"""So many causes are shown, or named in a sentence."""
_ENOUGH = 0.5
"""Parts that carry less of a change than this do not explain it; a function is told anyway, with what is left."""
_WHOLE = 0.995
_NOTICED = 0.005
"""What carries less than half a percent of a change is not shown."""
_LEFT = 0.25
"""What a profile does not explain is said in a sentence from this share on."""
_EVIDENCE = 2
_NAME = 80
"""Characters of a name that are shown: some are selectors or statements."""


def why_of(comparison: Comparison, whys: Iterable[Why]) -> Why:
    """What was found out about a comparison; without a profile that is what its metric is made of."""
    found = next((one for one in whys if one.metric == comparison.metric), None)
    return found or Why(metric=comparison.metric, causes=part_causes(comparison))


def explanation(found: Why) -> str:
    """`92 % of it is node_modules/lodash (new, 65.3 kB)`, `81 % of it is shop.stats.total (shop/stats.py:41): index
    orders_date gone`; nothing where few parts do not carry half of the change."""
    evidence = ", ".join(_listed_evidence(found.causes))
    left = _left(found)
    carried = _carried([one for one in found.causes if one.share is not None])
    if not carried:
        return "; ".join(filter(None, [f"seen with it: {evidence}" if evidence else "", left]))
    return "; ".join(filter(None, [f"{carried}: {evidence}" if evidence else carried, left]))


def cause_lines(found: Why) -> list[str]:
    """`92 % node_modules/lodash (new, 65.3 kB)` for each of the causes that carry most, whichever way."""
    noticed = [one for one in found.causes if one.share is not None and abs(one.share) >= _NOTICED]
    return [f"{percent(one)} {named(one)}" for one in sorted(noticed, key=_size)[:SHOWN]]


def percent(cause: Cause) -> str:
    """The share of a cause: `92 %`."""
    return f"{(cause.share or 0.0) * 100:.0f} %"


def named(cause: Cause) -> str:
    """A cause with its place or its numbers: `app.js (+71 kB)`, `shop.stats.total (shop/stats.py:41) in re.sub`."""
    name = shortened(cause.name, _NAME)
    place = f"{cause.file}:{cause.line}" if cause.line else cause.file
    if cause.kind != "function":
        return f"{name} ({', '.join(filter(None, (place, _how(cause))))})"
    moved = f"moved from {cause.was}" if cause.was else ""
    told = ", ".join(part for part in (place, "" if cause.before else "new", moved) if part)
    inner = f" {shortened(cause.detail, _NAME)}" if cause.detail else ""
    return f"{name} ({told}){inner}" if told else f"{name}{inner}"


def evidence_of(cause: Cause) -> str:
    """What speaks for a cause that has no share: `statements_per_request 3 → 103 (SELECT …)`, `index by_day gone`."""
    if cause.kind == "finding":
        return cause.detail.partition(". ")[0] or cause.name
    numbers = " → ".join(format_value(one, cause.unit) for one in (cause.before, cause.after) if one is not None)
    return f"{cause.name} {numbers}" + (f" ({cause.detail})" if cause.detail else "")


def _listed_evidence(causes: Sequence[Cause]) -> list[str]:
    return [shortened(evidence_of(one), _NAME) for one in causes if one.share is None][:_EVIDENCE]


def _carried(causes: Sequence[Cause]) -> str:
    """`92 % of it is …`: as many as carry half of it, the first of a profile also alone."""
    carriers: list[Cause] = []
    share = 0.0
    while share < _ENOUGH and len(carriers) < min(SHOWN, len(causes)):
        carriers.append(causes[len(carriers)])
        share += carriers[-1].share or 0.0
    if share < _ENOUGH and not any(one.kind == "function" for one in carriers):
        return ""
    told = list(map(named, carriers))
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    last = min(causes, key=lambda one: one.share or 0.0)
    if share > 1 / _WHOLE and (last.share or 0.0) < 0:
        return f"it is {listed}, less {named(last)}"
    return f"{'all' if share >= _WHOLE else f'{share * 100:.0f} %'} of it is {listed}"


def _left(found: Why) -> str:
    if found.explained is None or 1 - found.explained < _LEFT:
        return ""
    if found.explained < _NOTICED:
        return "the profile does not explain it"
    return f"{(1 - found.explained) * 100:.0f} % is not explained by the profile"


def _how(one: Cause) -> str:
    if one.before is None:
        return f"new, {format_value(one.after or 0.0, one.unit)}"
    if one.after is None:
        return f"gone, {format_value(one.before, one.unit)}"
    move = one.after - one.before
    return f"{'+' if move > 0 else '−'}{format_value(abs(move), one.unit)}"


def _size(cause: Cause) -> float:
    return -abs(cause.share or 0.0)
