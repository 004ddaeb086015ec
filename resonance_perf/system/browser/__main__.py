"""`python -m resonance_perf.system.browser VISIT RESULT [SCRIPT]`: visit a page, write down what was seen."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from resonance_perf.system.browser.acting import acts
from resonance_perf.system.browser.chromium import chromium, slowed, window
from resonance_perf.system.browser.probes import PROBES
from resonance_perf.system.browser.tab import Tab
from resonance_perf.system.browser.visit import Visit, VisitError, read_visit


def main(visit: str, result: str, script: str | None = None) -> int:
    """0 when it was measured; 1 when not: then the result says why."""
    at = time.time()
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
    with chromium(visit) as (playwright, browser):
        seen: dict[str, Any] = {"version": browser.version}
        for name in visit.probes:
            with window(playwright, browser, visit) as context:
                page = context.new_page()
                seen[name] = PROBES[name](Tab(page, slowed(page, visit), visit.url, act, visit.repeat))
        return seen


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
