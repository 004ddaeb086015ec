"""asv: the benchmarks of an `asv.conf.json` at the root, each by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from resonance_perf.config.finders.found import KEY, MOST, Files, Found, flow, line_of, slug

WANTED = re.compile(r"\Aasv\.conf\.json\Z|\A(?:asv_)?(?:bench[^/]*|asv[^/]*|perf[^/]*)/[^\n]*\.py\Z")
_COMMENT = re.compile(r"^\s*//[^\n]*", re.M)
_DEF = re.compile(
    r"^(?P<in>[ \t]*)(?:def (?P<name>(?P<kind>time|mem|peakmem)_\w+)\((?:self)?\)|class (?P<class>\w+)\b)", re.M
)
_PARAMETERS = re.compile(r"^\s*(?:params|\w+\.params)\s*[:=]", re.M)
_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg")
_ENVIRONMENT = "python3 -m venv .venv && .venv/bin/pip install --quiet asv ."


def find(files: Files) -> Iterator[Found]:
    """One for each of the first benchmarks without parameters."""
    conf = _conf(files.get("asv.conf.json"))
    folder = normpath(str(conf.get("benchmark_dir") or "benchmarks"))
    if conf.get("repo") not in (".", "./"):
        return
    found = [
        (path, line, name)
        for path in sorted(files)
        if path.startswith(f"{folder}/")
        for line, name in _named(files[path] or "")
    ]
    installed = any(one in files for one in _PROJECT)
    setup = (f"setup: {flow(('sh', '-c', _ENVIRONMENT))}", "program: .venv/bin/python") if installed else ()
    for path, line, called in found[:MOST]:
        module = path.removeprefix(f"{folder}/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        name = f"{module}.{called}"
        metric = "wall" if called.rpartition(".")[2].startswith("time_") else "memory"
        keys = ("driver: asv", *setup, f"select: {json.dumps(f'^{re.escape(name)}$')}", "timeout: 10min", "metrics:",
                f"  {metric}: {{budget: {KEY}_{metric}}}")  # fmt: skip
        yield Found(slug("asv", called), "asv", f"{path}:{line}: {name}", keys)


def _named(text: str) -> Iterator[tuple[int, str]]:
    """(line, name) of what asv would run as it stands; files with parameters have a result for each combination."""
    if _PARAMETERS.search(text):
        return
    owner = ""
    for one in _DEF.finditer(text):
        if not one["in"]:
            owner = one["class"] or ""
        if one["name"] and bool(one["in"]) == bool(owner):
            yield line_of(text, one.start("name")), f"{owner}.{one['name']}" if owner else one["name"]


def _conf(text: str | None) -> dict[str, Any]:
    try:
        conf = json.loads(_COMMENT.sub("", text or ""))
    except (ValueError, RecursionError):
        return {}
    return conf if isinstance(conf, dict) else {}
