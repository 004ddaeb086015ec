"""What a visit of a page told: the numbers, and who is to blame for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.readers.devtools import Found
from resonance_perf.readers.devtools.vitals import vitals

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/web"


def values(found: Found) -> dict[str, float]:
    return {one.metric: one.value for one in found.metrics}


def blamed(found: Found, metric: str) -> dict[str, float]:
    return {one.name: one.value for one in found.parts if one.metric == metric}


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    """A page that shifts late and has a handler of 150 ms, as Chromium 156 told it."""
    told: list[dict[str, Any]] = json.loads((FIXTURES / "vitals.json").read_text())["vitals"]
    return told


def test_a_vital_is_what_was_reported_last(seen: list[dict[str, Any]]) -> None:
    assert values(vitals(seen)) == {
        "fcp": 108, "lcp": 108, "ttfb": 54.5, "inp": 168, "cls": pytest.approx(0.0066, abs=1e-4)
    }  # fmt: skip


def test_the_element_the_function_and_the_phases_are_its_parts(seen: list[dict[str, Any]]) -> None:
    found = vitals(seen)
    assert blamed(found, "cls") == {"html>body>p": pytest.approx(0.0066, abs=1e-4)}
    assert blamed(found, "lcp")["html>body>p"] == 108
    inp = blamed(found, "inp")
    assert inp["#buy"] == 168 and inp["onBuy (/app.js)"] == pytest.approx(160.6)
    assert inp["input delay"] + inp["processing"] + inp["presentation delay"] == pytest.approx(168)


def test_of_several_pages_the_worst_counts_and_is_named(seen: list[dict[str, Any]]) -> None:
    cart = {**seen[-1], "load": "2", "page": "http://127.0.0.1:8931/cart", "value": 300, "target": "#pay"}
    found = vitals([*seen, cart])
    assert values(found)["inp"] == 300 and values(found)["lcp"] == 108
    assert blamed(found, "inp")["#pay on /cart"] == 300
    assert blamed(found, "lcp")["html>body>p on /"] == 108


def test_what_did_not_happen_is_missing(seen: list[dict[str, Any]]) -> None:
    assert "inp" not in values(vitals([one for one in seen if one["name"] != "INP"]))
