from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.budget_formats.lighthouse import TIMINGS, page_of, path_of, read, write
from resonance_perf.budget_formats.limit import OuterLimit
from resonance_perf.budget_formats.web_names import AUDITS, RESOURCES
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.quantity import UNITS, Quantity, parse_quantity

NUMBERS = st.integers(0, 10**9) | st.floats(0, 1e6, allow_nan=False)
PAGES = st.lists(st.sampled_from(["/", "shop", "*", "a.b", "-", "$"]), max_size=5).map(
    lambda parts: "/" + "".join(parts)
)


def said(*entries: object) -> tuple[list[tuple[str, str, str]], list[str]]:
    found = read(json.dumps(list(entries)), "budget.json")
    return [(one.metric, one.text, one.page) for one in found.limits], list(found.left_out)


def test_sizes_are_of_1024_bytes_timings_in_ms() -> None:
    limits, left_out = said(
        {
            "path": "/*",
            "timings": [
                {"metric": "largest-contentful-paint", "budget": 2500},
                {"metric": "cumulative-layout-shift", "budget": 0.1},
            ],
            "resourceSizes": [{"resourceType": "script", "budget": 125}],
            "resourceCounts": [{"resourceType": "third-party", "budget": 10}],
        }
    )
    assert left_out == []
    assert limits == [
        ("lcp", "2.5s", ""), ("cls", "0.1", ""), ("script_size", "125KiB", ""), ("third_party_count", "10 requests", ""),
    ]  # fmt: skip
    assert parse_quantity("125KiB").base == 128_000


def test_a_path_is_a_prefix_and_the_last_entry_does_not_hide_the_others_here() -> None:
    limits, left_out = said(
        {"timings": [{"metric": "interactive", "budget": 5000}]},
        {"path": "/checkout", "timings": [{"metric": "interactive", "budget": 3000}]},
        {"path": "/pay$", "timings": [{"metric": "interactive", "budget": 2000}]},
    )
    assert limits == [("tti", "5s", ""), ("tti", "3s", "/checkout*"), ("tti", "2s", "/pay")]
    assert left_out == ["that Lighthouse takes only the last entry that matches a page: here each one counts"]


def test_what_is_no_limit_here_is_named() -> None:
    limits, left_out = said(
        {
            "options": {"firstPartyHostnames": ["cdn.example"]},
            "timings": [
                {"metric": "made-up", "budget": 1},
                {"metric": "speed-index", "budget": "fast", "tolerance": 5},
                7,
            ],
            "resourceSizes": [{"resourceType": "wasm", "budget": 1}],
        },
        "text",
    )
    assert limits == []
    assert left_out == [
        "options: a budget has nothing of the kind",
        "timings: made-up: not a metric that is known here",
        "timings: speed-index: its budget is no number",
        "timings: speed-index: tolerance: the interval of a measurement says how sure it is",
        "timings: None: not a metric that is known here",
        "resourceSizes: wasm: not a resource type that is known here",
        "'text': not a budget",
    ]


def test_of_two_limits_of_one_metric_the_tighter_stays() -> None:
    limits, left_out = said({"timings": [{"metric": "interactive", "budget": ms} for ms in (3000, 2000, 4000)]})
    assert (limits, left_out) == ([("tti", "2s", "")], ["tti 3s: 2s is tighter", "tti 4s: 2s is tighter"])


def test_a_limit_that_it_has_no_words_for_is_named() -> None:
    limits = (
        OuterLimit(metric="performance_score", limit=Quantity(0.9, UNITS["score"]), direction="higher"),
        OuterLimit(metric="inp", limit=Quantity(200.0, UNITS["ms"])),
        OuterLimit(metric="lcp", limit=Quantity(200.0, UNITS["kB"])),
    )
    assert write(limits).left_out == (
        "performance_score 0.9 score: budget.json has no such limit", "inp 200ms: budget.json has no such limit",
        "lcp 200kB: budget.json has no such limit",
    )  # fmt: skip


def test_a_file_that_is_no_json_has_its_place() -> None:
    with pytest.raises(BadFileError, match=r"budget.json:2:1: this is not JSON"):
        read("[\n}", "budget.json")


ENTRIES = st.fixed_dictionaries(
    {"path": PAGES},
    optional={
        "timings": st.lists(st.fixed_dictionaries({"metric": st.sampled_from(TIMINGS), "budget": NUMBERS}), max_size=3),
        "resourceSizes": st.lists(
            st.fixed_dictionaries({"resourceType": st.sampled_from(RESOURCES), "budget": NUMBERS}), max_size=3
        ),
        "resourceCounts": st.lists(
            st.fixed_dictionaries({"resourceType": st.sampled_from(RESOURCES), "budget": st.integers(0, 500)}),
            max_size=3,
        ),
    },
)


def amounts(limits: tuple[OuterLimit, ...]) -> list[tuple[str, str, float]]:
    return sorted((one.page, one.metric, one.limit.base) for one in limits)


@given(st.lists(ENTRIES, max_size=4))
def test_what_was_read_and_written_reads_the_same(entries: list[object]) -> None:
    first = read(json.dumps(entries), "budget.json")
    written = write(first.limits)
    assert written.left_out == ()
    assert amounts(read(written.text, "budget.json").limits) == amounts(first.limits)


@given(PAGES)
def test_a_path_comes_back(path: str) -> None:
    assert page_of(path_of(page_of(path))) == page_of(path)


def test_every_audit_has_a_unit_that_there_is() -> None:
    assert all(unit in UNITS for _, unit in AUDITS.values())
    assert len({metric for metric, _ in AUDITS.values()}) == len(AUDITS)
