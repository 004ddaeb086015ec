"""scalene: its JSON: how long each stack was on the CPU, in Python and in native code."""

from __future__ import annotations

import re

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_FRAME = re.compile(r"(?P<file>.*) (?P<function>\S+):(?P<line>\d{1,9});?")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"alloc_samples":' in head and b'"args":' in head


@source.reads("scalene")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole, stacks = source.document(data, name), Stacks()
    for path, told in whole["stacks"]:
        stacks.add(stacks.walk(stacks.root(), map(_frame, path)), float(round(told["cpu_samples"] * 1e9)))
    return Profile(
        types=(words.CPU,), stacks=stacks.told(), tool="scalene", seconds=float(whole["elapsed_time_sec"] or 0)
    )


def _frame(text: str) -> Frame:
    match = _FRAME.fullmatch(text)
    return Frame(match["function"], match["file"], int(match["line"])) if match else Frame(text)
