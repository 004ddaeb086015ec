"""What a visit of a page told: the numbers, and who is to blame for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.readers.devtools import Found
from resonance_perf.readers.devtools.coverage import coverage, unused
from resonance_perf.readers.devtools.frames import frames
from resonance_perf.readers.devtools.layers import layers
from resonance_perf.readers.devtools.memory import memory
from resonance_perf.readers.devtools.network import network
from resonance_perf.readers.devtools.trace import trace
from resonance_perf.readers.devtools.vitals import vitals

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/web"


def values(found: Found) -> dict[str, float]:
    return {one.metric: one.value for one in found.metrics}


def blamed(found: Found, metric: str) -> dict[str, float]:
    """Name (place) -> value."""
    parts = (one for one in found.parts if one.metric == metric)
    return {one.name + (f" ({one.place})" if one.place else ""): one.value for one in parts}


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
    assert blamed(found, "lcp") == {"html>body>p: time to first byte": 54.5, "html>body>p: render delay": 53.5}
    inp = blamed(found, "inp")
    assert inp["#buy: onBuy (/app.js)"] == pytest.approx(160.6)
    assert sum(inp.values()) == pytest.approx(168)


def test_what_held_a_paint_back_is_named_apart_from_the_paint(seen: list[dict[str, Any]]) -> None:
    (lcp,) = (one for one in seen if one["name"] == "LCP")
    held = {"url": "http://127.0.0.1:8931/fonts/ink.woff2", "until": 100.0}
    assert blamed(vitals([{**lcp, "held": held}]), "lcp") == {
        "html>body>p: time to first byte": 54.5, "html>body>p: render delay": pytest.approx(8),
        "html>body>p: waiting for /fonts/ink.woff2": pytest.approx(45.5),
    }  # fmt: skip
    assert blamed(vitals([{**lcp, "held": {**held, "until": 50.0}}]), "lcp") == blamed(vitals([lcp]), "lcp")


def test_an_image_that_is_the_largest_paint_is_named_where_it_loads(seen: list[dict[str, Any]]) -> None:
    (lcp,) = (one for one in seen if one["name"] == "LCP")
    phases = {"time to first byte": 50.0, "load delay": 8.0, "load": 40.0, "render delay": 10.0}
    image = {**lcp, "target": "img.hero", "resource": "http://127.0.0.1:8931/shelf.png", "phases": phases}
    assert blamed(vitals([image]), "lcp")["img.hero: load of /shelf.png"] == 40


def test_of_several_pages_the_worst_counts_and_is_named(seen: list[dict[str, Any]]) -> None:
    cart = {**seen[-1], "load": "2", "page": "http://127.0.0.1:8931/cart", "value": 300, "target": "#pay"}
    found = vitals([*seen, cart])
    assert values(found)["inp"] == 300 and values(found)["lcp"] == 108
    assert {name.partition(":")[0] for name in blamed(found, "inp")} == {"#pay on /cart"}
    assert "html>body>p on /: render delay" in blamed(found, "lcp")


def test_what_did_not_happen_is_missing(seen: list[dict[str, Any]]) -> None:
    assert "inp" not in values(vitals([one for one in seen if one["name"] != "INP"]))


PROBED: dict[str, Any] = json.loads((FIXTURES / "probes.json").read_text())
"""The same page under every probe; of the trace the browser's own threads and what took no time are left out."""


def test_a_long_task_names_the_innermost_call_that_fills_it() -> None:
    found = trace(PROBED["trace"])
    assert values(found)["long_tasks"] == 1
    assert blamed(found, "long_task_time") == {"onBuy (/app.js:5)": values(found)["long_task_time"]}
    assert 150 < values(found)["long_task_time"] < 200


def test_time_is_told_by_kind_and_counted_once() -> None:
    found = values(trace(PROBED["trace"]))
    tasks = [one for one in PROBED["trace"] if one["name"] == "RunTask"]
    assert found["script_time"] > 150 > found["render_time"] > 0 and found["paint_time"] > 0
    assert found["script_time"] + found["render_time"] + found["paint_time"] < sum(one["dur"] for one in tasks) / 1000


def test_a_layout_within_a_script_names_the_function_and_not_our_own_clicks() -> None:
    assert blamed(trace(PROBED["trace"]), "forced_reflows") == {"thrash (/app.js:2)": 20}


def test_a_trace_without_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="which process showed the page"):
        trace([one for one in PROBED["trace"] if one["name"] != "FrameCommittedInBrowser" and one["ph"] == "X"])


