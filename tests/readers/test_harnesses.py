"""What benchmark harnesses, browsers and bundlers say of real runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from resonance_perf.app.take_in import read_file
from resonance_perf.model.reading import Reading

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"


def read(path: str) -> Sequence[Reading]:
    return read_file(str(FIXTURES / path), None)[1]


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("hyperfine/two-commands.json", "sleep 0.01", {"wall": 11.979}),
        ("go/count-8.txt", "Join", {"allocated": 5, "allocations": 1}),
        ("pytest-benchmark/summary.json", "test_large", {"wall": 0.34418}),
        ("pyperf/timeit.json", "timeit", {"wall": 0.0336}),
        ("vitest/bench.json", "x.bench.js > sum > loop", {"wall": 0.000461}),
        ("lighthouse/flow.timespan.report.json", "", {"inp": 176.354, "score": 0.98}),
        ("lighthouse/mobile.report.trimmed.json", "", {"lcp": 13124.7676, "cls": 0}),
        ("browsertime/browsertime.json", "", {"lcp": 336, "cls": 0.10253}),
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
        ("webpagetest/testResultsNotFound.json", "Test not found"),
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
