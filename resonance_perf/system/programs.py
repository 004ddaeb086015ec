"""Which measuring programs there are on PATH, and which version each says it is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from resonance_perf.model.driving import Program
from resonance_perf.system.lookup import which

_TIMEOUT_S = 10.0
_AT_ONCE = 4
_VERSION = re.compile(r"\d+\.\d+[\w.+-]*")


def found(programs: Mapping[str, Program]) -> dict[str, str]:
    """Key -> the version, or "yes" where it tells none, of those that are on PATH with the module that they need."""
    there = {
        key: at
        for key, one in programs.items()
        if (not one.module or find_spec(one.module)) and (at := which(one.name, fixed=True))
    }
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = pool.map(lambda key: version(there[key], programs[key].version), there)
        return dict(zip(there, told, strict=True))


def version(program: str, words: tuple[str, ...]) -> str:
    """What the program at this path says, "yes" where it tells no version."""
    try:
        done = subprocess.run([program, *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return "yes"
    match = _VERSION.search((done.stdout + b"\n" + done.stderr).decode("utf-8", "replace"))
    return match[0] if match else "yes"
