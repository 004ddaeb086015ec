"""Which profilers are installed, ours and those of other packages, and which one looks into what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from resonance_perf.model import plugins
from resonance_perf.model.errors import UsageError
from resonance_perf.model.profiling import PROFILERS, Profiling, Resource, Runtime

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_FIRST = (
    "python-cpu", "py-spy-wall", "py-spy", "pyinstrument", "memray", "node-cpu", "node-heap", "go-cpu", "perf",
    "asyncio-lag", "node-lag",
)  # fmt: skip
"""Where several look at the same, those first that disturb least."""
_ON_TIME = ("pyinstrument",)
"""They look from the first line on; the others miss the first tenth of a second."""
_BY_NAME = ("scalene",)
"""They need to be where the program is, and are asked for by who knows that."""
SHORT_S = 1.0
_INSTEAD: dict[Resource, tuple[Resource, ...]] = {
    "wall": ("cpu", "calls"), "cpu": ("wall", "calls"), "off-cpu": ("wall",), "instructions": ("calls", "cpu"),
}  # fmt: skip
"""What is looked at where nobody looks at that."""
_NEEDED = ("RUNTIMES", "RESOURCE", "PROGRAM", "NEEDS", "wrap", "read")


def installed() -> dict[str, EntryPoint]:
    """Every profiler by its name; none of them is loaded yet."""
    return plugins.installed(PROFILERS)


def profiler(name: str) -> Profiling:
    """The profiler of this name.

    Raises:
        UsageError: when there is none, or it cannot be loaded.
    """
    known = installed()
    if name not in known:
        raise UsageError(f'there is no profiler "{name}"', hint=f"There are {', '.join(known)}.")
    return cast("Profiling", plugins.load(known[name], "profiler", _NEEDED))


def chosen(runtime: Runtime, resource: Resource, usable: Callable[[str], bool], *, seconds: float) -> str | None:
    """The name of the profiler that looks at a resource of a program of this runtime, or None.

    Those that are not `usable` are not asked. `seconds`: how long the program takes, 0 for a server.
    """
    first = _ON_TIME + _FIRST if 0 < seconds < SHORT_S else _FIRST
    here = installed().keys() - set(_BY_NAME)
    names = sorted(here, key=lambda name: (first.index(name) if name in first else len(first), name))
    of_it = {name: one for name in names if runtime in (one := profiler(name)).RUNTIMES}
    for wanted in (resource, *_INSTEAD.get(resource, ())):
        for name, one in of_it.items():
            if wanted == one.RESOURCE and usable(name):
                return name
    return None
