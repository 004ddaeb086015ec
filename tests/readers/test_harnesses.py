"""What benchmark harnesses, browsers and bundlers say of real runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from resonance_perf.app.take_in import read_file
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.reading import Reading

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
REFUSED = (
    "CHROME_INTERSTITIAL_ERROR: Chrome prevented page load with an interstitial. Make sure you are testing the correct "
    "URL and that the server is properly responding to all requests."
)


def read(path: str) -> Sequence[Reading]:
    return read_file(str(FIXTURES / path), None)[1]


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("hyperfine/two-commands.json", "sleep 0.01", {"wall": 11.979}),
        ("go/count-8.txt", "Join", {"allocated": 5, "allocations": 1}),
        ("pytest-benchmark/summary.json", "test_large", {"wall": 0.34418}),
        ("pyperf/timeit.json", "timeit", {"wall": 0.0336}),
        ("asv/samples.json", "b.Sleep.time_it(0.001, 'a')", {"wall": 1.0806}),
        ("asv/summary.json", "b.Sleep.time_it(0.002, 'a')", {"wall": 2.0982}),
        ("asv/summary.json", "b.peakmem_list", {"memory": 36122624}),
        ("asv/summary.json", "b.track_count", {"value": 42}),
        ("criterion/sample.json", "", {"wall": 0.0010096}),
        ("criterion/estimates.json", "", {"wall": 0.0010151}),
        ("jmh/result.json", "shop.Cart.total(items=100)", {"wall": 0.245, "throughput": 4000, "allocated": 1024.5}),
        ("jmh/result.json", "shop.Cart.checkout", {"p50": 0.3, "p99": 0.9, "p999": 1.4}),
        ("benchmarkdotnet/report-full.json", "Shop.Cart.Total(Items: 100)", {"wall": 0.00100575, "allocated": 416}),
        ("benchmarkdotnet/report-brief.json", "Shop.Cart.Total", {"wall": 0.00100575}),
        ("catch2/benchmarks.xml", "sums > nested > twice", {"wall": 0.000372104}),
        ("bencher/bmf.json", "render", {"wall": 88e-6, "throughput": 5.55}),
        ("bencher/bmf.json", "./build.sh", {"build_time": 87_000}),
        ("tinybench/samples.json", "sum", {"wall": 0.000541}),
        ("tinybench/summary.json", "sum", {"wall": 0.000541, "p99": 0.00080137}),
        ("vitest/bench.json", "x.bench.js > sum > loop", {"wall": 0.000461}),
        ("lighthouse/flow.timespan.report.json", "", {"inp": 176.354, "score": 0.98}),
        ("lighthouse/mobile.report.trimmed.json", "", {"lcp": 13124.7676, "cls": 0}),
        ("browsertime/browsertime.json", "", {"lcp": 336, "cls": 0.10253}),
        (
            "lhci/assertion-results.fail.json",
            "",
            {"lcp": 2253.3498, "cls": 0.10946, "script_bytes": 70407, "bytes": 2460813},
        ),
        ("har/page.har", "", {"load": 390, "requests": 5}),
        ("webpagetest/jsonResult.2014.1run.json", "", {"ttfb": 503, "bytes": 501267, "requests": 12}),
        ("size-limit/sizelimit_pass.stdout.txt", "main", {"size": 2027}),
        ("esbuild/esbuild.meta.json", "", {"raw": 5149, "js_bytes": 5085, "css_bytes": 64}),
        ("webpack/webpack.stats.json", "main.js", {"raw": 7597}),
    ],
)
def test_numbers_are_those_that_the_tool_told(path: str, name: str, expected: dict[str, float]) -> None:
    reading = next(one for one in read(path) if one.name == name)
    found = {one.metric: one.value for one in reading.metrics}
    assert {metric: found[metric] for metric in expected} == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("hyperfine/failed.json", "10 of 10 runs failed"),
        ("google-benchmark/repetitions.json", "no database"),
        ("asv/summary.json", "it raised, timed out or was skipped"),
        ("benchmarkdotnet/report-full.json", "it was not run to its end"),
        ("catch2/benchmarks.xml", "no database"),
        ("tinybench/summary.json", "it was not run to its end, but is errored"),
        ("webpagetest/testResultsNotFound.json", "Test not found"),
        ("lighthouse/refused.report.trimmed.json", REFUSED),
        ("size-limit/sizelimit_missing.stdout.txt", "no file was there to be measured"),
    ],
)
def test_what_failed_has_no_number(path: str, said: str) -> None:
    (reading,) = [one for one in read(path) if one.failed]
    assert reading.failed == said and not reading.metrics


def test_repetitions_are_values_and_aggregates_are_not() -> None:
    copies = [one for one in read("google-benchmark/repetitions.json") if not one.failed]
    assert [one.name for one in copies] == ["BM_copy/64", "BM_copy/1024"]
    assert all(metric.n == 8 for one in copies for metric in one.metrics)


def test_a_process_of_pyperf_counts_once() -> None:
    (reading,) = read("pyperf/timeit.json")
    assert reading.metrics[0].n == 10


def test_a_hash_in_a_name_does_not_make_another_asset() -> None:
    assert {one.name for one in read("webpack/webpack.stats.json")} == {"", "main.js", "632.js", "main.css"}


def test_a_page_that_was_loaded_once_decides_nothing() -> None:
    (reading,) = read("lighthouse/mobile.report.trimmed.json")
    noted = {one.metric for one in reading.metrics if one.note}
    assert {"lcp", "fcp", "tbt"} <= noted and "score" not in noted


@pytest.mark.parametrize(
    ("values", "summary", "name"),
    [
        ("asv/samples.json", "asv/summary.json", "b.Sleep.time_it(0.001, 'a')"),
        ("pytest-benchmark/saved-data.json", "pytest-benchmark/summary.json", "test_large"),
    ],
)
def test_a_summary_is_less_sure_than_the_values_behind_it(values: str, summary: str, name: str) -> None:
    (raw,), (told,) = ([one for one in read(path) if one.name == name] for path in (values, summary))
    assert raw.metrics[0].samples and not told.metrics[0].samples
    assert (
        told.metrics[0].note or told.metrics[0].low <= raw.metrics[0].low <= raw.metrics[0].high <= told.metrics[0].high
    )


def test_the_forks_of_jmh_count_once_each() -> None:
    total = next(one for one in read("jmh/result.json") if one.name.startswith("shop.Cart.total"))
    assert {one.metric: one.n for one in total.metrics} == {"wall": 8, "throughput": 5, "allocated": 1}


def test_an_interval_that_the_tool_resampled_is_taken_as_it_stands() -> None:
    plain = next(one for one in read("catch2/benchmarks.xml") if one.name == "sums > plain")
    (wall,) = plain.metrics
    assert (wall.low, wall.value, wall.high) == pytest.approx((549.362e-6, 549.477e-6, 549.879e-6))


def test_a_measure_without_bounds_decides_nothing() -> None:
    notes = {one.name: [metric.note for metric in one.metrics] for one in read("bencher/bmf.json")}
    assert notes["render"] == ["", ""] and "measured once" in notes["program"][0]


def test_a_document_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "b.xml"
    bomb.write_text('<!DOCTYPE c [<!ENTITY a "aaaa">]><Catch name="&a;"/>')
    with pytest.raises(ResonanceError, match="declares entities"):
        read_file(str(bomb), "catch2")
