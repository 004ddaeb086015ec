from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark, HttpSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.work import LoadServer

SERVER = ProcessOutcome(argv=("serve",), signal=15)
DRIVER = DRIVERS["http"]


def benchmark(**settings: object) -> Benchmark:
    made = HttpSettings(serve=("serve", "{port}"), url="http://127.0.0.1:{port}/x", **settings)  # type: ignore[arg-type]  # fields of HttpSettings
    return Benchmark(name="api", driver="http", settings=made, timeout_s=30)


def loaded(latencies: tuple[float, ...], **fields: object) -> LoadOutcome:
    given = {"sent": len(latencies), "seconds": 2.0} | fields
    return LoadOutcome(server=SERVER, latencies_ms=latencies, **given)  # type: ignore[arg-type]  # fields of LoadOutcome


def complaint(outcome: LoadOutcome) -> str:
    with pytest.raises(BenchmarkError) as caught:
        DRIVER.sample(benchmark(), outcome)
    return str(caught.value)


def test_the_work_is_the_server_under_its_load() -> None:
    work = DRIVER.work(benchmark(rate=50, duration_s=3, warmup_s=1), (("A", "b"),))
    assert isinstance(work, LoadServer)
    assert (work.server.argv, work.server.env) == (("serve", "{port}"), (("A", "b"),))
    assert work.ready_url == work.load.url == "http://127.0.0.1:{port}/x"
    assert (work.load.rate, work.load.duration_s, work.load.warmup_s) == (50, 3, 1)
    ready = DRIVER.work(benchmark(ready_url="http://127.0.0.1:{port}/up"), ())
    assert isinstance(ready, LoadServer)
    assert ready.ready_url.endswith("/up")


def test_percentiles_are_values_that_were_seen() -> None:
    latencies = tuple(float(n) for n in range(1, 1001))
    sample = DRIVER.sample(benchmark(), loaded(latencies[::-1], sent=1250, failed=250))
    assert sample.values == {
        "p50": 500, "p90": 900, "p95": 950, "p99": 990, "p999": 999, "throughput": 500, "error_rate": 20,
    }  # fmt: skip
    assert list(sample.values) == list(DRIVER.measures(benchmark()))
    assert sample.raw["latency"] == latencies[::-1]


def test_the_memory_of_the_server_is_told_where_it_is_asked_for() -> None:
    grown = loaded((1.0,) * 9)
    grown = replace(grown, server=replace(grown.server, peak_rss_bytes=50_000_000))
    asked = replace(benchmark(), metrics=(MetricSpec("peak_rss"),))
    assert DRIVER.sample(asked, grown).values["peak_rss"] == 50_000_000
    assert "peak_rss" in DRIVER.measures(asked) and "peak_rss" not in DRIVER.measures(benchmark())
    assert "peak_rss" not in DRIVER.sample(benchmark(), grown).values


def test_what_the_client_itself_took_is_kept() -> None:
    raw = DRIVER.sample(benchmark(), loaded((1.0,) * 9, late_ms=0.4, client_cpu_s=0.1)).raw
    assert (raw["client_lag_ms"], raw["client_cpu_s"]) == ((0.4,), (0.1,))


def test_a_stress_tells_its_knee_or_why_there_is_none() -> None:
    asked = benchmark(scenario="stress", peak=1000.0, limit_ms=50.0)
    work = DRIVER.work(asked, ())
    assert isinstance(work, LoadServer)
    assert (work.load.shape, work.load.peak, work.load.limit_ms) == ("constant", 1000, 50)
    found = loaded((1.0,) * 99, sent=100, failed=1)
    values = DRIVER.sample(asked, replace(found, knee=320.0)).values
    assert values["knee"] == 320 and list(values) == list(DRIVER.measures(asked))
    for knee, said in ((0.0, "begin with a lower rate"), (1000.0, "give it a higher peak")):
        with pytest.raises(BenchmarkError, match=said):
            DRIVER.sample(asked, replace(found, knee=knee))


def test_a_high_percentile_of_few_requests_is_their_slowest() -> None:
    values = DRIVER.sample(benchmark(), loaded((1.0,) * 9 + (7.0,))).values
    assert (values["p50"], values["p99"], values["p999"]) == (1.0, 7.0, 7.0)


def test_no_latency_is_read_where_nothing_was_answered() -> None:
    failed = loaded((), sent=50, failed=50, failures=(("status 500", 49), ("connection lost: closed by the server", 1)))
    assert complaint(failed) == (
        "api: no request succeeded: status 500 (49 times); connection lost: closed by the server (1 times)."
    )
    assert complaint(loaded((1.0,), problem="the server was not ready")) == "api: the server was not ready."


def test_a_client_at_its_limit_measures_nothing() -> None:
    assert "sending the load took a whole core" in complaint(loaded((1.0,) * 10, client_cpu_s=1.95))


def test_what_is_better_is_known() -> None:
    measures = DRIVER.measures(benchmark())
    assert [name for name, measure in measures.items() if measure.higher_is_better] == ["throughput"]
    assert {measure.of for measure in measures.values()} == {"latency", None}
    assert DRIVER.load_model == "open"
