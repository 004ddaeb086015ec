"""What a command starts: by which runtime it is run, and where in its words the program begins."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.interpreter import is_python, split
from resonance_perf.model.profiling import Runtime

_RUN = ("uv", "poetry", "pipenv", "pdm", "hatch", "rye")
"""They run what follows `run` in an environment."""
_SHELLS = ("sh", "bash", "dash", "zsh")
_MODULES = ("pytest", "gunicorn", "uvicorn", "hypercorn", "flask", "celery")
"""Programs of Python that are modules as well."""
_NODE = re.compile(r"node(js)?|npm|npx|yarn|pnpm|tsx|ts-node|next|vite|vitest|nest")
_JVM = re.compile(r"java|mvn|mvnw|gradle|gradlew|sbt|kotlin|scala")


@dataclass(frozen=True, slots=True)
class Started:
    """A Python program: what stands before the interpreter, such as `uv run`; the interpreter with its own options;
    the program with its arguments."""

    before: Argv
    interpreter: Argv
    program: Argv


def runtime_of(argv: Argv) -> Runtime:
    """By what a command is run, as far as its words tell."""
    if len(argv) > 2 and os.path.basename(argv[0]) in _SHELLS and argv[1] == "-c":
        return runtime_of(_first_of(argv[2]))
    _, argv = _after_run(argv)
    name = os.path.basename(argv[0])
    if is_python(argv) or name in _MODULES or name.endswith(".py"):
        return "python"
    if _NODE.fullmatch(name) or name.endswith((".js", ".mjs", ".cjs", ".ts")):
        return "node"
    if name == "go":
        return "go"
    return "jvm" if _JVM.fullmatch(name) or name.endswith(".jar") else "native"


def python_program(argv: Argv, profiler: str) -> Started:
    """The parts of a command that starts a Python program.

    Raises:
        ValueError: when it starts none, or one that is no file and no module.
    """
    before, rest = _after_run(argv)
    name = os.path.basename(rest[0])
    if name in _MODULES:
        rest = ("python3", "-m", name, *rest[1:])
    elif name.endswith(".py") and before:
        rest = ("python3", *rest)
    interpreter, program = split(rest)
    if not is_python(rest) or not program or program[0] == "-":
        raise ValueError(f"is no Python program that {profiler} can start: {' '.join(argv)}")
    return Started(before, interpreter, program)


def _after_run(argv: Argv) -> tuple[Argv, Argv]:
    """(`uv run` and the like with its options, what it runs)."""
    at = 0
    if os.path.basename(argv[0]) in _RUN and argv[1:2] == ("run",):
        at = next((at for at, word in enumerate(argv) if at > 1 and not word.startswith("-")), 0)
    return argv[:at], argv[at:]


def _first_of(line: str) -> Argv:
    """The words of a shell's line, without what only sets the scene."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    while words and (words[0] in ("exec", "env", "time", "nice") or "=" in words[0]):
        words.pop(0)
    return tuple(words) or (line,)
