"""What a change is made of, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.quantity import format_value

SHOWN = 3
"""So many parts are shown, or named in a sentence."""
_ENOUGH = 0.5
"""Parts that carry less of a change than this do not explain it."""
_WHOLE = 0.995
_NOTICED = 0.005
"""A part that carries less than half a percent of a change is not shown."""
_NAME = 80
"""Characters of a name that are shown: some are selectors or statements."""


def explanation(comparison: Comparison) -> str:
    """`92 % of it is node_modules/lodash (new, 65.3 kB)`; nothing where few parts do not carry half of the change."""
    carriers: list[PartChange] = []
    share = 0.0
    while share < _ENOUGH:
        if len(carriers) == min(SHOWN, len(comparison.parts)):
            return ""
        carriers.append(comparison.parts[len(carriers)])
        share += carriers[-1].share
    named = [_part(one, comparison.unit) for one in carriers]
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    last = comparison.parts[-1]
    if share > 1 / _WHOLE and last.share < 0:
        return f"it is {listed}, less {_part(last, comparison.unit)}"
    return f"{'all' if share >= _WHOLE else f'{share * 100:.0f} %'} of it is {listed}"


def part_lines(comparison: Comparison) -> list[str]:
    """`92 % node_modules/lodash (new, 65.3 kB)` for each of the parts that carry most."""
    shown = _foremost(comparison.parts)
    return [f"{one.share * 100:.0f} % {_part(one, comparison.unit)}" for one in shown]


def _foremost(parts: Sequence[PartChange]) -> list[PartChange]:
    """The parts that moved most, whichever way."""
    noticed = (one for one in parts if abs(one.share) >= _NOTICED)
    return sorted(noticed, key=lambda one: -abs(one.share))[:SHOWN]


def _part(one: PartChange, unit: str) -> str:
    name = one.name if len(one.name) <= _NAME else one.name[: _NAME - 1] + "…"
    name += f" ({one.place})" if one.place else ""
    if one.before is None:
        how = f"new, {format_value(one.after or 0.0, unit)}"
    elif one.after is None:
        how = f"gone, {format_value(one.before, unit)}"
    else:
        move = one.after - one.before
        how = f"{'+' if move > 0 else '−'}{format_value(abs(move), unit)}"
    return f"{name} ({how})"
