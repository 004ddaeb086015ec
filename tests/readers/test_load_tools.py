"""What load testing tools say of real runs, and what they do not say of failed ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.app.take_in import read_file
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.reading import Reading
from resonance_perf.readers import jmeter
from resonance_perf.readers.registry import read_stream

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
POINTS = "k6/pass.points.head400.ndjson"


def read(path: str) -> Sequence[Reading]:
    return read_file(str(FIXTURES / path), None)[1]


def values(reading: Reading) -> dict[str, float]:
    return {one.metric: one.value for one in reading.metrics}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("k6/pass.summary-export.json", {"p95": 38.056, "p99": 105.724, "throughput": 138.1, "error_rate": 100 * 7 / 442}),
        ("k6/pass.handle_summary.json", {"p50": 0.586, "p95": 41.055, "p99": 98.587, "error_rate": 100 * 4 / 440}),
        ("k6/dropped.summary-export.json", {"p95": 92.729, "dropped": 100 * 369 / 601}),
        ("autocannon/slow.json", {"p50": 44, "p99": 169, "p999": 255, "throughput": 553 / 3.02, "error_rate": 0}),
        ("artillery/pass.report.json", {"p95": 77.5, "p999": 186.8, "error_rate": 100 * 7 / 315}),
        ("jmeter/v55.report.statistics.json", {"p50": 2, "p95": 80.95, "throughput": 142.01, "error_rate": 100 * 5 / 240}),
        ("locust/csvonly_stats.csv", {"p50": 4, "p95": 84, "p99": 170, "error_rate": 100 * 2 / 277}),
        ("wrk/slow.stdout.txt", {"p50": 42.39, "p90": 85.89, "p99": 169.34, "throughput": 611 / 3}),
        ("ab/slow.stdout.txt", {"p50": 43, "p95": 110, "throughput": 180.84, "error_rate": 0}),
        ("ab/slow.percentiles.csv", {"p50": 42.689, "p99": 154.78}),
        ("ab/both.txt", {"p50": 5.844, "p99": 11.543, "throughput": 309.24, "error_rate": 0}),
        ("wrk/script.stdout.txt", {"p50": 48.008, "p95": 55.709, "p999": 56.032, "throughput": 82 / 2.01}),
        ("hey/slow_csv.stdout.txt", {"p50": 37.1, "p999": 232.1}),
        ("hey/slow.stdout.txt", {"p50": 39.8, "p99": 146.8, "throughput": 202.548, "error_rate": 0}),
    ],
)  # fmt: skip
def test_numbers_are_those_that_the_tool_told(path: str, expected: dict[str, float]) -> None:
    found = values(read(path)[0])
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("path", "requests"),
    [
        ("k6/pass.summary-export.json", 435), ("k6/pass.handle_summary.json", 436), ("autocannon/slow.json", 553),
        ("artillery/pass.report.json", 308), ("jmeter/v55.results.csv.jtl", 235),
        ("jmeter/v55.report.statistics.json", 235), ("locust/csvonly_stats.csv", 275), ("wrk/slow.stdout.txt", 611),
        ("ab/slow.stdout.txt", 400), ("hey/slow.stdout.txt", 622), ("hey/slow_csv.stdout.txt", 200),
        ("ab/slow.percentiles.csv", 0),
    ],
)  # fmt: skip
def test_requests_that_succeeded_are_counted(path: str, requests: int) -> None:
    assert read(path)[0].requests == requests


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("k6/defaultstats.summary-export.json", "p99"), ("autocannon/slow.json", "p95"), ("wrk/slow.stdout.txt", "p95"),
        ("jmeter/v55.report.statistics.json", "p999"), ("hey/slow_csv.stdout.txt", "error_rate"),
    ],
)  # fmt: skip
def test_a_percentile_that_the_tool_does_not_tell_is_missing(path: str, missing: str) -> None:
    assert missing not in values(read(path)[0])


@pytest.mark.parametrize(
    "path",
    [
        "k6/refused.summary-export.json", "autocannon/refused.json", "artillery/refused_noensure.report.json",
        "wrk/socket_errors.stdout.txt",
    ],
)  # fmt: skip
def test_a_run_in_which_everything_failed_has_no_latency(path: str) -> None:
    (reading,) = read(path)
    assert reading.failed.startswith("no request succeeded")
    assert not reading.metrics


@pytest.mark.parametrize("path", ["jmeter/v55.results.csv.jtl", "jmeter/v55.report.statistics.json"])
def test_jmeters_samples_and_its_own_report_agree(path: str) -> None:
    whole, *labels = read(path)
    assert {one.name for one in labels} == {"fast", "slow", "error"}
    assert values(whole)["error_rate"] == pytest.approx(100 * 5 / 240)
    assert values(whole)["throughput"] == pytest.approx(142.01, rel=1e-3)


def test_jmeter_without_a_header_and_in_xml() -> None:
    for path in ("jmeter/v213.results.noheader.csv.jtl", "jmeter/v55.results.xml.jtl"):
        whole, *labels = read(path)
        assert sum(one.metrics[0].n for one in labels) == whole.metrics[0].n == 60
        assert values(whole)["error_rate"] == pytest.approx(100 * 4 / 60)


def test_jmeters_lines_are_in_the_order_of_the_answers(tmp_path: Path) -> None:
    late = tmp_path / "late.jtl"
    late.write_text("timeStamp,elapsed,label,success\n1200,100,a,true\n1000,400,a,true\n1500,100,a,true\n")
    assert read_file(str(late), "jmeter")[1][0].metrics[0].n == 3


def test_endpoints_are_benchmarks_of_their_own() -> None:
    whole, *endpoints = read("artillery/pass.report.json")
    assert [one.name for one in endpoints] == ["/api/fast", "/api/slow", "/api/error (flaky)"]
    assert whole.metrics[0].n == sum(one.metrics[0].n for one in endpoints)


def test_the_points_of_k6_add_up_and_bad_lines_are_named(tmp_path: Path) -> None:
    lines = (FIXTURES / POINTS).read_bytes().splitlines(keepends=True)
    mine = [one for one in lines if one.startswith(b'{"metric":"http_req_duration","type":"Point"')]
    durations = sorted(float(one.split(b'"value":')[1].split(b",")[0]) for one in mine)
    (reading,) = read(POINTS)
    assert values(reading)["p50"] == pytest.approx(durations[len(durations) // 2], rel=2e-3)
    spoiled = tmp_path / "points.json"
    spoiled.write_bytes(b"".join([*lines[:50], b"half a li\n", b'{"type":"Point"}\n', *lines[50:]]))
    (again,) = read_file(str(spoiled), "k6")[1]
    assert again.metrics == reading.metrics
    assert again.skipped == 2 and str(again.problems[0]).startswith("points.json:51: ")


def warm(path: str, tool: str, warmup_s: float) -> Reading:
    with (FIXTURES / path).open("rb") as source:
        return read_stream(source, path, tool, warmup_s)[1][0]


@pytest.mark.parametrize(
    ("path", "tool", "warmup_s"),
    [(POINTS, "k6", 0.1), ("jmeter/v55.results.csv.jtl", "jmeter", 0.5), ("jmeter/v55.results.xml.jtl", "jmeter", 0.1),
     ("hey/slow_csv.stdout.txt", "hey", 0.5)],
)  # fmt: skip
def test_what_was_in_the_warm_up_does_not_count(path: str, tool: str, warmup_s: float) -> None:
    whole, rest = read(path)[0], warm(path, tool, warmup_s)
    assert 0 < rest.metrics[0].n < whole.metrics[0].n
    assert values(rest)["throughput"] == pytest.approx(values(whole)["throughput"], rel=0.5)
    assert warm(path, tool, 3600).failed == "nothing is left of it after the warm-up"


@pytest.mark.parametrize(
    ("path", "tool"),
    [("k6/pass.summary-export.json", "k6"), ("jmeter/v55.report.statistics.json", "jmeter"),
     ("hey/slow.stdout.txt", "hey")],
)  # fmt: skip
def test_a_summary_has_no_warm_up(path: str, tool: str) -> None:
    with pytest.raises(BadFileError, match="it is a summary, which has no times"):
        warm(path, tool, 0.1)


def test_the_warm_up_that_is_cut_off_is_the_beginning() -> None:
    """The offsets of hey: 200 requests within 1.2 s."""
    lines = (FIXTURES / "hey/slow_csv.stdout.txt").read_text().splitlines()[1:]
    late = sorted(1000 * float(one.split(",")[0]) for one in lines if float(one.split(",")[-1]) >= 0.5)
    median = warm("hey/slow_csv.stdout.txt", "hey", 0.5).metrics[0]
    assert median.n == len(late) and median.value == pytest.approx(late[(len(late) - 1) // 2], rel=1e-3)


def test_lines_of_hey_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    spoiled = tmp_path / "it.csv"
    lines = (FIXTURES / "hey/slow_csv.stdout.txt").read_text().splitlines(keepends=True)
    spoiled.write_text("".join([*lines, "NaN,0,0,0,0,0,200,1\n", "0.02,0.0"]))
    (whole,), (left,) = read("hey/slow_csv.stdout.txt"), read_file(str(spoiled), "hey")[1]
    assert left.metrics == whole.metrics and left.skipped == 2
    assert str(left.problems[0]).startswith(f"it.csv:{len(lines) + 1}: ")


FIELD = st.text('a,"\n\r é', max_size=6)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["a", 'b "x"', "c,\nd"]), FIELD, st.booleans(), FIELD), min_size=1
    )
)
def test_jmeters_csv_is_read_as_csv(samples: list[tuple[int, str, str, bool, str]]) -> None:
    """Quotes, commas and line ends within fields, before and behind those that count."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["timeStamp", "elapsed", "responseMessage", "label", "success", "failureMessage"])
    table.writerows(
        [1000 + at, took, said, label, str(ok).lower(), why] for at, (took, label, said, ok, why) in enumerate(samples)
    )
    whole, *labels = jmeter.read(io.BytesIO(text.getvalue().encode()), "it.jtl")
    succeeded = [took for took, _, _, ok, _ in samples if ok]
    if not succeeded:
        assert whole.failed.startswith("no request succeeded")
        return
    assert (whole.metrics[0].n, whole.skipped) == (len(samples), 0)
    assert values(whole)["error_rate"] == pytest.approx(100 * (1 - len(succeeded) / len(samples)))
    seen = {label for _, label, *_ in samples}
    assert {one.name for one in labels} == (seen if len(seen) > 1 else set())


def test_a_quote_of_jmeter_that_nobody_closes_ends_no_later_than_the_file(tmp_path: Path) -> None:
    cut = tmp_path / "it.jtl"
    cut.write_text('timeStamp,elapsed,label,success\n1000,5,a,true\n1000,5,"a,true\n')
    (reading,) = read_file(str(cut), "jmeter")[1]
    assert reading.metrics[0].n == 1 and [str(one).split(": ")[0] for one in reading.problems] == ["it.jtl:3"]


def test_open_and_closed_loads_are_told_apart() -> None:
    assert read("k6/dropped.summary-export.json")[0].load_model == "open"
    assert read("wrk/slow.stdout.txt")[0].load_model == "closed"


def test_a_summary_alone_has_a_wider_interval_than_its_samples() -> None:
    samples, summary = read("jmeter/v55.results.csv.jtl")[0], read("jmeter/v55.report.statistics.json")[0]
    for metric in ("p50", "p90", "p95"):
        fine, coarse = (next(one for one in side.metrics if one.metric == metric) for side in (samples, summary))
        assert coarse.high - coarse.low >= fine.high - fine.low
