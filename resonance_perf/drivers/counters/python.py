"""Commands that start a Python, and what lets its counts repeat."""

from __future__ import annotations

import re

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.interpreter import is_python, split


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
