"""pstats: what `python -m cProfile -o FILE` and `Stats.dump_stats` write: calls and time of functions, by caller."""

from __future__ import annotations

import re

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.marshalled import table
from resonance_perf.profiles.formats.stacks import Stacks

_BEGINNING = re.compile(rb"[{\xfb][)\xa9]\x03[zZaAut\xfa\xda\xe1\xc1\xf5\xf4]")
"""A table whose first key is a tuple of three, of which a text is the first."""
_NOTE = "a stack is a caller and what it calls"
_BUILT_IN = "~"
_NS = 1e9


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return _BEGINNING.match(head) is not None


@source.reads("pstats")
def read(data: bytes, name: str) -> Profile:  # noqa: ARG001  # it has no lines to be named
    """See `Format`. What a function did for no caller that is known stands alone."""
    stacks = Stacks()
    for place, (_, calls, own_s, _, callers) in table(data).items():
        function, left, left_s = _frame(*place), calls, own_s
        for caller, told in callers.items():
            # the module `profile` counts calls alone
            count, part_s = (told, 0.0) if isinstance(told, int) else (told[0], told[2])
            stacks.add(stacks.walk(stacks.root(), (_frame(*caller), function)), float(count), _ns(part_s))
            left, left_s = left - count, left_s - part_s
        stacks.add(stacks.child(stacks.root(), function), float(max(0, left)), _ns(max(0.0, left_s)))
    return Profile(types=(words.CALLS, words.WALL), stacks=stacks.told(), chosen=1, tool="cProfile", note=_NOTE)


def _frame(file: object, line: int, function: object) -> Frame:
    return Frame(str(function), "" if file == _BUILT_IN else str(file), start=max(0, line))


def _ns(seconds: float) -> float:
    return float(round(seconds * _NS))
