"""Metrics of the official SDK of OpenTelemetry reach the server that keeps them, and a budget judges them."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.app.take_in import read_file
from resonance_perf.model.reading import Reading
from resonance_perf.system import otlp
from resonance_perf.system.collector import Collector
from tests.conftest import GitRepo
from tests.e2e.conftest import Project

STATE = '# State\n\n```json\n{"budgets": {"shop": {"limit": "%s", "metric": "users.p95"}}}\n```\n'
TAKE = 'p95=http.server.request.duration{http.route="/%s"}'
EMPTY = b'{"resourceMetrics":[]}'


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    with Collector(("127.0.0.1", 0), str(tmp_path / "field"), lambda: 0.0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def kept(collector: Collector) -> Path:
    return Path(collector.folder) / "metrics-1970-01-01.ndjson"


def export(collector: Collector) -> None:
    """A program that answered 400 requests, in two exports: /shop in 1 to 200 ms, /slow in 1 to 200 s."""
    sdk = pytest.importorskip("opentelemetry.sdk.metrics")
    exporting = pytest.importorskip("opentelemetry.exporter.otlp.proto.http.metric_exporter")
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
    from opentelemetry.sdk.resources import Resource

    exporter = exporting.OTLPMetricExporter(
        endpoint=f"http://127.0.0.1:{collector.server_port}/v1/metrics", compression=Compression.Gzip, timeout=10
    )
    provider = sdk.MeterProvider(
        metric_readers=[PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)],
        resource=Resource({"service.name": "shop"}),
        views=[View(instrument_name="fine", aggregation=ExponentialBucketHistogramAggregation())],
    )
    meter = provider.get_meter("shop")
    coarse = meter.create_histogram("http.server.request.duration", unit="s")
    fine = meter.create_histogram("fine", unit="ms")
    requests, size = meter.create_counter("requests", unit="{request}"), meter.create_gauge("heap", unit="MBy")
    for half in (range(1, 101), range(101, 201)):
        for n in half:
            coarse.record(n / 1000, {"http.route": "/shop", "status": 200})
            coarse.record(float(n), {"http.route": "/slow", "status": 200})
            fine.record(n)
            requests.add(2)
        size.set(half[0])
        assert provider.force_flush()
    provider.shutdown()


def by_name(readings: object) -> dict[str, Reading]:
    return {one.name: one for one in readings}  # type: ignore[attr-defined]  # a sequence of readings


def test_what_the_sdk_sends_is_kept_and_read(collector: Collector) -> None:
    export(collector)
    assert collector.exports >= 2
    found = by_name(read_file(str(kept(collector)), None)[1])
    coarse = found["http.server.request.duration service.name=shop http.route=/shop status=200"]
    p95 = next(one for one in coarse.metrics if one.metric == "p95")
    assert p95.low <= 190 <= p95.high and (p95.unit, p95.n) == ("ms", 200)
    fine = {one.metric: one for one in found["fine service.name=shop"].metrics}
    assert fine["p50"].low <= 100 <= fine["p50"].value <= 105 <= fine["p50"].high < 120
    (heap,) = found["heap service.name=shop"].metrics
    assert (heap.metric, heap.unit, heap.low, heap.high) == ("value", "B", 1e6, 101e6)
    (sent,) = found["requests service.name=shop"].metrics
    assert (sent.metric, sent.unit, sent.n) == ("throughput", "req/s", 400)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("route", "limit", "budget", "status"), [("slow", "50s", "🔴 50s", 1), ("shop", "100ms", "🟡 100ms", 0)]
)
def test_a_budget_judges_it(
    collector: Collector, repo: GitRepo, route: str, limit: str, budget: str, status: int
) -> None:
    """Of /shop the buckets tell only that the p95 is in the first one, so a limit within that is not known to be passed."""
    export(collector)
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "watch")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": STATE % limit}, "a budget")
    done = project.run("import", str(kept(collector)), "--benchmark", "users", "--take", TAKE % route)
    assert done.returncode == status, done.stdout + done.stderr
    (row,) = project.rows()
    assert (row.metric, row.budget) == ("p95", budget)


def post(collector: Collector, body: bytes, kind: str = otlp.JSON, **headers: str) -> tuple[int, bytes]:
    talk = http.client.HTTPConnection("127.0.0.1", collector.server_port, timeout=5)
    told = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    talk.request("POST", "/v1/metrics", body, told)
    answer = talk.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        talk.close()


def test_what_a_program_was_started_with_is_not_kept(collector: Collector) -> None:
    told = {"service.name": "shop", "process.command_line": "shop --token=abc", "process.owner": "ada"}
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in told.items()]
    attributes.append({"key": "process.command_args", "value": {"arrayValue": {"values": [{"stringValue": "abc"}]}}})
    body = {"resourceMetrics": [{"resource": {"attributes": attributes}, "scopeMetrics": []}]}
    collector.keep_metrics(json.dumps(body).encode(), otlp.JSON, "")
    line = kept(collector).read_text()
    assert "service.name" in line and not any(word in line for word in ("abc", "ada", "process"))


def test_json_is_kept_without_exemplars(collector: Collector) -> None:
    point = {"asInt": "5", "exemplars": [{"filteredAttributes": [{"key": "user", "value": {"stringValue": "ada"}}]}]}
    metrics = [{"name": "n", "gauge": {"dataPoints": [point]}}]
    sent = json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}).encode()
    assert post(collector, sent, "application/json; charset=utf-8") == (200, b"{}")
    (reading,) = read_file(str(kept(collector)), None)[1]
    assert reading.metrics[0].value == 5 and b"ada" not in kept(collector).read_bytes()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (EMPTY, {"kind": "text/plain"}, 415), (b"{", {}, 400), (b"[]", {}, 400), (b"{}", {}, 400),
        (b'{"resourceMetrics":[{"scopeMetrics":5}]}', {}, 400), (b"\xff\xff", {"kind": otlp.PROTOBUF}, 400),
        (EMPTY, {"Content_Encoding": "br"}, 415), (EMPTY, {"Content_Encoding": "gzip"}, 400),
        (EMPTY, {"Content_Length": "9" * 5000}, 413),
        (gzip.compress(b" " * (otlp.MOST_BODY + 1)), {"Content_Encoding": "gzip"}, 413),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(collector: Collector, body: bytes, headers: dict[str, str], status: int) -> None:
    if headers.get("kind") == otlp.PROTOBUF and not otlp.can_protobuf():
        pytest.skip("opentelemetry-proto is not installed")
    assert post(collector, body, **headers)[0] == status and not kept(collector).exists()


def test_a_day_has_an_end(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resonance_perf.system.collector.MOST_BYTES", 2 * len(EMPTY) + 1)
    assert [post(collector, EMPTY)[0] for _ in range(2)] == [200, 429]
    monkeypatch.setattr("resonance_perf.system.otlp.MOST_BODY", 5)
    assert post(collector, EMPTY)[0] == 413
