"""`driver: tool`: another measuring tool, run on both sides, its result read by its reader."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.drivers.ending import describe_end
from resonance_perf.drivers.unwarmed import Unwarmed
from resonance_perf.drivers.vocabulary import measure_of
from resonance_perf.model.benchmark import Benchmark, Env, ToolSettings
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome, ToolOutcome
from resonance_perf.model.quantity import BASE_SYMBOLS
from resonance_perf.model.reading import Reading
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Command, RunTool, Work
from resonance_perf.readers.registry import read_stream


class ToolDriver(Unwarmed):
    """Runs a tool once for each sample: what is compared are runs, not what happened within one."""

    load_model: LoadModel | None = None
    """Each result tells its own."""
    pins = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        """See `Driver`. The metrics that the config names: which others the tool has, its first result shows."""
        settings = _settings(benchmark)
        units = {one.metric: BASE_SYMBOLS[one.unit.dimension] for one in settings.takes}
        return {
            name: replace(
                measure, exact=measure.exact or name in settings.exact, unit=units.get(name, measure.unit),
                quantile=0.5 if settings.deployed else None, of=name if settings.deployed else None,
            )
            for name, measure in ((spec.name, measure_of(spec.name)) for spec in benchmark.metrics)
        }  # fmt: skip

    def repeats(self, benchmark: Benchmark) -> int:
        """See `Driver`. One metric that is not exact, such as the time of a build, needs as many samples as it does
        alone."""
        settings = _settings(benchmark)
        if settings.deployed:
            return 1
        return settings.repeats if all(spec.name in settings.exact for spec in benchmark.metrics) else 0

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """See `Driver`."""
        settings = _settings(benchmark)
        command, server = (
            Command(
                argv=argv, env=(*settings.env, *env), timeout_s=benchmark.timeout_s, memory_bytes=benchmark.memory_bytes
            )
            for argv in (settings.command, settings.serve)
        )
        return RunTool(
            command=command, then=settings.then, provided=settings.provided,
            server=server if settings.serve else None, ready_url=settings.ready_url,
            ready_timeout_s=settings.ready_timeout_s,
        )  # fmt: skip

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`. How the tool ended says little: many end with 0 after nothing succeeded, and some with another
        code because a threshold of theirs was crossed. So its result is read first."""
        settings = _settings(benchmark)
        reading = _read(benchmark, outcome, settings.warmup_s)
        values = {one.metric: one.value for one in reading.metrics}
        if not any(spec.name in values for spec in benchmark.metrics):
            wanted = ", ".join(spec.name for spec in benchmark.metrics)
            raise BenchmarkError(f"{benchmark.name}: there is no {wanted} in it", hint=f"It has {', '.join(values)}.")
        raw = {one.metric: one.samples or (one.value,) for one in reading.metrics} if settings.deployed else {}
        return Sample(values=values, raw=raw, parts=reading.parts, load_model=reading.load_model)

    def requests(self, benchmark: Benchmark, outcome: Outcome) -> int:
        """See `Driver`. Those of the warm-up are among them, and those of all parts."""
        return _read(benchmark, outcome, 0.0, whole=True).requests


def _settings(benchmark: Benchmark) -> ToolSettings:
    assert isinstance(benchmark.settings, ToolSettings)
    return benchmark.settings


def _read(benchmark: Benchmark, outcome: Outcome, warmup_s: float, *, whole: bool = False) -> Reading:
    """What the tool tells of the benchmark; `whole`: of all its parts together, where it does."""
    assert isinstance(outcome, ToolOutcome)
    settings = _settings(benchmark)
    if outcome.problem:
        raise BenchmarkError(f"{benchmark.name}: {outcome.problem}")
    try:
        name, data = _result(settings, outcome)
        readings = read_stream(io.BytesIO(data), name, settings.tool, warmup_s, settings.takes)[1]
        reading = _chosen(readings, "" if whole and any(not one.name for one in readings) else settings.part)
    except ResonanceError as error:
        ended = "" if outcome.process.ok else f"; the tool {describe_end(outcome.process)}"
        raise BenchmarkError(f"{benchmark.name}: {error.message}{ended}", hint=error.hint) from error
    if reading.failed:
        raise BenchmarkError(f"{benchmark.name}: {reading.failed}")
    return reading


def _result(settings: ToolSettings, outcome: ToolOutcome) -> tuple[str, bytes]:
    """(name, bytes) of what the tool wrote: the file that the config names, the only one, or what it printed."""
    files = dict(outcome.files)
    if settings.result:
        if settings.result not in files:
            left = ", ".join(files) or "nothing"
            raise BenchmarkError(f"the tool left no {settings.result}, but {left}")
        return settings.result, files[settings.result]
    if len(files) > 1:
        raise BenchmarkError(
            f"the tool left {', '.join(files)}", hint='Say which one holds the result: "result: NAME".'
        )
    if not files and not outcome.process.stdout and not outcome.process.ok:
        raise BenchmarkError("it left no result")
    return next(iter(files.items()), ("what it printed", outcome.process.stdout))


def _chosen(readings: Sequence[Reading], part: str) -> Reading:
    if not readings:
        raise BenchmarkError("the result holds no benchmark")
    named = {one.name: one for one in readings}
    if part in named:
        return named[part]
    if not part and len(readings) == 1:
        return readings[0]
    hint = f"It has {', '.join(repr(name) for name in named)}."
    what = f'there is no part "{part}" in the result' if part else "the result has several parts"
    raise BenchmarkError(what, hint=hint if part else f'Say which is meant: "part: NAME". {hint}')
