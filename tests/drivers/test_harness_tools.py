"""The drivers of benchmark harnesses: the command that a config comes to."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_perf.config.load import load_config
from resonance_perf.model.benchmark import ToolSettings
from tests.configured import config_of, tool_of


def settings(driver: str, metric: str, **keys: Any) -> ToolSettings:
    found = tool_of(config_of("cart", {"driver": driver, **keys, "metrics": {metric: {}}}))
    assert found.tool == driver
    return found


@pytest.mark.parametrize(
    ("driver", "keys", "expected"),
    [
        ("asv", {}, "python3 {given}/run_asv.py asv.conf.json {out}/results.json"),
        ("asv", {"select": "Cart", "arguments": ["--quick"]}, "{out}/results.json --bench Cart --quick"),
        ("go", {"package": "./cart"}, "go test -run=^$ -bench=. -benchmem -count=3 -benchtime=0.2s ./cart"),
        ("go", {"rounds": 100}, "-benchtime=100x ."),
        ("google-benchmark", {"program": "build/cart"}, "build/cart --benchmark_out={out}/benchmarks.json"),
        ("google-benchmark", {"program": "build/cart", "time": "2s", "select": "BM_a"}, "_min_time=2 --benchmark_filter=BM_a"),
        ("hyperfine", {"program": ["./cart", "two words"]}, "--runs=5 --warmup=1 --export-json={out}/hyperfine.json ./cart 'two words'"),
        ("hyperfine", {"program": "./cart", "prepare": "make clean"}, "--prepare make clean"),
        ("pyperf", {"script": "b.py"}, "python3 b.py --quiet --processes=3 --values=3 --output={out}/pyperf.json"),
        ("pytest-benchmark", {"tests": "b.py", "rounds": 9}, "python3 -m pytest -q --benchmark-only --benchmark-min-rounds=9"),
        ("pytest-benchmark", {"tests": "b.py", "select": "a or b"}, "{out}/benchmarks.json -k a or b b.py"),
        ("vitest", {"files": ["a.bench.js"]}, "npx vitest bench --run --outputJson={out}/bench.json a.bench.js"),
    ],
)  # fmt: skip
def test_a_driver_says_the_command(driver: str, keys: dict[str, Any], expected: str) -> None:
    assert expected in " ".join(settings(driver, "wall", **keys).command)


def test_a_metric_of_one_s_own_is_taken_from_go_and_asv_and_from_no_other() -> None:
    for driver in ("go", "asv"):
        assert settings(driver, "value").command
    body = {"driver": "pyperf", "script": "b.py", "metrics": {"value": {}}}
    _, problems = load_config(config_of("cart", body), "c.yaml")
    assert 'the driver pyperf has no metric "value"' in str(problems[0])
