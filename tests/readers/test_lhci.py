"""Assertions of Lighthouse CI: the runs behind them, not its judgement."""

from __future__ import annotations

import io
import json
from typing import Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers import lhci


def assertion(
    audit: str, *values: float, name: str = "maxNumericValue", page: str = "/", **more: str
) -> dict[str, Any]:
    return {"name": name, "auditId": audit, "operator": "<=", "url": page, "values": values, "level": "error", **more}


def read(*assertions: dict[str, Any]) -> tuple[Reading, ...]:
    return lhci.read(io.BytesIO(json.dumps(assertions).encode()), "assertion-results.json")


def test_the_median_counts_and_not_the_best_run() -> None:
    (reading,) = read(assertion("largest-contentful-paint", 900, 2600, 2500, 2700, 2550))
    (lcp,) = reading.metrics
    assert (lcp.metric, lcp.value, lcp.low, lcp.high, lcp.note) == ("lcp", 2550, 900, 2700, "")


def test_the_names_are_those_of_a_report() -> None:
    (reading,) = read(
        assertion("categories", 0.85, name="minScore", auditProperty="performance"),
        assertion("resource-summary", 70407, auditProperty="third-party.size"),
        assertion("resource-summary", 12, auditProperty="total.count"),
        assertion("unsized-images", 0, name="minScore"),
        assertion("unused-javascript", 3, name="maxLength"),
        assertion("user-timings", 30, auditProperty="ready"),
    )
    assert {one.metric: one.unit for one in reading.metrics} == {
        "score": "score", "third_party_bytes": "B", "requests": "requests",
    }  # fmt: skip


def test_each_page_is_a_reading_of_its_own() -> None:
    readings = read(assertion("speed-index", 5, page="http://x/a"), assertion("speed-index", 7, page="http://x/b"))
    assert [(one.name, one.metrics[0].value) for one in readings] == [("http://x/a", 5), ("http://x/b", 7)]


def test_a_page_whose_assertions_all_hold_tells_nothing() -> None:
    assert 'set "includePassedAssertions"' in read()[0].failed
    assert 'set "includePassedAssertions"' in read(assertion("unsized-images", 0, name="minScore"))[0].failed
