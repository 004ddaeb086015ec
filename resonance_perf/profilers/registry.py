"""Which profilers are installed, ours and those of other packages, and which one looks into what."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import cast

from resonance_perf.model.errors import UsageError
from resonance_perf.model.profiling import Profiling, Resource, Runtime
from resonance_perf.profilers import GROUP

_FIRST = ("py-spy", "py-spy-wall", "memray", "node-cpu", "node-heap", "pprof", "perf", "chrome")
"""Where several look at the same, those first that disturb least."""
_INSTEAD: dict[Resource, Resource] = {"wall": "cpu", "cpu": "wall", "off-cpu": "wall", "instructions": "calls"}
"""What is looked at where nobody looks at that."""
_NEEDED = ("RUNTIMES", "RESOURCE", "PROGRAM", "NEEDS", "wrap", "read")


def installed() -> dict[str, EntryPoint]:
    """Every profiler by its name; none of them is loaded yet."""
    return {one.name: one for one in sorted(entry_points(group=GROUP), key=lambda one: one.name)}


def profiler(name: str) -> Profiling:
    """The profiler of this name.

    Raises:
        UsageError: when there is none, or it cannot be loaded.
    """
    known = installed()
    if name not in known:
        raise UsageError(f'there is no profiler "{name}"', hint=f"There are {', '.join(known)}.")
    try:
        found = cast("Profiling", known[name].load())  # an entry point is untyped
    except Exception as error:  # a plug-in of somebody else may fail in any way
        raise UsageError(f"the profiler {name} cannot be loaded: {error!r}", hint="Update or remove it.") from error
    if lacks := [one for one in _NEEDED if not hasattr(found, one)]:
        hint = "docs/extending.md says what it needs."
        raise UsageError(f"the profiler {name} has no {', '.join(lacks)}", hint=hint)
    return found


def chosen(runtime: Runtime, resource: Resource) -> str | None:
    """The name of the profiler that looks at a resource of a program of this runtime, or None."""
    names = sorted(installed(), key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    of_it = {name: one for name in names if runtime in (one := profiler(name)).RUNTIMES}
    for wanted in (resource, _INSTEAD.get(resource)):
        for name, one in of_it.items():
            if wanted == one.RESOURCE:
                return name
    return None
