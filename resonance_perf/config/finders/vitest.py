"""vitest: the benchmarks of `*.bench.ts` and the like, where the root's package.json has vitest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resonance_perf.config.finders.found import KEY, MOST, Files, Found, flow, line_of, slug, texts
from resonance_perf.config.finders.packages import dependencies, install_for

WANTED = re.compile(r"\.(?:bench|benchmark)\.[cm]?[jt]sx?\Z")
_CALL = re.compile(r"""^[ \t]*(bench|describe)\(\s*(["'`])((?:(?!\2)[^\n\\$])+)\2""", re.M)
_ANY = re.compile(r"\b(?:bench|describe)(?:\.\w+)*\(")


def find(files: Files) -> Iterator[Found]:
    """One for each of the first benchmarks whose full name is plain to see: in no group, or in the one of its file."""
    package = files.get("package.json") or ""
    if "vitest" not in dependencies(package):
        return
    install = f"setup: {flow(install_for(files, '', package))}"
    left = MOST
    for path, text in texts(files, WANTED):
        calls = list(_CALL.finditer(text))
        groups = [one[3] for one in calls if one[1] == "describe"]
        benches = [one for one in calls if one[1] == "bench"]
        if len(calls) != len(_ANY.findall(text)) or (groups and (len(groups) > 1 or calls[0][1] != "describe")):
            continue
        for bench in benches[:left]:
            part = " > ".join([path, *groups, bench[3]])
            keys = ("driver: vitest", install, f"files: {flow([path])}", f"part: {flow([part])[1:-1]}",
                    "timeout: 10min", "metrics:", f"  wall: {{budget: {KEY}_wall}}")  # fmt: skip
            yield Found(slug("vitest", bench[3]), "vitest", f"{path}:{line_of(text, bench.start(2))}: {bench[3]}", keys)
        left -= len(benches[:left])
