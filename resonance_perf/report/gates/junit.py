"""The gate as JUnit XML: one test per budget. What GitLab, Jenkins and most others read is common to them all."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from resonance_perf.model.gate import Gate
from resonance_perf.report.gates.findings import BLOCKING, MEANS, Finding, answer, findings

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML 1.0 document cannot hold, not even as a reference (its production 2, Char)."""


def render(gate: Gate) -> str:
    """A failure where a budget is red or was loosened, an error where nothing could be judged, skipped where there is
    no number to decide by."""
    tests: dict[str, list[Finding]] = {}
    for one in findings(gate):
        tests.setdefault(one.key, []).append(one)
    cases = [_case(key, mine) for key, mine in tests.items()]
    counted = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
    }
    root = Xml.Element("testsuites", {"name": "resonance-perf", **counted})
    suite = Xml.SubElement(root, "testsuite", {"name": "budgets", **counted})
    suite.extend(cases)
    Xml.SubElement(suite, "system-out").text = _xml(answer(gate))
    Xml.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _case(key: str, mine: list[Finding]) -> Xml.Element:
    place = mine[0].location
    case = Xml.Element("testcase", {"classname": "resonance-perf.budgets", "name": _xml(key), "file": _xml(place.file)})
    if place.line:
        case.set("line", str(place.line))
    worst = min((one.kind for one in mine), key=list(MEANS).index)
    tag = "error" if worst in ("bad-file", "failed") else "failure" if worst in BLOCKING else "skipped"
    if worst in BLOCKING or worst in ("unmeasured", "unsure"):
        told = Xml.SubElement(case, tag, {"message": _xml("; ".join(one.message for one in mine))})
        if tag != "skipped":
            told.set("type", worst)
            told.text = _xml("\n".join(f"{one.location}: {one.told}" for one in mine))
    else:
        Xml.SubElement(case, "system-out").text = _xml("; ".join(one.message for one in mine))
    return case


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
