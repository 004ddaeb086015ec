from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.model.quantity import UNITS, Quantity, format_value, parse_quantity


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("2.5s", 2500), ("200ms", 200), ("0.1", 0.1), ("150kb", 150_000), ("150KiB", 153_600), ("60fps", 60),
        ("500 req/s", 500), ("1.2e9 instructions", 1.2e9), ("10%", 10), ("  3 min ", 180_000), (".5us", 0.0005),
        ("600/min", 10), ("1MB", 1e6),
    ],
)  # fmt: skip
def test_reading(text: str, base: float) -> None:
    assert parse_quantity(text).base == pytest.approx(base)


@pytest.mark.parametrize("text", ["", "ms", "fast", "1e999", "nan", "--3ms", "1 2 ms", "10 parsecs", "1,5s"])
def test_what_is_no_quantity_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"quantity|unit|finite"):
        parse_quantity(text)


@given(st.floats(1e-6, 1e12), st.sampled_from(sorted(UNITS)))
def test_writing_and_reading_gives_the_same(value: float, symbol: str) -> None:
    written = Quantity(value, UNITS[symbol])
    assert parse_quantity(str(written)).base == pytest.approx(written.base, rel=1e-9)


@given(st.text())
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    with contextlib.suppress(ValueError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("value", "symbol", "shown"),
    [
        (412, "ms", "412 ms"), (44.8, "ms", "44.8 ms"), (2500, "ms", "2.5 s"), (0.00123, "ms", "1.23 us"), (0, "ms", "0 ms"),
        (130_000, "ms", "2.17 min"), (150_000, "B", "150 kB"), (60, "fps", "60 fps"), (0.05, "", "0.05"), (1.5, "%", "1.5%"),
        (1.2e9, "instructions", "1200000000 instructions"), (999.6, "ms", "1000 ms"),
        (1, "requests", "1 request"), (2, "requests", "2 requests"), (1, "instructions", "1 instruction"),
    ],
)  # fmt: skip
def test_showing(value: float, symbol: str, shown: str) -> None:
    assert format_value(value, symbol) == shown
    assert parse_quantity(shown).base == pytest.approx(value, rel=0.01)
