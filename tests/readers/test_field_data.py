"""What real users saw."""

from __future__ import annotations

import io
from pathlib import Path

from resonance_perf.readers import crux

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"


def test_the_chrome_ux_report_tells_percentiles_of_all_visits() -> None:
    (reading,) = crux.read((FIXTURES / "crux/phone.json").open("rb"), "phone.json")
    assert {one.metric: (one.value, one.unit) for one in reading.metrics} == {
        "lcp": (2216, "ms"), "cls": (0.04, ""), "inp": (231, "ms"),
    }  # fmt: skip
    assert reading.at == 1795219200.0


def test_a_page_with_too_few_visits_is_a_failed_run() -> None:
    answer = b'{"error": {"code": 404, "message": "chrome ux report data not found", "status": "NOT_FOUND"}}'
    (reading,) = crux.read(io.BytesIO(answer), "page.json")
    assert reading.failed == "the API answered 404: chrome ux report data not found" and not reading.metrics
