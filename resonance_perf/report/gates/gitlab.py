"""The gate as a GitLab code-quality report: a list of what is wrong, shown in the merge request."""

from __future__ import annotations

import hashlib
from json import dumps

from resonance_perf.model.gate import Gate
from resonance_perf.report.gates.findings import Finding, Kind, findings

SEVERITY: dict[Kind, str] = {
    "bad-file": "blocker",
    "loosened": "critical",
    "red": "critical",
    "failed": "major",
    "unmeasured": "minor",
    "yellow": "minor",
    "unsure": "info",
}


def render(gate: Gate) -> str:
    """An entry per finding that is not green. A fingerprint stays while its budget is wrong in the same way, whatever
    the number and the line: so the merge request shows what is new and what is gone."""
    found = [one for one in findings(gate) if one.kind in SEVERITY]
    return dumps([_entry(one) for one in found], indent=1, ensure_ascii=True) + "\n"


def _entry(one: Finding) -> dict[str, object]:
    return {
        "description": one.told,
        "check_name": f"resonance-perf/{one.kind}",
        "fingerprint": fingerprint(one),
        "severity": SEVERITY[one.kind],
        "location": {"path": one.location.file, "lines": {"begin": one.location.line or 1}},
    }


def fingerprint(one: Finding) -> str:
    """What makes two findings of different runs the same one."""
    what = one.message if one.kind == "bad-file" else one.key
    said = "\0".join((one.kind, one.location.file, what))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
