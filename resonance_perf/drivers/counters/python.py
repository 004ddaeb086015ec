"""Commands that start a Python: where its own options end, and what lets its counts repeat."""

from __future__ import annotations

import os
import re

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.errors import BenchmarkError

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


def under(tool: Argv, command: Argv, benchmark: str, name: str) -> Argv:
    """The command with the module and its options `tool` between the interpreter and the program.

    Raises:
        BenchmarkError: when the command is no Python program in a file or a module.
    """
    require_seed(command, benchmark)
    interpreter, program = split(command)
    if not is_python(command) or not program or program[0] in ("-c", "-"):
        raise BenchmarkError(
            f"{benchmark}: {name} counts in a Python program, not in {' '.join(command)}",
            hint='Write the command as ["python3", "FILE.py", …] or ["python3", "-m", "MODULE", …].',
        )
    return (*interpreter, *tool, *program)


def require_seed(command: Argv, benchmark: str) -> None:
    """Raise where Python would not read PYTHONHASHSEED, without which its counts do not repeat.

    Raises:
        BenchmarkError: names the option.
    """
    if not command or not is_python(command):
        return
    for word in split(command)[0][1:]:
        if re.fullmatch(r"-[A-Za-z]*[EI][A-Za-z]*", word):
            hint = "Leave it out; -s and -P keep most of what -I does."
            raise BenchmarkError(
                f"{benchmark}: with {word} Python ignores PYTHONHASHSEED, and no count repeats", hint=hint
            )
