"""The environment that we are installed into: is it ours alone, and so no place where a benchmark should run?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache

_US = "resonance-perf"
_EVERY_ENVIRONMENT = {"pip", "setuptools", "wheel"}
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']+)["']""")


def search_path(environ: Mapping[str, str]) -> str:
    """The PATH on which programs of the user are looked for: without those that are there for our sake only.

    Who puts an environment of ours on PATH, to type `resonance-perf`, does not ask for their benchmarks to run with its
    Python. One that they have activated is meant, also when it is ours.
    """
    path, ours = environ.get("PATH", os.defpath), _own_programs()
    return path if os.path.join(environ.get("VIRTUAL_ENV", ""), "bin") == ours else without(path, ours)


def absolute(path: str) -> str:
    """The folders of a search path that are the same wherever we are: `.` is the tree of whoever wrote the branch."""
    return os.pathsep.join(filter(os.path.isabs, path.split(os.pathsep))) or os.defpath


@cache
def _own_programs() -> str:
    """The folder of programs of a virtual environment that holds nothing but us and what we need; else nothing."""
    if sys.prefix == sys.base_prefix:
        return ""
    from importlib.metadata import distributions

    needs = {one.name: one.requires or [] for one in distributions()}
    return os.path.join(sys.prefix, "bin") if holds_only_us(needs) else ""


def holds_only_us(needs: Mapping[str, Iterable[str]]) -> bool:
    """True when all that is installed (name -> its requirements, PEP 508) is us, or there because of us.

    What we need only to be developed is not: that is somebody's work place.
    """
    found = {_normal(name): tuple(wanted) for name, wanted in needs.items()}
    open_, ours = [_US], set(_EVERY_ENVIRONMENT)
    while open_:
        name = open_.pop()
        if name in ours:
            continue
        ours.add(name)
        for requirement in found.get(name, ()):
            match, extra = _NAME.match(requirement), _EXTRA.search(requirement)
            if match and (extra is None or (name == _US and extra[1] != "dev")):
                open_.append(_normal(match[1]))
    return found.keys() <= ours


def without(path: str, folder: str) -> str:
    """A search path without a folder; unchanged when nothing would be left."""
    if not folder:
        return path
    kept = [one for one in path.split(os.pathsep) if os.path.normpath(one or ".") != folder]
    return os.pathsep.join(kept) or path


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
