"""Which of the formats a file is in."""

from __future__ import annotations

from resonance_perf.budget_formats import k6, lhci, lighthouse
from resonance_perf.budget_formats.limit import Reading, parsed
from resonance_perf.model.errors import BadFileError, Location, Problem

SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts")
WRITERS = {"lighthouse": lighthouse.write, "lhci": lhci.write, "k6": k6.write}


def read(text: str, file: str) -> tuple[str, Reading]:
    """(name of the format, what it says).

    Raises:
        BadFileError: when it is none that is known, or cannot be read.
    """
    if file.endswith(SCRIPTS) and "lighthouserc" in file:
        hint = "Print what it exports as JSON, and import that."
        raise BadFileError((Problem("this is a program, and its assertions are computed", Location(file), hint),))
    if file.endswith(SCRIPTS):
        return "k6", k6.read_script(text, file)
    document = parsed(text, file)
    keys = set(document) if isinstance(document, dict) else set()
    if isinstance(document, list) or keys & {"resourceSizes", "resourceCounts", "timings"}:
        return "lighthouse", lighthouse.read(text, file)
    if keys & {"ci", "assert", "assertions", "assertMatrix"}:
        return "lhci", lhci.read(text, file)
    if keys & {"thresholds", "metrics", "options"}:
        return "k6", k6.read(text, file)
    hint = "There are budget.json of Lighthouse, lighthouserc.json, and k6 scripts, options and summaries."
    raise BadFileError((Problem("this holds no limits that are known here", Location(file), hint),))
