"""What a config comes to: its benchmark, the settings of its tool, and one sample of that, for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from resonance_perf.config.load import load_config
from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark, Env, ToolSettings
from resonance_perf.model.run import Sample
from resonance_perf.model.work import RunTool
from resonance_perf.system.host import LocalHost


def config_of(name: str, body: dict[str, Any]) -> str:
    """The config of one benchmark with these keys."""
    return json.dumps({"version": 1, "benchmarks": {name: body}})


def benchmark_of(config: str) -> Benchmark:
    """The only benchmark of a config without problems."""
    made, problems = load_config(config, "config.yaml")
    assert made is not None, problems
    (benchmark,) = made.benchmarks
    return benchmark


def tool_of(config: str) -> ToolSettings:
    """The settings of the only benchmark, which runs a tool."""
    settings = benchmark_of(config).settings
    assert isinstance(settings, ToolSettings)
    return settings


def sample_of(config: str, folder: Path, env: Env = ()) -> Sample:
    """What one run of the tool in the folder tells."""
    benchmark, driver = benchmark_of(config), DRIVERS["tool"]
    work = driver.work(benchmark, env)
    assert isinstance(work, RunTool)
    with LocalHost() as host:
        return driver.sample(benchmark, host.tool(work, str(folder)))
