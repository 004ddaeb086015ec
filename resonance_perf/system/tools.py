"""The versions of the programs that a benchmark's command starts with."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from functools import lru_cache

from resonance_perf.model.machine import TOOL, UNKNOWN, Facts, is_interpreter
from resonance_perf.model.work import Command
from resonance_perf.system.lookup import shebang, which
from resonance_perf.system.process import Launcher

_ASKED = {"go": "version", "java": "-version", "deno": "--version"}
_TIMEOUT_S = 5.0
_VERSIONS = (re.compile(r"\d+\.\d+[\w.+-]*"), re.compile(r"\d+"))
"""`java -version` says a whole number in the first release of a line."""


def versions(tools: Iterable[str]) -> Facts:
    """Each tool with its version and where it lies.

    It runs known interpreters (`node --version`), nothing else: another program's version is the hash of its file, and
    a script names its interpreter as well.

    To be called with the tools of a trusted config only. Asking costs some 50 ms for each interpreter, once in the
    life of this process until the file changes.
    """
    waiting, found = list(dict.fromkeys(tools)), dict[str, str]()
    while waiting:
        tool = waiting.pop(0)
        path = which(tool)
        if tool in found:
            continue
        found[tool] = _told(os.path.realpath(path), path, is_interpreter(tool)) if path else UNKNOWN
        if path and not is_interpreter(tool):
            waiting += _interpreter(path)
    return tuple((TOOL + tool, reading) for tool, reading in found.items())


def _told(real: str, path: str, asks: bool) -> str:
    try:
        stat = os.stat(real)
        version = (_asked if asks else _hashed)(path, real, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return UNKNOWN
    home = os.path.expanduser("~")
    return f"{version} {'~' + real[len(home) :] if real.startswith(home + os.sep) else real}"


@lru_cache(maxsize=64)
def _asked(path: str, _real: str, _mtime_ns: int, _bytes: int) -> str:
    """The version that an interpreter tells; asked by its own name, for some are links to one program for many.

    Raises:
        OSError: when it tells none, so that it is asked again the next time.
    """
    name = os.path.basename(path)
    with Launcher() as launcher:
        outcome = launcher.run(Command(argv=(path, _ASKED.get(name, "--version")), timeout_s=_TIMEOUT_S), os.getcwd())
    said = (outcome.stdout + b"\n" + outcome.stderr).decode("utf-8", "replace")
    match = next((match for version in _VERSIONS if (match := version.search(said))), None)
    if not outcome.ok or match is None:
        raise OSError(f"{path} tells no version")
    return match[0]


@lru_cache(maxsize=64)
def _hashed(_path: str, real: str, _mtime_ns: int, _bytes: int) -> str:
    with open(real, "rb") as file:
        return f"file {hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"


def _interpreter(path: str) -> tuple[str, ...]:
    """The interpreter that the first line of a script names, if it is a known one."""
    return tuple(word for word in shebang(path) if is_interpreter(word))[:1]
