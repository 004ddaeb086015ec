"""`python -m resonance_perf.system.browser VISIT RESULT [SCRIPT]`: visit a page, write down what was seen.

Where RESONANCE_PERF_CPU_PROFILE names a file, the visit is made once, and that file says where its scripts spent time.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from resonance_perf.system.browser.acting import acts
from resonance_perf.system.browser.chromium import chromium, slowed, window
from resonance_perf.system.browser.probes import PROBES
from resonance_perf.system.browser.probes.cpu import cpu
from resonance_perf.system.browser.tab import Tab
from resonance_perf.system.browser.visit import Visit, VisitError, read_visit

MOST_BYTES = 58
"""So long may the path of a folder be in which Chromium makes a socket: it adds 45, and macOS takes 103 at most."""


def main(visit: str, result: str, script: str | None = None) -> int:
    """0 when it was measured; 1 when not: then the result says why."""
    at = time.time()
    beside = os.path.dirname(os.path.abspath(result))
    if len(os.fsencode(beside)) <= MOST_BYTES:
        os.environ["TMPDIR"] = beside  # a killed browser's profile goes with the result
    try:
        seen = see(read_visit(visit, script))
    except VisitError as error:
        seen = {"failed": str(error)}
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"resonance_perf": "web", "at": at, **seen}, file)
    return 1 if "failed" in seen else 0


def see(visit: Visit) -> dict[str, Any]:
    """Everything that was asked for.

    Raises:
        VisitError: says why the page could not be measured.
    """
    act = acts(visit)
    profile = os.environ.get("RESONANCE_PERF_CPU_PROFILE")
    with chromium(visit) as (playwright, browser):
        seen: dict[str, Any] = {"version": browser.version}
        if profile:
            with window(playwright, browser, visit) as context, open(profile, "w", encoding="utf-8") as file:
                page = context.new_page()
                json.dump(cpu(Tab(page, slowed(page, visit), visit.url, act, visit.repeat)), file)
            return seen
        for name in visit.probes:
            with window(playwright, browser, visit) as context:
                page = context.new_page()
                seen[name] = PROBES[name](Tab(page, slowed(page, visit), visit.url, act, visit.repeat))
        return seen


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
