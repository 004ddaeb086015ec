"""`driver: http`: a server under an open loop of requests; latency percentiles, throughput, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from resonance_perf.drivers import statements
from resonance_perf.drivers.steady import steady_from
from resonance_perf.model.benchmark import Benchmark, Env, HttpSettings
from resonance_perf.model.counted import Counted, ordered
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import LoadOutcome, Outcome
from resonance_perf.model.run import Measure, Part, Sample
from resonance_perf.model.work import Command, Load, LoadServer, Work

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
MEMORY = {"peak_rss": Measure("B", margin=0.02)}
"""Of the server; only where the config asks for it, since every metric more takes evidence from the others."""
KNEE = {"knee": Measure("req/s", higher_is_better=True, margin=0.10)}
"""The search does not come closer (`plan/knee.py`)."""
SATURATED = 0.9
"""Share of a core from which on the latencies show the work of the client rather than that of the server."""


class HttpDriver:
    """Loads a server."""

    load_model: LoadModel | None = "open"
    pins = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        """See `Driver`. A search has its rate in the first place: the latencies are those at that rate."""
        settings = _settings(benchmark)
        measures = dict(KNEE | MEASURES if settings.scenario == "stress" else MEASURES)
        if any(one.name in MEMORY for one in benchmark.metrics):
            measures |= MEMORY
        return measures | statements.MEASURES if settings.database else measures

    def repeats(self, benchmark: Benchmark) -> int:  # noqa: ARG002  # a clock never repeats
        """See `Driver`."""
        return 0

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """See `Driver`."""
        settings = _settings(benchmark)
        server = Command(
            argv=settings.serve, env=env, timeout_s=benchmark.timeout_s + settings.ready_timeout_s,
            memory_bytes=benchmark.memory_bytes,
        )  # fmt: skip
        scenario, limit_ms = settings.scenario, settings.limit_ms
        patience_s = max(1.0, limit_ms / 100) if limit_ms else 10.0  # every step waits for an overloaded server
        load = Load(
            url=settings.url, rate=settings.rate, duration_s=settings.duration_s, warmup_s=settings.warmup_s,
            timeout_s=min(patience_s, benchmark.timeout_s), shape="constant" if scenario == "stress" else scenario,
            peak=settings.peak, limit_ms=limit_ms,
        )  # fmt: skip
        ready = settings.ready_url or settings.url
        return LoadServer(
            server=server, ready_url=ready, ready_timeout_s=settings.ready_timeout_s, load=load,
            probe=statements.probe(settings.database, env) if settings.database else None,
        )  # fmt: skip

    def warmed(self, benchmark: Benchmark, sample: Sample) -> Benchmark:
        """See `Driver`. Requests after `warmup` that were still slow from the start are added to it."""
        settings, latencies = _settings(benchmark), sample.raw[LATENCY]
        if isinstance(latencies, Counted):  # so many that the start of a server does not count
            return benchmark
        cold = steady_from(latencies) / settings.rate
        return replace(benchmark, settings=replace(settings, warmup_s=settings.warmup_s + cold)) if cold else benchmark

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`. Without one successful request there is no latency to speak of.

        A high percentile of few requests is their slowest; whether all samples together have enough is asked later.
        """
        assert isinstance(outcome, LoadOutcome)
        if outcome.problem:
            raise BenchmarkError(f"{benchmark.name}: {outcome.problem}")
        settings = _settings(benchmark)
        if not outcome.latencies_ms:
            why = "; ".join(f"{what} ({count} times)" for what, count in outcome.failures) or "none was sent"
            raise BenchmarkError(f"{benchmark.name}: no request succeeded: {why}")
        if outcome.client_cpu_s > SATURATED * outcome.seconds:
            raise BenchmarkError(
                f"{benchmark.name}: sending the load took a whole core, so the latencies are not the server's",
                hint="Lower the rate.",
            )
        if settings.scenario == "stress" and not 0 < outcome.knee < settings.peak:
            raise BenchmarkError(f"{benchmark.name}: {_no_knee(settings, outcome.knee)}")
        latencies = ordered(outcome.latencies_ms)
        values = {
            name: latencies[max(0, ceil(measure.quantile * len(latencies)) - 1)]
            for name, measure in MEASURES.items()
            if measure.quantile is not None
        }
        if outcome.knee:
            values = {"knee": outcome.knee} | values
        values["throughput"] = len(latencies) / outcome.seconds
        values["error_rate"] = 100.0 * outcome.failed / outcome.sent
        if "peak_rss" in self.measures(benchmark):
            values["peak_rss"] = float(outcome.server.peak_rss_bytes)
        client = {"client_lag_ms": (outcome.late_ms,), "client_cpu_s": (outcome.client_cpu_s,)}
        parts: tuple[Part, ...] = ()
        if settings.database:
            try:
                values[statements.METRIC], parts = statements.per_request(outcome)
            except BenchmarkError as error:
                raise BenchmarkError(f"{benchmark.name}: {error.message}") from error
        return Sample(values=values, raw={LATENCY: outcome.latencies_ms} | client, parts=parts)

    def requests(self, benchmark: Benchmark, outcome: Outcome) -> int:
        """See `Driver`. Those of the warm-up and of every step of a search are among them."""
        assert isinstance(outcome, LoadOutcome)
        if not outcome.latencies_ms:
            raise BenchmarkError(f"{benchmark.name}: no request succeeded")
        return outcome.requests - outcome.failed


def _settings(benchmark: Benchmark) -> HttpSettings:
    assert isinstance(benchmark.settings, HttpSettings)
    return benchmark.settings


def _no_knee(settings: HttpSettings, borne: float) -> str:
    if borne:
        return f"the p99 was within {settings.limit_ms:g} ms at {borne:g}/s still: give it a higher peak"
    return f"the p99 was over {settings.limit_ms:g} ms at every rate that was tried: begin with a lower rate"
