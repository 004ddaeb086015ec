"""What real users saw."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from resonance_perf.readers import crux, field

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


def sent(name: str = "LCP", value: object = 1200.5, page: object = "/shop") -> bytes:
    return json.dumps({"name": name, "value": value, "page": page}).encode()


def test_a_vital_is_kept_without_what_may_name_a_person() -> None:
    line = field.line_of(sent(page="/shop?user=ada#top"), 1e9)
    assert line is not None and json.loads(line) == {"vital": "LCP", "value": 1200.5, "page": "/shop", "at": 1e9}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b"null", sent("FID"), sent(value=-1), sent(value="x"), sent(value=1e9), sent(page="x"),
     sent(page=5), b'{"name": "LCP", "value": NaN, "page": "/"}', b"[" * 3000],
)  # fmt: skip
def test_what_is_no_vital_is_not_kept(body: bytes) -> None:
    assert field.line_of(body, 0.0) is None


def test_pages_have_their_75th_percentile() -> None:
    values = [(page, float(number)) for page in ("/", "/shop") for number in range(1, 101)]
    lines = [field.line_of(sent(value=value, page=page), 5.0) or b"" for page, value in values]
    home, shop = field.read(io.BytesIO(b"".join([*lines, b"{cut"])), "v.ndjson")
    assert (home.name, shop.name, home.skipped, shop.skipped) == ("/", "/shop", 1, 0)
    (lcp,) = shop.metrics
    assert lcp.metric == "lcp" and lcp.value == pytest.approx(75, rel=2e-3) and lcp.low < 70 < 80 < lcp.high