def test_a_layer_has_its_element_and_reason() -> None:
    found = layers(PROBED["layers"])
    assert values(found)["layers"] == 3 and values(found)["layer_memory"] == 1280 * 720 * 4 + 16652 + 60
    assert blamed(found, "layer_memory")["input#q: Overlap"] == 16652
    retina = layers({**PROBED["layers"], "pixel_ratio": 2})
    assert values(retina)["layer_memory"] == 4 * values(found)["layer_memory"]


def test_what_every_repeat_leaves_is_growth_and_a_smaller_heap_is_none() -> None:
    told = PROBED["memory"]
    assert values(memory({**told, "before": 1000, "after": 6000}))["heap_growth"] == 1000
    assert values(memory({**told, "before": 6000, "after": 1000}))["heap_growth"] == 0
    trees = {"nodeName": "DIV", "attributes": ["class", "row odd"], "children": [{"nodeName": "P"}, {"nodeName": "P"}]}
    found = memory({**told, "detached": [trees, trees]})
    assert values(found)["detached_nodes"] == 6 and blamed(found, "detached_nodes") == {"div.row.odd": 6}


def test_frames_are_counted_over_the_time_that_they_took() -> None:
    smooth, stalled = [16.0 * i for i in range(63)], [100.0 * i for i in range(11)]
    assert values(frames(smooth))["fps"] == pytest.approx(62.5)
    assert values(frames(stalled)) == {"fps": 10, "frame_p95": 100}
    assert values(frames([1.0])) == {}


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([(0, 100, 1)], 0),
        ([(0, 100, 1), (10, 30, 0)], 20),
        ([(0, 100, 1), (10, 50, 0), (20, 30, 1)], 30),
        ([(0, 100, 0)], 100),
        ([(0, 100, 1), (10, 30, 0), (30, 40, 0)], 30),
        ([], 0),
    ],
)
def test_of_nested_ranges_the_innermost_counts(ranges: list[tuple[int, int, int]], expected: int) -> None:
    told = [{"startOffset": start, "endOffset": end, "count": count} for start, end, count in ranges]
    assert unused([{"ranges": told}]) == expected


def test_unused_characters_are_told_by_file() -> None:
    found = coverage(PROBED["coverage"])
    assert blamed(found, "unused_js_bytes") == {"/app.js": 48}
    assert blamed(found, "unused_css_bytes") == {"/": 38}


def request(url: str, began: float = 0.0, ended: float = 0.1, by: str = "", **more: Any) -> dict[str, Any]:
    told = {"url": f"http://shop{url}", "method": "GET", "kind": "Script", "by": f"http://shop{by}" if by else "",
            "by_script": by.endswith(".js"), "answered": ended,
            "status": 200, "mime": "text/javascript", "protocol": "h2", "headers": {}, "bytes": 2000}  # fmt: skip
    return {**told, "began": began, "ended": ended, **more}


def test_requests_that_wait_for_each_other_are_a_chain() -> None:
    seen = [
        request("/", 0.0, 0.1, kind="Document"), request("/app.js", 0.1, 0.2, by="/"), request("/style.css", 0.1, 0.2, by="/"),
        request("/user", 0.21, 0.3, by="/app.js", function="start", line=9),
        request("/cart", 0.31, 0.4, by="/app.js", function="start", line=9), request("/late", 5.0, 5.1, by="/app.js"),
    ]  # fmt: skip
    found = network(seen)
    assert values(found)["waterfall_depth"] == 4
    assert blamed(found, "waterfall_depth") == {"the visit": 1, "/": 1, "start (/app.js:9)": 2}
    together = network([{**one, "began": 0.21} if one["url"].endswith("/cart") else one for one in seen])
    assert values(together)["waterfall_depth"] == 3


def test_what_is_sent_plain_or_without_a_word_on_caching_is_named() -> None:
    seen = [
        request("/", kind="Document", mime="text/html", headers={"content-encoding": "br"}),
        request("/app.js", headers={"cache-control": "max-age=3600"}),
        request("/photo.jpg", mime="image/jpeg", kind="Image"),
        request("/small.js", bytes=500, headers={"expires": "0"}),
        request("/lost.js", status=404, bytes=500),
    ]
    found = network(seen)
    assert values(found)["bytes"] == 7000 and values(found)["requests"] == 5
    assert blamed(found, "uncompressed_bytes") == {"/app.js": 2000}
    assert blamed(found, "uncached_requests") == {"/photo.jpg": 1}
    assert blamed(found, "requests") == {"h2": 5}


def test_a_request_that_was_refused_is_a_request() -> None:
    refused = {
        "url": "http://x/",
        "method": "GET",
        "kind": "Fetch",
        "began": 1.0,
        "by": "",
        "ended": 1.1,
        "bytes": None,
    }
    assert values(network([refused]))["requests"] == 1
