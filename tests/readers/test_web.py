"""What a visit of a page told: the numbers, and who is to blame for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.readers.devtools import Found
from resonance_perf.readers.devtools.coverage import coverage, unused
from resonance_perf.readers.devtools.fields import fields
from resonance_perf.readers.devtools.frames import frames
from resonance_perf.readers.devtools.layers import layers
from resonance_perf.readers.devtools.memory import memory
from resonance_perf.readers.devtools.network import network
from resonance_perf.readers.devtools.page import page
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


def test_what_a_task_takes_beyond_50_ms_blocks_the_load_until_somebody_does_something() -> None:
    clicked = [
        {**one, "args": {"data": {"type": "click"}}} if one["name"] == "EventDispatch" else one
        for one in PROBED["trace"]
    ]
    after, before = values(trace(clicked)), values(trace(PROBED["trace"]))
    assert after["load_blocking_time"] == 0 and after["long_task_time"] > 150
    assert before["load_blocking_time"] == pytest.approx(after["long_task_time"] - 50)


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


def test_a_font_face_is_not_unused() -> None:
    sheet = {"styleSheetId": "1", "sourceURL": "http://shop/a.css", "length": 900, "faces": 700}
    rule = {"styleSheetId": "1", "used": True, "startOffset": 0, "endOffset": 150}
    assert values(coverage({"scripts": [], "sheets": [sheet], "rules": [rule]}))["unused_css_bytes"] == 50


def test_a_script_of_which_hardly_anything_ran_is_idle_as_a_whole() -> None:
    def script(name: str, idle: int) -> dict[str, Any]:
        ranges = [
            {"startOffset": 0, "endOffset": 1000, "count": 1},
            {"startOffset": 100, "endOffset": 100 + idle, "count": 0},
        ]
        return {"url": f"http://shop/{name}", "functions": [{"ranges": ranges}]}

    found = coverage({"scripts": [script("app.js", 500), script("labels.js", 700)], "sheets": [], "rules": []})
    assert blamed(found, "idle_js_bytes") == {"/labels.js": 1000} and values(found)["unused_js_bytes"] == 1200


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


def test_scripts_and_their_data_one_after_the_other_are_a_series_and_what_they_show_is_not() -> None:
    found = network([
        request("/", kind="Document"), request("/app.js", 0.1, 0.2, by="/"), request("/a", 0.21, 0.4, by="/app.js", kind="Fetch"),
        request("/icon.svg", 0.41, 0.45, by="/app.js", kind="Image"), request("/b", 0.45, 0.8, by="/app.js", kind="Fetch"),
    ])  # fmt: skip
    assert blamed(found, "serial_requests") == {"/app.js → /a → /b": 3}
    assert values(found)["serial_time"] == pytest.approx(290) and values(found)["serial_requests"] == 3


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("max-age=60", 100), ("no-cache", 100), ("public, max-age=60, stale-while-revalidate=600", 0), ("no-store", 0),
        ("max-age=31536000", 0), ("max-age=60, immutable", 0),
    ],
)  # fmt: skip
def test_an_answer_that_is_soon_too_old_is_waited_for(said: str, waits: float) -> None:
    found = network([request("/data", 0.1, 0.2, headers={"cache-control": said})])
    assert values(found)["revalidation_time"] == pytest.approx(waits)
    assert "revalidation_time" not in values(network([request("/data")]))


def test_compression_saves_what_gzip_saved_and_a_few_bytes_are_not_worth_it() -> None:
    found = network([
        request("/a.js", plain=9000, gzip=2000), request("/small.js", plain=1500, gzip=200), request("/sent.js"),
        request("/noise.js", plain=90_000, gzip=88_000),
    ])  # fmt: skip
    assert blamed(found, "compressible_bytes") == {"/a.js": 7000} and values(found)["compressible_bytes"] == 7000


def test_what_no_page_looks_at_is_told_by_its_field() -> None:
    seen = [
        {"url": "http://shop/products?page=1", "bytes": 900, "unread": {".products[].beside": 700, ".total": 10}},
        {"url": "http://shop/products?page=2", "bytes": 800, "unread": {".products[].beside": 600}},
    ]
    found = fields(seen)
    assert blamed(found, "unread_bytes") == {"/products products[].beside": 1300, "/products total": 10}
    assert values(found) == {"unread_bytes": 1310} and values(fields([])) == {}


def loaded(**more: Any) -> dict[str, Any]:
    told = {"images": [], "fonts": [], "unreadable": [], "lcp": None, "nodes": 9, "requests": [], "received": 50.0,
            "longest": {"target": "ul#list", "children": 4}}  # fmt: skip
    return {**told, **more}


def sent(url: str, began: float, ended: float, sent: float | None = None, **more: Any) -> dict[str, Any]:
    told = {"url": f"http://shop{url}", "began": began, "ended": ended, "sent": began if sent is None else sent,
            "blocking": False, "protocol": "http/1.1"}  # fmt: skip
    return {**told, **more}


def test_a_page_without_anything_has_nothing_to_blame() -> None:
    found = page(loaded())
    assert {name: value for name, value in values(found).items() if value} == {"dom_nodes": 9}
    assert blamed(found, "dom_nodes") == {"ul#list (4 children)": 4}


def test_an_image_is_too_heavy_by_what_it_would_weigh_otherwise() -> None:
    photo = {"url": "http://shop/p.png", "natural": [800, 600], "box": [80, 60], "vector": False, "bytes": 90_000,
             "webp": 50_000, "needed": 2_000, "target": "img.photo", "sized": False, "lazy": False, "seen": False}  # fmt: skip
    unread = {
        "url": "http://cdn/q.png",
        "natural": [800, 600],
        "box": [80, 60],
        "vector": False,
        "bytes": None,
        "webp": None,
    }
    found = page(loaded(images=[photo, unread]))
    assert blamed(found, "image_waste_bytes") == {"/p.png (800×600, shown at 80×60)": 88_000}
    assert blamed(found, "image_format_bytes") == {"/p.png": 40_000}
    assert blamed(found, "unsized_images") == {"/p.png (img.photo)": 1}
    assert blamed(found, "offscreen_image_bytes") == {"/p.png (img.photo)": 90_000}
    better = page(loaded(images=[{**photo, "sized": True, "lazy": True, "bytes": 2_000}]))
    assert not any(values(better)[name] for name in values(better) if "image" in name)


@pytest.mark.parametrize(("display", "hidden"), [("auto", 400), ("block", 400), ("swap", 0), ("optional", 0)])
def test_a_font_hides_its_text_only_where_its_display_says_so(display: str, hidden: float) -> None:
    font = {"url": "http://shop/f.woff2", "family": "Shop", "display": display, "took": 400}
    assert values(page(loaded(fonts=[font])))["hidden_text_time"] == hidden
    assert values(page(loaded(fonts=[{**font, "took": 9000}])))["hidden_text_time"] in (0, 3000)
    assert "hidden_text_time" not in values(page(loaded(fonts=[font], unreadable=["http://cdn/f.css"])))


def test_painting_is_blocked_while_at_least_one_request_that_blocks_it_is_under_way() -> None:
    requests = [
        sent("/a.css", 40, 90, 45, blocking=True), sent("/b.css", 40, 120, 80, blocking=True), sent("/c.js", 60, 900),
        sent("/d.css", 200, 240, blocking=True),
    ]  # fmt: skip
    assert values(page(loaded(requests=requests)))["render_blocking_time"] == 40 + 30 + 40


def test_a_seventh_request_waits_for_a_connection_and_not_over_http_2() -> None:
    six = [sent(f"/{number}", 0, 300) for number in range(6)]
    found = page(loaded(requests=[*six, sent("/late", 5, 400, 300)]))
    assert blamed(found, "connection_wait") == {"/late": 295}
    assert values(page(loaded(requests=[*six[1:], sent("/late", 5, 400, 300)])))["connection_wait"] == 0
    modern = [{**one, "protocol": "h2"} for one in (*six, sent("/late", 5, 400, 300))]
    assert values(page(loaded(requests=modern)))["connection_wait"] == 0


def test_the_image_of_the_lcp_is_late_by_what_was_asked_for_before_it() -> None:
    lcp = {"target": "img", "url": "http://shop/hero.webp", "at": 900, "priority": "auto", "began": 400}
    found = page(loaded(lcp=lcp, requests=[sent("/style.css", 60, 90), sent("/hero.webp", 400, 500)]))
    assert blamed(found, "lcp_image_delay") == {"/hero.webp (fetchpriority: auto)": 340}
    assert "lcp_image_delay" not in values(page(loaded(lcp={**lcp, "began": None})))
