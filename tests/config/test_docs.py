"""docs/config.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resonance_perf.config.benchmarks import METRICS
from resonance_perf.config.load import load_config

DOCS = (Path(__file__).parents[2] / "docs/config.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.M | re.S)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads(example: str) -> None:
    config, problems = load_config(example, "config.yaml")
    assert config is not None, "\n".join(map(str, problems))


@pytest.mark.parametrize("driver", METRICS)
def test_every_metric_is_named(driver: str) -> None:
    section = DOCS.partition(f"## driver: {driver}\n")[2].partition("\n## ")[0]
    assert all(f"`{metric}`" in section for metric in METRICS[driver])


def test_every_key_is_named() -> None:
    _, problems = load_config("version: 1\nxyzzy: 1\nbenchmarks: {b: {driver: http, xyzzy: 1}}\n", "c")
    listed = [problem.hint for problem in problems if "The keys here are" in problem.hint]
    assert len(listed) == 2
    keys = {key for hint in listed for key in re.findall(r"[a-z_]+", hint.partition(":")[2])}
    assert [key for key in keys if f"`{key}`" not in DOCS and f"### {key}" not in DOCS] == []


def test_the_errors_it_shows_are_the_errors_it_gives() -> None:
    text = (
        "version: 1\n\nbenchmarks:\n  report:\n    driver: command\n    command: x\n    timeout:   5\n    metrcs: {}\n"
    )
    _, problems = load_config(text, ".resonance/config.yaml")
    assert "\n".join(map(str, problems)) in DOCS
