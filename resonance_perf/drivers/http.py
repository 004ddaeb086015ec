"""`driver: http`: a server under an open loop of requests; latency percentiles, throughput, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from resonance_perf.drivers.steady import steady_from
from resonance_perf.model.benchmark import Benchmark, HttpSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Command, Load, LoadOutcome, LoadServer, Outcome, Work

LATENCY = "latency"
MEASURES = {
    "p50": Measure("ms", quantile=0.50, of=LATENCY, margin=0.03),
    "p90": Measure("ms", quantile=0.90, of=LATENCY, margin=0.05),
    "p95": Measure("ms", quantile=0.95, of=LATENCY, margin=0.05),
    "p99": Measure("ms", quantile=0.99, of=LATENCY, margin=0.10),
    "p999": Measure("ms", quantile=0.999, of=LATENCY, margin=0.20),
    "throughput": Measure("req/s", higher_is_better=True, margin=0.02),
    "error_rate": Measure("%", margin=0.0),
}
SATURATED = 0.9
"""Share of a core from which on the latencies show the work of the client rather than that of the server."""


class HttpDriver:
    """Loads a server."""

    load_model: LoadModel | None = "open"
    exact = False
    repeats = 0
    pins = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:  # noqa: ARG002  # the same for every benchmark
        """See `Driver`."""
        return MEASURES

    def work(self, benchmark: Benchmark, env: tuple[tuple[str, str | None], ...]) -> Work:
        """See `Driver`."""
        settings = benchmark.settings
        assert isinstance(settings, HttpSettings)
        server = Command(
            argv=settings.serve, env=env, timeout_s=benchmark.timeout_s + settings.ready_timeout_s,
            memory_bytes=benchmark.memory_bytes,
        )  # fmt: skip
        load = Load(
            url=settings.url, rate=settings.rate, duration_s=settings.duration_s, warmup_s=settings.warmup_s,
            timeout_s=min(10.0, benchmark.timeout_s),
        )  # fmt: skip
        ready = settings.ready_url or settings.url
        return LoadServer(server=server, ready_url=ready, ready_timeout_s=settings.ready_timeout_s, load=load)

    def warmed(self, benchmark: Benchmark, sample: Sample) -> Benchmark:
        """See `Driver`. Requests after `warmup` that were still slow from the start are added to it."""
        settings = benchmark.settings
        assert isinstance(settings, HttpSettings)
        cold = steady_from(sample.raw[LATENCY]) / settings.rate
        return replace(benchmark, settings=replace(settings, warmup_s=settings.warmup_s + cold)) if cold else benchmark

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`. Without one successful request there is no latency to speak of.

        A high percentile of few requests is their slowest; whether all samples together have enough is asked later.
        """
        assert isinstance(outcome, LoadOutcome)
        if outcome.problem:
            raise BenchmarkError(f"{benchmark.name}: {outcome.problem}")
        if not outcome.latencies_ms:
            why = "; ".join(f"{what} ({count} times)" for what, count in outcome.failures) or "none was sent"
            raise BenchmarkError(f"{benchmark.name}: no request succeeded: {why}")
        if outcome.client_cpu_s > SATURATED * outcome.seconds:
            raise BenchmarkError(
                f"{benchmark.name}: sending the load took a whole core, so the latencies are not the server's",
                hint="Lower the rate.",
            )
        ordered = sorted(outcome.latencies_ms)
        values = {
            name: ordered[max(0, ceil(measure.quantile * len(ordered)) - 1)]
            for name, measure in MEASURES.items()
            if measure.quantile is not None
        }
        values["throughput"] = len(ordered) / outcome.seconds
        values["error_rate"] = 100.0 * outcome.failed / outcome.sent
        return Sample(values=values, raw={LATENCY: outcome.latencies_ms})
