"""What our programs inside of a process leave: a JSON file for each, `{types, frames, stacks: [[path, values]]}`.

A frame is `[function, file, line, first line]`, a path holds indices of frames, its root first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from resonance_perf.model.profile import Frame, Profile, ValueType
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats.stacks import Stacks

OURS = "resonance_perf_inside"
"""How the names of our programs in `{given}` begin: their frames are no part of what they look at."""
_STARTING = ("<frozen runpy>", "runpy.py")


def read(files: Mapping[str, bytes], tool: str, note: str = "") -> Profile:
    """All processes added up.

    Raises:
        NothingSeenError: when none has left anything.
    """
    told, types = Stacks(), tuple[ValueType, ...]()
    root = told.root()
    for name in sorted(name for name in files if name.endswith(".json")):
        found = json.loads(files[name])
        types = tuple(ValueType(*one) for one in found["types"])
        frames = [Frame(*one) for one in found["frames"]]
        for path, values in found["stacks"]:
            own = [frames[index] for index in path if not _is_ours(frames[index])]
            if own:
                told.add(told.walk(root, own), *map(float, values))
    if not types:
        raise NothingSeenError(f"{tool} wrote no profile")
    return Profile(types=types, stacks=told.told(), tool=tool, note=note)


def _is_ours(frame: Frame) -> bool:
    return frame.file.rpartition("/")[2].startswith(OURS) or frame.file in _STARTING or frame.file.endswith("/runpy.py")
