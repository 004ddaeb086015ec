"""Reports of Lighthouse: the numbers, and who is to blame for them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.model.reading import Reading
from resonance_perf.readers import lighthouse

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/lighthouse"


def read(path: str) -> tuple[Reading, ...]:
    return lighthouse.read(io.BytesIO((FIXTURES / path).read_bytes()), path)


def read_changed(**audits: dict[str, Any]) -> Reading:
    report = json.loads((FIXTURES / "flow.trimmed.json").read_text())["steps"][0]["lhr"]
    report["audits"] |= audits
    (reading,) = lighthouse.read(io.BytesIO(json.dumps(report).encode()), "r.json")
    return reading


def test_a_flow_tells_the_load_and_the_interaction_together() -> None:
    whole, navigation, timespan = read("flow.trimmed.json")
    together, load, later = ({m.metric: m.value for m in one.metrics} for one in (whole, navigation, timespan))
    assert [one.name for one in (whole, navigation, timespan)] == ["", "navigation", "timespan"]
    assert "inp" not in load and together == load | {"inp": later["inp"]}
    assert together["lcp"] == pytest.approx(423.98) and together["inp"] == pytest.approx(164.753)
    assert load["tbt"] != later["tbt"] and together["tbt"] == load["tbt"]


def test_elements_scripts_and_requests_are_to_blame() -> None:
    whole = read("flow.trimmed.json")[0]
    blamed = {metric: [one.name for one in whole.parts if one.metric == metric] for metric in ("lcp", "cls", "tbt")}
    assert blamed == {"lcp": ["body > img#hero"], "cls": ["body > input#q"], "tbt": ["/app.js", "Unattributable"]}
    sizes = [(one.name, one.value) for one in whole.parts if one.metric == "bytes"]
    assert sizes[0] == ("/hero.png", 180507)
    assert sum(size for _, size in sizes) == pytest.approx(181316, rel=0.01)


def test_the_element_of_an_interaction_is_to_blame_for_inp() -> None:
    (reading,) = read("flow.timespan.report.json")
    assert ("inp", "body > button#slow") in {(one.metric, one.name) for one in reading.parts}


def test_a_request_elsewhere_keeps_its_origin_and_only_the_greatest_are_kept() -> None:
    requests = [{"url": f"http://cdn.example/{n}.js", "transferSize": n} for n in range(20)]
    parts = [
        one
        for one in read_changed(**{"network-requests": {"details": {"items": requests}}}).parts
        if one.metric == "bytes"
    ]
    assert len(parts) == lighthouse.MOST_PARTS and parts[0].name == "http://cdn.example/19.js"


def test_an_audit_that_broke_is_a_sentence_and_not_a_missing_number() -> None:
    broken = {"scoreDisplayMode": "error", "score": None, "errorMessage": "The page did not paint. (NO_LCP)"}
    reading = read_changed(**{"largest-contentful-paint": broken})
    assert reading.failed == "largest-contentful-paint: The page did not paint. (NO_LCP)" and not reading.metrics


def test_a_flow_whose_step_failed_tells_no_number_for_all() -> None:
    flow = json.loads((FIXTURES / "flow.trimmed.json").read_text())
    flow["steps"][1]["lhr"]["runtimeError"] = {"code": "PROTOCOL_TIMEOUT", "message": "Chrome did not answer"}
    whole, navigation, _ = lighthouse.read(io.BytesIO(json.dumps(flow).encode()), "f.json")
    assert whole.failed == "timespan: PROTOCOL_TIMEOUT: Chrome did not answer" and navigation.metrics
