"""Which profilers can be started here."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec

from resonance_perf.profilers.registry import profiler
from resonance_perf.system.lookup import which
from resonance_perf.system.programs import version as asked

_INSIDE = ("memray", "pyinstrument", "scalene")
"""Packages of Python: that of the program may have them, and lacks them mostly; ours help out."""


def where(program: str) -> str:
    """The path of a program that is on PATH or installed beside us, which is on no PATH mostly; else nothing."""
    return which(program, fixed=True) or shutil.which(program, path=os.path.dirname(sys.executable)) or ""


def version(name: str) -> str:
    """The version of the program or the package, `yes` where it tells none; nothing when it is not here."""
    program = profiler(name).PROGRAM
    if program.name in _INSIDE:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(program.name)
        except PackageNotFoundError:
            return ""
    if program.module and find_spec(program.module) is None:
        return ""
    path = where(program.name)
    return asked(path, program.version) if path else ""


def is_here(name: str) -> bool:
    """True when the program behind a profiler can be started, or its package imported."""
    program = profiler(name).PROGRAM
    if program.name in _INSIDE:
        return find_spec(program.name) is not None
    return bool((not program.module or find_spec(program.module)) and where(program.name))
