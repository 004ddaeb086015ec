from __future__ import annotations

from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark, SizeSettings
from resonance_perf.model.work import SizeFiles, SizeOutcome

BENCHMARK = Benchmark(name="bundle", driver="size", settings=SizeSettings(files=("dist/**", "!**/*.map")))
DRIVER = DRIVERS["size"]


def test_sizes_are_exact_numbers_in_bytes() -> None:
    assert DRIVER.work(BENCHMARK, ()) == SizeFiles(globs=("dist/**", "!**/*.map"))
    sample = DRIVER.sample(BENCHMARK, SizeOutcome(files=2, raw=300, gzip=200, brotli=100))
    assert sample.values == {"raw": 300, "gzip": 200, "brotli": 100}
    measures = DRIVER.measures(BENCHMARK)
    assert list(measures) == list(sample.values)
    assert all(measure.exact and measure.unit == "B" for measure in measures.values())
    assert DRIVER.exact
