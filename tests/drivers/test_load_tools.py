"""The drivers of load tools: the command that a config comes to, and what is refused before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_perf.config.load import load_config
from resonance_perf.model.benchmark import ToolSettings
from tests.configured import config_of

URL = "http://127.0.0.1:{port}/"
GIVEN: dict[str, dict[str, Any]] = {
    "ab": {"url": URL}, "artillery": {"script": "l.yml"}, "autocannon": {"url": URL}, "hey": {"url": URL},
    "jmeter": {"plan": "l.jmx"}, "k6": {"script": "l.js"}, "locust": {"locustfile": "l.py"}, "wrk": {"url": URL},
}  # fmt: skip
"""Driver -> the keys that it cannot do without."""


def config(driver: str, metrics: tuple[str, ...], **keys: Any) -> tuple[ToolSettings | None, str]:
    body = {"driver": driver, **GIVEN[driver], **keys, "metrics": {one: {} for one in metrics}}
    made, problems = load_config(config_of("shop", body), "c.yaml")
    if made is None:
        return None, "\n".join(map(str, problems))
    settings = made.benchmarks[0].settings
    assert isinstance(settings, ToolSettings) and settings.tool == driver
    return settings, ""


def words(driver: str, *metrics: str, **keys: Any) -> str:
    settings, problems = config(driver, metrics or ("p50",), **keys)
    assert settings is not None, problems
    return " ".join(settings.command)


@pytest.mark.parametrize(
    ("driver", "keys", "expected"),
    [
        ("ab", {"requests": 100, "connections": 4}, "ab -q -l -n 100 -c 4 -e {out}/ab.txt.csv http://127.0.0.1:{port}/"),
        ("artillery", {}, "artillery run --quiet --output {out}/report.json l.yml"),
        ("artillery", {"target": URL}, "{out}/report.json --target http://127.0.0.1:{port}/ l.yml"),
        ("autocannon", {"rate": "50/s", "duration": "3s"}, "autocannon --json -c 10 -d 3 -R 50 http://"),
        ("hey", {"rate": "50/s", "connections": 4, "duration": "500ms"}, "hey -c 4 -z 0.5s -q 12.5 http://"),
        ("jmeter", {"properties": ["port={port}"]}, "jmeter -n -t l.jmx -l {out}/samples.jtl"),
        ("jmeter", {"properties": ["port={port}"]}, "print_field_names=true -Jport={port}"),
        ("jmeter", {"program": ["java", "-jar", "j.jar"]}, "java -jar j.jar -n -t"),
        ("k6", {"arguments": ["-u2"]}, "--summary-export={out}/summary.json -u2 l.js"),
        ("locust", {"users": 3, "host": URL}, "-f l.py --headless --host http://127.0.0.1:{port}/ -u 3 -r 3 -t 2s"),
        ("wrk", {"threads": 2, "connections": 8}, "wrk -t 2 -c 8 -d 2s --latency -s {given}/percentiles.lua http://"),
    ],
)  # fmt: skip
def test_a_driver_says_the_command(driver: str, keys: dict[str, Any], expected: str) -> None:
    assert expected in words(driver, **keys)


@pytest.mark.parametrize(
    ("driver", "metric", "keys", "said"),
    [
        ("autocannon", "p95", {}, 'the driver autocannon has no metric "p95"'),
        ("ab", "p999", {}, 'the driver ab has no metric "p999"'),
        ("wrk", "dropped", {}, 'the driver wrk has no metric "dropped"'),
        ("hey", "error_rate", {"warmup": "1s"}, "benchmarks.shop cannot have error_rate together with warmup or p999"),
        ("wrk", "p50", {"threads": 3, "connections": 2}, "benchmarks.shop has more threads than connections"),
        ("wrk", "p50", {"duration": "1500ms"}, "has the duration 1.5s, but wrk takes whole seconds"),
        ("locust", "p50", {"duration": "500ms"}, "but locust takes whole seconds"),
        ("autocannon", "p50", {"duration": "500ms"}, "but autocannon takes whole seconds"),
        ("ab", "p50", {"requests": 2, "connections": 4}, "has more connections than requests"),
        ("wrk", "p50", {"warmup": "1s"}, 'unknown key "warmup" in benchmarks.shop'),
    ],
)  # fmt: skip
def test_what_a_tool_cannot_give_is_refused_in_the_config(
    driver: str, metric: str, keys: dict[str, Any], said: str
) -> None:
    settings, problems = config(driver, (metric,), **keys)
    assert settings is None and said in problems


def test_k6_is_asked_for_the_percentiles_that_are_wanted_and_no_others() -> None:
    assert "p(95),count " in words("k6", "p95") and "p(99)" not in words("k6", "p95")
    assert "p(95),count,p(99.9) " in words("k6", "p999", "throughput")


@pytest.mark.parametrize(
    ("driver", "listed"), [("k6", "--out=json={out}/points.ndjson"), ("hey", "-o csv"), ("jmeter", "{out}/samples.jtl")]
)
def test_a_warm_up_needs_the_list_of_requests(driver: str, listed: str) -> None:
    settings, problems = config(driver, ("p50",), warmup="1500ms")
    assert settings is not None, problems
    assert settings.warmup_s == 1.5 and listed in " ".join(settings.command)


def test_hey_lists_its_requests_only_where_that_is_needed() -> None:
    assert "csv" not in words("hey", "p99", "error_rate") and "-o csv" in words("hey", "p999")


def test_artillery_does_not_tell_its_makers() -> None:
    settings, _ = config("artillery", ("p50",))
    assert settings is not None and settings.env == (("ARTILLERY_DISABLE_TELEMETRY", "true"),)
