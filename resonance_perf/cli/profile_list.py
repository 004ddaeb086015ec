"""`profile --list`: the profilers that there are, and what keeps one from working here."""

from __future__ import annotations

import inspect
from typing import Any

from resonance_perf.cli.output import print_json, table
from resonance_perf.model.text import printable
from resonance_perf.profilers.registry import installed, profiler
from resonance_perf.system.permissions import refused
from resonance_perf.system.profilers import version


def listed(*, as_json: bool) -> int:
    """Print them; exit 0."""
    found = [_entry(name) for name in installed()]
    if as_json:
        print_json({"version": 1, "profilers": found})
        return 0
    rows = [
        [one["profiler"], ", ".join(one["runtimes"]), one["resource"], one["found"] or f"no: {one['install']}",
         one["about"]]
        for one in found
    ]  # fmt: skip
    print(printable(table(("profiler", "runs under it", "looks at", "here", "about"), rows, cut=True)))
    for one in found:
        for problem in one["problems"]:
            print(printable(f"{one['profiler']}: {problem}"))
    return 0


def _entry(name: str) -> dict[str, Any]:
    one = profiler(name)
    about, _, rest = (inspect.getdoc(one) or "").partition("\n\n")
    return {
        "profiler": name, "runtimes": list(one.RUNTIMES), "resource": one.RESOURCE, "found": version(name) or None,
        "install": one.PROGRAM.install, "about": " ".join(about.partition(": ")[2].rstrip(".").split()),
        "traps": " ".join(rest.split()).removeprefix("Traps: "),
        "problems": [why for need in one.NEEDS if (why := refused(need))],
    }  # fmt: skip
