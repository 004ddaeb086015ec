"""`driver: size`: bytes of files, as they are and as they are downloaded."""

from __future__ import annotations

from collections.abc import Mapping

from resonance_perf.drivers.unwarmed import Unwarmed
from resonance_perf.model.benchmark import Benchmark, Env, SizeSettings
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome, SizeOutcome
from resonance_perf.model.run import Measure, Part, Sample
from resonance_perf.model.work import SizeFiles, Work
from resonance_perf.readers.bundles import merged

MEASURES = {name: Measure("B", exact=True, margin=0.001) for name in ("raw", "gzip", "brotli", "zstd")}


class SizeDriver(Unwarmed):
    """Looks at files."""

    load_model: LoadModel | None = None
    pins = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:  # noqa: ARG002  # the same for every benchmark
        """See `Driver`."""
        return MEASURES

    def repeats(self, benchmark: Benchmark) -> int:  # noqa: ARG002  # files do not change while they are looked at
        """See `Driver`."""
        return 1

    def work(self, benchmark: Benchmark, env: Env) -> Work:  # noqa: ARG002  # no process
        """See `Driver`."""
        assert isinstance(benchmark.settings, SizeSettings)
        return SizeFiles(globs=benchmark.settings.files, levels=benchmark.settings.levels)

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:  # noqa: ARG002  # nothing can fail
        """See `Driver`. The parts are the files, by names that outlive a change of their content."""
        assert isinstance(outcome, SizeOutcome)
        values, parts = {}, list[Part]()
        for metric in MEASURES:
            sizes = merged((one.name, getattr(one, metric)) for one in outcome.files)
            values[metric] = float(sum(sizes.values()))
            parts += (Part(metric, *one) for one in sizes.items())
        return Sample(values=values, parts=tuple(parts))
