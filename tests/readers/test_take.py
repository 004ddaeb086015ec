"""Readers of any file, which are told what to take."""

from __future__ import annotations

import io
from time import perf_counter

import pytest

from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import parse_take
from resonance_perf.readers.registry import read_stream
from tests.configured import tool_of

CSV = "run,latency,state\n1,10,ok\n2,30,ok\n3,n/a,lost\n4,20,ok\n"
JSON = '{"latency": {"p95": 12.5}, "runs": [{"s": 0.1}, {"s": 0.3}, {"s": 0.2}], "text": "slow"}'
LOG = "took 10 ms\nlost\ntook 30 ms\ntook 20 ms\n"
PROMETHEUS = '# TYPE job_seconds gauge\njob_seconds{job="build",host="a"} 2.5\njob_seconds{job="test",host="a"} 7\n'
MATRIX = """{"status":"success","data":{"resultType":"matrix","result":[
{"metric":{"route":"/shop"},"values":[[1795219200,"0.2"],[1795219215,"NaN"],[1795219230,"0.4"],[1795219245,"0.3"]]},
{"metric":{"route":"/"},"values":[[1795219200,"7"]]}]}}"""
VECTOR = '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795219200.5,"0.25"]}]}}'
ERROR = '{"status":"error","errorType":"bad_data","error":"invalid parameter \\"query\\""}'


def read(tool: str, text: str, **takes: str) -> Reading:
    asked = [parse_take(metric, where) for metric, where in takes.items()]
    (reading,) = read_stream(io.BytesIO(text.encode()), "f", tool, takes=asked)[1]
    return reading


@pytest.mark.parametrize(
    ("tool", "text", "takes", "expected"),
    [
        ("csv", CSV, {"p50": "latency ms", "runs": "run"}, {"p50": (20, "ms", 3), "runs": (2, "", 4)}),
        ("csv", CSV, {"p99": "latency s"}, {"p99": (30_000, "ms", 3)}),
        (
            "json",
            JSON,
            {"p95": "latency.p95 ms", "wall": "runs[].s s"},
            {"p95": (12.5, "ms", 1), "wall": (200, "ms", 3)},
        ),
        ("json", JSON, {"wall": "max(runs[].s) s"}, {"wall": (300, "ms", 1)}),
        ("regex", LOG, {"wall": "took (\\d+) ms"}, {"wall": (20, "ms", 3)}),
        ("regex", LOG, {"lines": "took (\\d+) m"}, {"lines": (20, "", 3)}),
        ("openmetrics", PROMETHEUS, {"wall": 'job_seconds{job="build"} s'}, {"wall": (2500, "ms", 1)}),
        ("prometheus", MATRIX, {"p95": '{route="/shop"} s'}, {"p95": (300, "ms", 3)}),
        ("prometheus", VECTOR, {"p95": "{} s"}, {"p95": (250, "ms", 1)}),
        ("openmetrics", PROMETHEUS + "# EOF\n", {"wall": "job_seconds s"}, {"wall": (2500, "ms", 2)}),
    ],
)
def test_it_takes_what_it_is_told_to(tool: str, text: str, takes: dict[str, str], expected: dict[str, object]) -> None:
    found = read(tool, text, **takes)
    assert not found.failed
    assert {one.metric: (pytest.approx(one.value), one.unit, one.n) for one in found.metrics} == expected


@pytest.mark.parametrize(
    ("tool", "text", "where", "said"),
    [
        ("csv", CSV, "latecy ms", "there is no column latecy. It has run, latency, state"),
        ("json", JSON, "latency..p95 ms", "latency..p95 is no JMESPath"),
        ("regex", LOG, r"(t)ook \1", "is no expression of RE2"),
        ("regex", LOG, "took", "took has 0 groups, not one"),
        ("openmetrics", PROMETHEUS, "job_seconds{ s", "names no sample"),
        ("prometheus", VECTOR, "{route= s", "{route= names no series"),
        ("k6", "{}", "a.b ms", "k6 takes what it knows"),
        ("csv", "", "a", "there is no column a"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence(tool: str, text: str, where: str, said: str) -> None:
    with pytest.raises(ResonanceError) as told:
        read(tool, text, wall=where)
    assert said in str(told.value)


@pytest.mark.parametrize(("tool", "text", "where"), [("json", JSON, "latency.p42 ms"), ("json", JSON, "text"),
                                                     ("regex", LOG, "lost in (.*)"), ("prometheus", MATRIX, '{route="/x"} s'), ("csv", CSV, "state")])  # fmt: skip
def test_what_is_not_there_is_a_failed_run_and_no_zero(tool: str, text: str, where: str) -> None:
    found = read(tool, text, wall=where)
    assert found.failed.startswith("there is no number at ") and not found.metrics


@pytest.mark.parametrize("tool", ["csv", "json", "regex", "openmetrics"])
def test_one_that_was_not_told_asks_for_it(tool: str) -> None:
    with pytest.raises(ResonanceError, match="does not know what to take"):
        read(tool, "x")


def test_an_expression_takes_linear_time() -> None:
    began = perf_counter()
    read("regex", "a" * 5000 + "!", wall="(?:(?:a+)+)+(\\d)$")
    assert perf_counter() - began < 5


def test_the_config_says_what_to_take() -> None:
    body = """version: 1
benchmarks:
  job: {driver: tool, tool: json, command: [job], take: {wall: "runs[].s s"}, metrics: {wall: {}}}
"""
    assert [(one.metric, one.where, one.unit.symbol) for one in tool_of(body).takes] == [("wall", "runs[].s", "s")]


def test_an_error_of_prometheus_is_a_failed_run() -> None:
    for takes in ({}, {"p95": "{} s"}):
        assert read("prometheus", ERROR, **takes).failed == 'it answered bad_data: invalid parameter "query"'
