"""The checklist: every item answers yes, no or not measured, and says by which number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resonance_perf.audit.causes import evidence_of
from resonance_perf.audit.check import Check, Evidence, examine
from resonance_perf.audit.checklist import BY_ID, CHECKS, as_markdown
from resonance_perf.audit.guidelines import guidelines
from resonance_perf.audit.progress import since
from resonance_perf.model.finding import Finding
from resonance_perf.model.quantity import UNITS, format_value
from resonance_perf.model.run import Part

EVERY = pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.id)


def seen(check: Check, *values: float, benchmark: str = "shop") -> Evidence:
    """What a benchmark tells whose metric is made of these parts."""
    parts = tuple(Part(check.metric, f"/part{at}", value) for at, value in enumerate(values))
    return Evidence(benchmark=benchmark, source="a tool", values={check.metric: sum(values)}, parts=parts)


def answer(check: Check, *values: float) -> Finding:
    (found,) = examine((check,), (seen(check, *values),))
    return found


@EVERY
def test_at_the_limit_the_answer_is_yes_with_the_number_the_place_and_the_cure(check: Check) -> None:
    found = answer(check, check.limit)
    assert (found.answer, found.number, found.place, found.source) == ("yes", check.limit, "/part0", "a tool")
    assert found.what == f"{format_value(check.limit, check.unit)} {check.says}" and found.do == check.do


@EVERY
def test_below_it_the_answer_is_no_and_says_what_would_be_too_much(check: Check) -> None:
    found = answer(check, check.limit * 0.99)
    assert found.answer == "no" and found.place == "" and found.do == ""
    assert found.what.endswith(f"{format_value(check.limit, check.unit)} would be too much")
    assert answer(check).answer == "no"


@EVERY
def test_without_the_metric_it_is_not_measured_and_says_what_would(check: Check) -> None:
    (found,) = examine((check,), (Evidence(benchmark="shop", source="a tool", values={"other": 9e9}),))
    assert (found.answer, found.number, found.benchmark, found.do) == ("not measured", None, "", check.needs)


@EVERY
def test_it_is_whole(check: Check) -> None:
    assert BY_ID[check.id] is check and check.unit in UNITS and UNITS[check.unit].factor == 1 and check.limit > 0
    assert check.do.endswith(".") and check.why and not check.needs.endswith(".") and not check.says[0].isupper()
    assert re.search(r"\bmeasures? it\b", check.needs)


def test_many_small_files_are_no_large_one() -> None:
    small = BY_ID["unused-javascript"].limit / 2
    assert answer(BY_ID["unused-javascript"], small, small, small).answer == "no"
    assert answer(BY_ID["cache-headers"], 700, 700).answer == "yes"


def test_every_benchmark_has_its_own_answer_and_the_worst_place_is_named_first() -> None:
    check = BY_ID["unused-javascript"]
    good, bad = seen(check, 10, benchmark="home"), seen(check, 30_000, 10, 90_000, benchmark="cart")
    home, cart = examine((check,), (good, bad))
    assert (home.benchmark, home.answer, cart.benchmark, cart.answer) == ("home", "no", "cart", "yes")
    assert [one.name for one in cart.places] == ["/part2", "/part0"] and cart.number == 90_000


def test_the_list_of_the_docs_is_that_of_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs/audit.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n\n{as_markdown()}\n")


def test_a_function_is_told_with_its_place() -> None:
    check = BY_ID["layout-thrashing"]
    part = Part(check.metric, "measure", 40, "/app.js:310")
    (found,) = examine(
        (check,), (Evidence(benchmark="page", source="Chromium", values={check.metric: 40}, parts=(part,)),)
    )
    assert found.place == "measure (/app.js:310)"


def finding(check: str, value: float | None) -> Finding:
    (found,) = examine((BY_ID[check],), (seen(BY_ID[check], *([value] if value is not None else [])),))
    return found


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(9000, 5000, "remains"), (9000, 10, "cured"), (10, 9000, "new"), (10, 20, "")],
)
def test_an_audit_knows_what_the_one_before_found(before: float, now: float, told: str) -> None:
    (found,) = since([finding("image-bytes", now)], [finding("image-bytes", before)])
    assert found.since == told and found.before == before


def test_what_one_of_two_audits_did_not_measure_is_neither_new_nor_cured() -> None:
    (unmeasured,) = examine((BY_ID["image-bytes"],), ())
    (now,) = since([finding("image-bytes", 9000)], [unmeasured])
    (gone,) = since([unmeasured], [finding("image-bytes", 9000)])
    (first,) = since([finding("image-bytes", 9000)], [])
    assert (now.since, gone.since, first.since) == ("", "", "")


def test_a_yes_is_evidence_for_its_own_benchmark_and_what_is_new_comes_first() -> None:
    old, new = finding("cache-headers", 9000), finding("image-bytes", 9000)
    found = since([old, new, finding("unused-css", 1)], [old, finding("image-bytes", 10)])
    causes = evidence_of(found, "shop")
    assert [one.name for one in causes] == ["images heavier than they need be", "answers that may not be kept"]
    assert (causes[0].kind, causes[0].before, causes[0].after, causes[0].share) == ("finding", 10, 9000, None)
    assert "/part0" in causes[0].detail and BY_ID["image-bytes"].do in causes[0].detail
    assert evidence_of(found, "other") == ()


def test_limits_of_others_stand_beside_what_was_measured() -> None:
    told = Evidence(benchmark="page", source="Chromium", values={"lcp": 2600, "cls": 0.05, "frame_p95": 16.7})
    rows = {(one.preset, one.metric): one for one in guidelines([told])}
    assert rows["web-vitals", "lcp"].met is False and rows["web-vitals", "cls"].met is True
    assert rows["web-vitals", "inp"].met is None and rows["web-vitals", "inp"].benchmark == ""
    assert rows["rail", "frame"].met is True, "60 Hz"
    assert rows["web-vitals", "lcp"].source == "https://web.dev/articles/vitals" and rows["api", "p99"].source == ""
