from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resonance_perf.model.pattern import covers, is_pattern, matches

PATTERNS = st.text(alphabet="ab./*?", max_size=6)
NAMES = st.text(alphabet="ab./", max_size=6)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*.p95", "stats-api.p95", True),
        ("*.p95", "stats-api.p950", False),
        ("shop-*.lcp", "shop-cart.lcp", True),
        ("web/checkout/*.lcp", "web/checkout/pay/mobile.lcp", True),
        ("web/checkout/*.lcp", "web/checkout.lcp", False),
        ("a.b", "axb", False),
        ("p?", "p9", True),
    ],
)
def test_a_pattern_fits_the_whole_name(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


@given(NAMES)
def test_a_name_fits_itself_only(name: str) -> None:
    assert matches(name, name)
    assert not is_pattern(name)


@given(PATTERNS, PATTERNS, NAMES)
@example("*", "?*", "a")
@example("a?", "a*", "ab")
def test_what_is_covered_fits_both(wide: str, narrow: str, name: str) -> None:
    if covers(wide, narrow) and matches(narrow, name):
        assert matches(wide, name)


@pytest.mark.parametrize(
    ("wide", "narrow", "said"),
    [
        ("shop-*.lcp", "shop-cart.lcp", True),
        ("*.lcp", "shop-*.lcp", True),
        ("shop-*.lcp", "*.lcp", False),
        ("shop-?.lcp", "shop-*.lcp", False),
        ("shop-cart.lcp", "shop-*.lcp", False),
        ("*", "*", True),
    ],
)
def test_less_is_never_taken_for_as_much(wide: str, narrow: str, said: bool) -> None:
    assert covers(wide, narrow) is said
