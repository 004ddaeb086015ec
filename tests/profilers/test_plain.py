from __future__ import annotations

import json

import pytest

from resonance_perf.model.profile import Frame, ValueType
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.plain import read

LEFT = {
    "types": [["calls", "count"]],
    "frames": [
        ["run", "/x/resonance_perf_inside_python.py", 9, 0],
        ["load", "shop.py", 0, 4],
        ["start", "/x/runpy.py", 1, 1],
    ],
    "stacks": [[[0, 2, 1], [3]], [[0, 2], [1]]],
}


def test_processes_are_added_up_and_what_runs_them_is_left_out() -> None:
    left = json.dumps(LEFT).encode()
    found = read({"12.json": left, "13.json": left, "13.memray": b""}, "tool")
    assert found.types == (ValueType("calls", "count"),)
    assert [(one.frames, one.values) for one in found.stacks] == [((Frame("load", "shop.py", 0, 4),), (6.0,))]


def test_nothing_left_is_said() -> None:
    with pytest.raises(NothingSeenError, match="tool wrote no profile"):
        read({}, "tool")
