"""The gate as SARIF 2.1.0 (OASIS, 2020): a rule per kind of finding, a result per finding that is not green."""

from __future__ import annotations

from json import dumps
from urllib.parse import quote

from resonance_perf import __version__
from resonance_perf.model.errors import Location
from resonance_perf.model.gate import Gate
from resonance_perf.report.gates.findings import BLOCKING, FINE, MEANS, Finding, Kind, findings
from resonance_perf.report.gates.gitlab import fingerprint

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES: tuple[Kind, ...] = tuple(kind for kind in MEANS if kind not in FINE)


def render(gate: Gate) -> str:
    """One log with one run."""
    found = [one for one in findings(gate) if one.kind in _RULES]
    driver = {"name": "resonance-perf", "version": __version__, "rules": [_rule(kind) for kind in _RULES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in found],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=True) + "\n"


def _rule(kind: Kind) -> dict[str, object]:
    return {
        "id": kind,
        "shortDescription": {"text": MEANS[kind]},
        "defaultConfiguration": {"level": _level(kind)},
    }


def _level(kind: Kind) -> str:
    return "error" if kind in BLOCKING else "warning" if kind in ("unmeasured", "yellow") else "note"


def _result(one: Finding) -> dict[str, object]:
    return {
        "ruleId": one.kind,
        "ruleIndex": _RULES.index(one.kind),
        "level": _level(one.kind),
        "message": {"text": one.told},
        "locations": [{"physicalLocation": _place(one.location)}],
        "partialFingerprints": {"resonancePerf/v1": fingerprint(one)},
    }


def _place(place: Location) -> dict[str, object]:
    where: dict[str, object] = {"artifactLocation": {"uri": quote(place.file, errors="surrogatepass")}}
    if place.line:
        region = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
        where["region"] = region
    return where
