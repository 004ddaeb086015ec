"""Metrics of OpenTelemetry: what buckets tell of a percentile, and what points add up to."""

from __future__ import annotations

import io
import json
from bisect import bisect_left
from collections.abc import Sequence
from math import ceil, floor, inf, log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import parse_take
from resonance_perf.readers import otlp
from resonance_perf.readers.otlp.buckets import Buckets, of_explicit, of_exponential
from resonance_perf.readers.registry import read_stream
from resonance_perf.readers.selector import selected

DELTA, CUMULATIVE = 1, 2
values_ = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=80)


def explicit(values: Sequence[float], bounds: Sequence[float], **more: object) -> dict[str, Any]:
    counts = [0] * (len(bounds) + 1)
    for value in values:
        counts[bisect_left(bounds, value)] += 1
    return {
        "explicitBounds": list(bounds),
        "bucketCounts": [str(one) for one in counts],
        "count": str(len(values)),
        **more,
    }


def exponential(values: Sequence[float], scale: int) -> dict[str, Any]:
    indices = [ceil(log2(value) * 2.0**scale) - 1 for value in values]
    offset = min(indices)
    counts = [indices.count(index) for index in range(offset, max(indices) + 1)]
    return {"scale": scale, "positive": {"offset": offset, "bucketCounts": counts}, "count": len(values)}


@given(
    values_, st.lists(st.floats(1, 9e3), min_size=1, max_size=9, unique=True), st.integers(-1, 3), st.floats(0.01, 0.99)
)
def test_the_interval_of_a_percentile_holds_it_whatever_the_buckets(
    values: list[float], bounds: list[float], scale: int, q: float
) -> None:
    """Also where one half was counted in other buckets than the other."""
    half = len(values) // 2
    found = Buckets()
    found.add(of_explicit(explicit(values[:half], sorted(bounds), min=min(values), max=max(values))))
    found.add(of_exponential(exponential(values[half:], scale)))
    told = found.quantile("p", "ms", q)
    exact = sorted(values)[max(0, ceil(q * len(values)) - 1)]
    assert told.low * (1 - 1e-9) <= exact <= told.value * (1 + 1e-9) and told.low <= told.value <= told.high
    assert told.n == len(values)


def test_what_lies_above_the_last_bound_decides_nothing() -> None:
    found = Buckets()
    found.add(of_explicit(explicit([5.0] * 50 + [5e3] * 50, [1.0, 10.0])))
    told = found.quantile("p95", "ms", 0.95, 1000)
    assert told.note == "p95 may lie above 10000 ms, the last bound of the histogram" and told.high < inf
    assert found.quantile("p25", "ms", 0.25).note == ""


def test_zero_and_negative_buckets_lie_where_they_are() -> None:
    point = {"scale": 0, "zeroCount": 1, "zeroThreshold": 0.5, "negative": {"offset": 0, "bucketCounts": [2]}}
    assert sorted(of_exponential(point)) == [(-2.0, -1.0, 2), (-0.5, 0.5, 1)]
    for wrong in ({"scale": 99}, {"positive": {"offset": 0, "bucketCounts": [0] * 200_000}}):
        with pytest.raises(ValueError, match=r"no such scale|too many"):
            list(of_exponential(wrong))


def at(start: int, end: int, **point: object) -> dict[str, object]:
    return {"startTimeUnixNano": f"{start}000000000", "timeUnixNano": f"{end}000000000", **point}


def document(kind: str, *points: dict[str, object], unit: str = "", host: str = "a", **data: object) -> bytes:
    resource = {"attributes": [{"key": "host.name", "value": {"stringValue": host}}]}
    metric = {"name": "it.is", "unit": unit, kind: {"dataPoints": list(points), **data}}
    return json.dumps({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [metric]}]}]}).encode()


def read(*lines: bytes, take: str = "") -> tuple[Reading, ...]:
    source = io.BytesIO(b"\n".join(lines))
    return tuple(otlp.read_taken(source, "it", [parse_take(*take.split("=", 1))]) if take else otlp.read(source, "it"))


