"""The program behind the first word of a command: where it is, and what interprets it."""

from __future__ import annotations

import os
import shutil

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.machine import is_interpreter
from resonance_perf.system.own_environment import absolute, search_path


def find(name: str, search: str, cwd: str) -> tuple[str, str]:
    """The path of the program `name` as a shell in `cwd` would find it; or nothing, and a sentence."""
    if not os.path.isdir(cwd):
        return "", cannot_start(name, f"the folder {cwd} does not exist")
    if "/" in name:
        path = os.path.join(cwd, name)
        if not os.path.isfile(path):
            return "", cannot_start(name, "there is no such file") + " Correct the command in the config."
        if not os.access(path, os.X_OK):
            return "", cannot_start(name, "it is not executable") + f" Try: chmod +x {name}"
        return path, ""
    folders = os.pathsep.join(os.path.join(cwd, folder) for folder in search.split(os.pathsep))
    found = shutil.which(name, path=folders)
    if found is None:
        return "", cannot_start(name, "no such program on PATH") + " Install it or correct the command in the config."
    return found, ""


def cannot_start(name: str, why: str) -> str:
    """The sentence for a program that was not started."""
    return f'cannot start "{name}": {why}.'


def which(name: str, *, fixed: bool = False) -> str:
    """The path of a program that is on the PATH of the user's programs; else nothing.

    `fixed`: not where its folder is another wherever we are.
    """
    path = search_path(os.environ)
    return shutil.which(name, path=absolute(path) if fixed else path) or ""


def spelled(argv: Argv, cwd: str) -> Argv:
    """The words with the interpreter in front that a script names in its first line."""
    if is_interpreter(argv[0]):  # pyenv's are scripts that look for the real one
        return argv
    script = os.path.join(cwd, argv[0]) if "/" in argv[0] else which(argv[0])
    words = shebang(script)
    if words and os.path.basename(words[0]) == "env":
        words = [word for word in words[1:] if word != "-S"]
    return (*words, script, *argv[1:]) if words and is_interpreter(words[0]) else argv


def shebang(path: str) -> list[str]:
    """The words behind the `#!` of a script; none where there is no such line, or no file that can be read."""
    try:
        with open(path, "rb") as file:
            line = file.readline(256).decode("utf-8", "replace")
    except OSError:
        return []
    return line[2:].split() if line.startswith("#!") else []
