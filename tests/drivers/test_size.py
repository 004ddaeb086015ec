from __future__ import annotations

from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark, SizeLevels, SizeSettings
from resonance_perf.model.outcome import FileSizes, SizeOutcome
from resonance_perf.model.run import Part
from resonance_perf.model.work import SizeFiles

BENCHMARK = Benchmark(name="bundle", driver="size", settings=SizeSettings(files=("dist/**", "!**/*.map")))
DRIVER = DRIVERS["size"]
OUTCOME = SizeOutcome(
    files=(
        FileSizes(name="dist/main-Bhx5W8lp.js", raw=200, gzip=130, brotli=70, zstd=100),
        FileSizes(name="dist/style.css", raw=100, gzip=70, brotli=30, zstd=50),
    )
)


def test_sizes_are_exact_numbers_in_bytes() -> None:
    assert DRIVER.work(BENCHMARK, ()) == SizeFiles(globs=("dist/**", "!**/*.map"))
    sample = DRIVER.sample(BENCHMARK, OUTCOME)
    assert sample.values == {"raw": 300, "gzip": 200, "brotli": 100, "zstd": 150}
    measures = DRIVER.measures(BENCHMARK)
    assert list(measures) == list(sample.values)
    assert all(measure.exact and measure.unit == "B" for measure in measures.values())
    assert DRIVER.repeats(BENCHMARK) == 1


def test_its_parts_are_files_that_keep_their_name() -> None:
    parts = DRIVER.sample(BENCHMARK, OUTCOME).parts
    assert [one for one in parts if one.metric == "brotli"] == [
        Part("brotli", "dist/main.js", 70), Part("brotli", "dist/style.css", 30),
    ]  # fmt: skip


def test_the_levels_are_those_of_the_config() -> None:
    levels = SizeLevels(brotli=5)
    work = DRIVER.work(Benchmark(name="b", driver="size", settings=SizeSettings(files=("*",), levels=levels)), ())
    assert work == SizeFiles(globs=("*",), levels=levels)