def test_cumulative_points_tell_all_since_their_start_and_deltas_add_up() -> None:
    grown = [at(1, 2, asInt="10"), at(1, 3, asInt="30"), at(5, 6, asInt="7")]  # it began anew at 5
    for temporality, total in ((CUMULATIVE, 37), (DELTA, 47)):
        lines = [document("sum", one, isMonotonic=True, aggregationTemporality=temporality, unit="By") for one in grown]
        (reading,) = read(*lines)
        assert [(one.metric, one.unit, one.value) for one in reading.metrics] == [("total", "B", total)]
        assert reading.at == 1.0
    (reading,) = read(*lines, take="sent=it.is req/s")
    assert reading.metrics[0].value == pytest.approx(47 / 5) and reading.metrics[0].unit == "req/s"


def test_programs_of_one_service_are_taken_together_or_apart() -> None:
    lines = [document("histogram", at(1, 2, **explicit([one] * 10, [0.1, 0.2, 0.5])), unit="s",
                      aggregationTemporality=DELTA, host=host) for host, one in (("a", 0.15), ("b", 0.4))]  # fmt: skip
    (whole,) = read(*lines)
    assert {one.metric: (one.value, one.n) for one in whole.metrics}["p90"] == (500, 20)
    (alone,) = read(*lines, take='p90=it.is{host.name="a"}')
    assert (alone.metrics[0].value, alone.metrics[0].unit, alone.metrics[0].n) == (200, "ms", 10)
    assert read(*lines, take='p90=it.is{host.name="c"}')[0].failed == 'there is no number at it.is{host.name="c"}'


def test_a_summary_tells_its_own_quantiles_only() -> None:
    quantiles = [
        {"quantile": 0.5, "value": 3},
        {"quantile": 0.99, "value": 9},
        {"quantile": 1, "value": 12},
        {"value": 1},
    ]
    (reading,) = read(document("summary", at(1, 2, count="400", quantileValues=quantiles), unit="ms"))
    assert {one.metric: one.value for one in reading.metrics} == {"p50": 3, "p99": 9}
    both = [document("summary", at(1, 2, count="4", quantileValues=quantiles), host=host) for host in "ab"]
    assert read(*both, take="p50=it.is")[0].failed  # they do not add up


def test_a_gauge_is_the_median_of_its_points_and_an_end_is_none() -> None:
    points = [at(0, second, asDouble=float(second)) for second in range(1, 8)]
    (reading,) = read(document("gauge", *points, at(0, 9, flags=1), at(0, 8, asDouble="NaN"), unit="1"))
    assert [(one.metric, one.value, one.n) for one in reading.metrics] == [("value", 4, 7)]


def test_lines_that_cannot_be_read_are_named() -> None:
    first, *_ = read(document("gauge", at(0, 1, asInt="1")), b"{cut", b'{"resourceSpans":[]}', b"")
    assert first.skipped == 2 and str(first.problems[0]).startswith("it:2: this is no document of OTLP metrics")
    assert read(b'{"resourceMetrics":[]}')[0].failed == "it holds no metric with a point"


def test_more_series_than_anybody_looks_at_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resonance_perf.readers.otlp.points.MOST_SERIES", 20)
    points = [at(0, 1, asInt="1", attributes=[{"key": "id", "value": {"intValue": n}}]) for n in range(21)]
    with pytest.raises(ResonanceError, match="more than 20 series"):
        read_stream(io.BytesIO(document("gauge", *points)), "it", "otlp")


@pytest.mark.parametrize("take", ["p95=it.is{a=b}", "p95={}", "speed=it.is"])
def test_what_cannot_be_taken_is_a_sentence(take: str) -> None:
    with pytest.raises(ResonanceError, match=r"names no series|is a histogram"):
        read(document("histogram", at(0, 1, **explicit([1.0], [2.0])), aggregationTemporality=DELTA), take=take)


def test_a_selector_has_names_with_dots_and_values_with_anything() -> None:
    assert selected(r'a.b{ c.d="x, y}", e="\"é" }') == ("a.b", {"c.d": "x, y}", "e": '"é'})
    assert selected("a.b") == selected("a.b{}") == ("a.b", {})


def test_the_edges_are_those_of_the_data_model() -> None:
    """A value on an edge is in the bucket below it."""
    assert list(of_explicit(explicit([10.0], [5.0, 10.0, 20.0]))) == [(5.0, 10.0, 1)]
    assert floor(log2(8)) == 3 and list(of_exponential(exponential([8.0], 0))) == [(4.0, 8.0, 1)]
