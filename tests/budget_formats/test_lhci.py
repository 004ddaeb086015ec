from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.budget_formats.lhci import page_of_url, read, url_pattern, write
from resonance_perf.budget_formats.lighthouse import page_of
from resonance_perf.budget_formats.web_names import AUDITS, RESOURCES

FIXTURES = Path(__file__).parent / "fixtures"


def said(rules: object) -> tuple[list[tuple[str, str, str]], list[str]]:
    found = read(json.dumps(rules), "lighthouserc.json")
    return [(one.metric, one.text, one.page) for one in found.limits], list(found.left_out)


def test_a_real_file() -> None:
    found = read((FIXTURES / "lighthouserc.json").read_text(), "lighthouserc.json")
    assert [(one.metric, one.text) for one in found.limits] == [
        ("performance_score", "0.5 score"), ("lcp", "1.5s"), ("cls", "0.05"), ("script_size", "10kB"),
        ("total_size", "500kB"),
    ]  # fmt: skip
    assert found.left_out == ("cumulative-layout-shift: it only warns there; here it is a limit like others",)


def test_scores_lists_and_what_is_asked_without_options() -> None:
    limits, left_out = said(
        {
            "assertions": {
                "categories:seo": ["error", {"minScore": 0.9}],
                "uses-responsive-images": ["error", {"maxLength": 0}],
                "viewport": "error",
                "resource-summary.font.count": ["error", {"maxNumericValue": 1}],
                "interactive": "off",
            }
        }
    )
    assert limits == [
        ("seo_score", "0.9 score", ""), ("uses_responsive_images_items", "0", ""), ("viewport_score", "0.9 score", ""),
        ("font_count", "1 request", ""),
    ]  # fmt: skip
    assert left_out == ["interactive: it is off"]


def test_what_is_no_limit_here_is_named() -> None:
    limits, left_out = said(
        {
            "ci": {
                "assert": {
                    "preset": "lighthouse:recommended",
                    "budgetsFile": "budget.json",
                    "assertMatrix": [
                        {"matchingUrlPattern": "^https?://(a|b)/", "assertions": {"interactive": "error"}},
                        {
                            "matchingUrlPattern": "https?://[^/]+/pay",
                            "aggregationMethod": "pessimistic",
                            "assertions": {
                                "made-up": ["error", {"maxNumericValue": 1}],
                                "user-timings:x": ["error", {"maxNumericValue": 1, "aggregationMethod": "median"}],
                                "speed-index": ["loud", {}],
                                "interactive": ["error", {"maxNumericValue": "1s"}],
                            },
                        },
                    ],
                }
            }
        }
    )
    assert limits == []
    assert left_out == [
        "preset: what lighthouse:recommended asks for is in Lighthouse CI, not in this file",
        "budgetsFile: import budget.json by itself",
        "^https?://(a|b)/: more than a path, and so are its assertions: interactive",
        "aggregationMethod: a budget is held against the interval over all runs",
        "made-up: maxNumericValue 1: its unit is not known here",
        "user-timings:x: aggregationMethod: a budget is held against the interval over all runs",
        "user-timings:x: maxNumericValue 1: its unit is not known here",
        "speed-index: not an assertion: ['loud', {}]",
        "interactive: maxNumericValue 1s: not a number",
    ]


def test_a_matrix_is_pages() -> None:
    one = {
        "matchingUrlPattern": "https?://[^/]+/check.*",
        "assertions": {"interactive": ["error", {"maxNumericValue": 1}]},
    }
    assert said({"assertMatrix": [one]}) == ([("tti", "1ms", "/check*")], [])


OPTIONS = {
    **dict.fromkeys(AUDITS, "maxNumericValue"),
    **{f"resource-summary:{kind}:{what}": "maxNumericValue" for kind in RESOURCES for what in ("size", "count")},
    "categories:performance": "minScore", "categories:best-practices": "minScore", "uses-http2": "maxLength",
}  # fmt: skip
ASSERTIONS = st.dictionaries(st.sampled_from(sorted(OPTIONS)), st.integers(0, 10**7) | st.floats(0, 1), max_size=5)
MATRIX = st.dictionaries(
    st.sampled_from([".*", "https?://[^/]+/a-b.*c", "https?://[^/]+/x\\.y$"]), ASSERTIONS, max_size=3
)


@given(MATRIX)
def test_what_was_read_and_written_reads_the_same(matrix: dict[str, dict[str, float]]) -> None:
    rules = {
        "assertMatrix": [
            {
                "matchingUrlPattern": url,
                "assertions": {key: ["error", {OPTIONS[key]: one}] for key, one in asked.items()},
            }
            for url, asked in matrix.items()
        ]
    }
    first = read(json.dumps(rules), "f")
    assert first.left_out == ()
    written = write(first.limits)
    assert written.left_out == ()
    assert sorted(map(repr, read(written.text, "f").limits)) == sorted(map(repr, first.limits))


@given(st.text(alphabet="/ab.-*?()|$", max_size=8).map(lambda text: page_of("/" + text)))
def test_a_page_comes_back_from_its_url_pattern(page: str) -> None:
    assert page_of_url(url_pattern(page)) == page


@pytest.mark.parametrize("pattern", ["https?://[^/]+/(a|b)", "https://x/", "/a", "https?://[^/]+/a+"])
def test_a_pattern_that_is_more_than_a_path_is_none(pattern: str) -> None:
    assert page_of_url(pattern) is None
