"""Commands that start a Python: where its own options end."""

from __future__ import annotations

import os
import re

from resonance_perf.model.benchmark import Argv

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
_WITH_VALUE = ("-W", "-X", "--check-hash-based-pycs")


def is_python(command: Argv) -> bool:
    """True when the first word is an interpreter of Python."""
    return _PYTHON.fullmatch(os.path.basename(command[0])) is not None


def split(command: Argv) -> tuple[Argv, Argv]:
    """(the interpreter with its own options, the program with its arguments); the program may be empty."""
    at = 1
    while at < len(command) and command[at].startswith("-") and command[at] not in ("-m", "-c", "-"):
        at += 2 if command[at] in _WITH_VALUE else 1
    return command[:at], command[at:]
