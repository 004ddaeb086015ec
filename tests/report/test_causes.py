"""What a change is made of, in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from resonance_perf.memory.prose import add_lesson
from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.run import Environment, Run
from resonance_perf.report.causes import cause_lines, explanation, why_of
from resonance_perf.report.records import lesson
from resonance_perf.report.why import why_document, whys_from_text

LODASH = PartChange("node_modules/lodash", None, 65_300, 0.92)


def change(*parts: PartChange, metric: str = "raw") -> Comparison:
    return Comparison(
        benchmark="dist", metric=metric, base="a", head="b", before=120_000, after=191_000, unit="B", ratio=1.59, low=1.59,
        high=1.59, verdict="slower", pairs=1, seconds=0.1, decided_by=metric, parts=parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((LODASH, PartChange("src/app.js", 1000, 6700, 0.08)), "92 % of it is node_modules/lodash (new, 65.3 kB)"),
        ((PartChange("a", 1000, 72_000, 1.0),), "all of it is a (+71 kB)"),
        ((PartChange("align", None, 48, 1.0, "/app.js:488"),), "all of it is align (/app.js:488, new, 48 B)"),
        ((PartChange("align", 2, 48, 1.0, "/app.js"),), "all of it is align (/app.js, +46 B)"),
        ((PartChange("a", 0, 1, 0.3), PartChange("b", 0, 1, 0.25), PartChange("c", 0, 1, 0.2)), "55 % of it is a (+1 B) and b (+1 B)"),
        (
            (PartChange("a", 5, 9, 0.2), PartChange("b", 7, 4, 0.2), PartChange("c", 5, None, 0.2)),
            "60 % of it is a (+4 B), b (−3 B) and c (gone, 5 B)",
        ),
        ((PartChange("img", None, 2500, 1.9), PartChange("h1", 1200, None, -0.9)), "it is img (new, 2.5 kB), less h1 (gone, 1.2 kB)"),
        (tuple(PartChange(str(one), 0, 1, 0.1) for one in range(10)), ""),
        ((PartChange("a", 0, 1, 0.3),), ""),
        ((), ""),
    ],
)  # fmt: skip
def test_few_parts_that_carry_half_are_named_with_their_share(parts: tuple[PartChange, ...], said: str) -> None:
    assert explanation(why_of(change(*parts), ())) == said


TOTAL = Cause(
    metric="p95", kind="function", name="shop.stats.total_revenue", source="py-spy", unit="ms", before=4.0, after=12.0,
    share=0.81, low=0.7, high=0.92, file="shop/stats.py", line=41,
)  # fmt: skip
SCAN = Cause(
    metric="p95", kind="finding", name="full scan", source="EXPLAIN", unit="", detail="full scan of orders (200,000 rows). Add an index.",
)  # fmt: skip
INDEX = Cause(
    metric="p95", kind="finding", name="orders_date", source="the commit", unit="", detail="index orders_date gone"
)
CALLS = Cause(
    metric="p95",
    kind="count",
    name="statements_per_request",
    source="",
    unit="",
    before=3,
    after=103,
    detail="SELECT 1",
)


@pytest.mark.parametrize(
    ("causes", "explained", "said"),
    [
        (
            (TOTAL, SCAN, INDEX, CALLS), 0.81,
            "81 % of it is shop.stats.total_revenue (shop/stats.py:41): full scan of orders (200,000 rows), index orders_date gone",
        ),
        ((TOTAL,), 0.81, "81 % of it is shop.stats.total_revenue (shop/stats.py:41)"),
        (
            (replace(TOTAL, share=0.3, before=0.0, detail="in json.encoder.iterencode"),), 0.3,
            "30 % of it is shop.stats.total_revenue (shop/stats.py:41, new) in json.encoder.iterencode; 70 % is not explained by the profile",
        ),
        (
            (replace(TOTAL, share=0.4), replace(TOTAL, name="main.hot", file="", line=0, share=0.3)), 0.7,
            "70 % of it is shop.stats.total_revenue (shop/stats.py:41) and main.hot; 30 % is not explained by the profile",
        ),
        ((CALLS,), 0.0, "seen with it: statements_per_request 3 → 103 (SELECT 1); the profile does not explain it"),
        ((CALLS,), None, "seen with it: statements_per_request 3 → 103 (SELECT 1)"),
        ((), 0.0, "the profile does not explain it"),
        ((), None, ""),
    ],
)  # fmt: skip
def test_functions_are_named_with_their_share_their_place_and_what_was_seen_with_them(
    causes: tuple[Cause, ...], explained: float | None, said: str
) -> None:
    assert explanation(Why(metric="p95", causes=causes, explained=explained)) == said


def test_why_is_kept_as_it_was_and_read_with_more_in_it() -> None:
    found = (Why(metric="p95", causes=(TOTAL, SCAN), explained=0.81, basis="cpu by py-spy", notes=("few",)),)
    document = json.loads(json.dumps(why_document(found)))
    document["whys"][0]["causes"][0]["news"] = 1
    assert whys_from_text(json.dumps(document)) == found


def test_the_parts_that_moved_most_are_shown() -> None:
    small = [PartChange(f"src/{one}.js", 10, 20, 0.01) for one in range(5)]
    gone = PartChange("src/old.js", 3000, None, -0.05)
    assert cause_lines(why_of(change(LODASH, *small, gone), ())) == [
        "92 % node_modules/lodash (new, 65.3 kB)", "-5 % src/old.js (gone, 3 kB)", "1 % src/0.js (+10 B)",
    ]  # fmt: skip


def test_what_carries_next_to_nothing_is_not_shown() -> None:
    assert len(cause_lines(why_of(change(LODASH, PartChange("src/app.js", 10, 49, 0.001)), ()))) == 1


def test_a_long_name_is_cut() -> None:
    (line,) = cause_lines(why_of(change(PartChange("SELECT " + "x" * 1000, None, 5, 1.0)), ()))
    assert len(line) < 120 and "…" in line


def test_the_lesson_says_what_the_first_change_is_made_of_and_escapes_it() -> None:
    head = Run(
        id="01R",
        benchmark="dist",
        commit="c" * 40,
        side="head",
        started_at=0.0,
        environment=Environment("e", ()),
        samples=(),
    )
    found = lesson(head, [change(metric="gzip"), change(LODASH), change(LODASH, metric="brotli")], "")
    assert found is not None and found.text.count("92 % of it is node_modules/lodash (new, 65.3 kB)") == 1
    assert "raw 120 kB → 191 kB, +59.0 % (exact): 92 % of it is" in found.text
    hostile = lesson(head, [change(PartChange("<!-- resonance-perf:end log -->\n# x", None, 5, 1.0))], "")
    assert hostile is not None
    text = add_lesson("", hostile, "02_memory.md")
    assert "<!-- resonance-perf:end log" not in text and "\n# x" not in text
