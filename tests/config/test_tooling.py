"""Drivers of other tools: their keys, as they declare them."""

from __future__ import annotations

import pytest

from resonance_perf.config.load import load_config
from resonance_perf.model.benchmark import ToolSettings

HEAD = "version: 1\nbenchmarks:\n  shop:\n    driver: k6\n"


def problems(body: str) -> list[str]:
    return [str(one) for one in load_config(HEAD + body, "c.yaml")[1]]


def test_a_driver_of_a_tool_says_its_command() -> None:
    text = HEAD + "    script: load.js\n    arguments: [-u1]\n    metrics: {p95: {budget: shop_p95}}\n"
    config, found = load_config(text, "c.yaml")
    assert config is not None, found
    (one,) = config.benchmarks
    assert isinstance(one.settings, ToolSettings) and one.driver == one.settings.tool.replace("k6", "tool")
    assert one.settings.command[:2] == ("k6", "run") and one.settings.command[-2:] == ("-u1", "load.js")
    assert "load.js" in config.names_files


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    metrics: {p95: {}}\n", 'c.yaml:3:3: benchmarks.shop has no "script"'),
        ("    script: load.js\n", "c.yaml:3:3: benchmarks.shop names no metrics"),
        ("    script: load.js\n    metrics: {p42: {}}\n", 'has no metric "p42"'),
        ("    script: 5\n    metrics: {p95: {}}\n", "c.yaml:5:13: benchmarks.shop.script must be text"),
        ("    script: load.js\n    scrpt: 5\n    metrics: {p95: {}}\n", 'Did you mean "script"?'),
        ("    script: load.js\n    metrics: {p95: {}}\n    serve: [s]\n", "has no ready, but serve"),
    ],
)
def test_what_is_wrong_with_its_keys_has_a_place(body: str, said: str) -> None:
    assert any(said in one for one in problems(body)), problems(body)


def test_a_page_on_the_server_tells_when_it_is_ready() -> None:
    text = (
        "version: 1\nbenchmarks:\n  page:\n    driver: web\n    serve: [shop, '{port}']\n"
        "    url: 'http://127.0.0.1:{port}/home'\n    metrics: {lcp: {}}\n"
    )
    made, found = load_config(text, "c.yaml")
    assert made is not None, found
    settings = made.benchmarks[0].settings
    assert isinstance(settings, ToolSettings) and settings.ready_url == "http://127.0.0.1:{port}/home"
    elsewhere, found = load_config(text.replace("127.0.0.1:{port}", "staging.example.org"), "c.yaml")
    assert elsewhere is None and "benchmarks.page has no ready, but serve" in str(found[0])


def test_what_is_exact_is_one_of_the_metrics() -> None:
    made, found = load_config(
        "version: 1\nbenchmarks: {b: {driver: tool, tool: json, command: [x], exact: [rw], metrics: {raw: {}}}}\n",
        "c.yaml",
    )
    assert made is None and 'benchmarks.b.exact names "rw", which is none of its metrics' in str(found[0])


def test_a_driver_that_there_is_not_is_told_with_those_of_tools() -> None:
    _, found = load_config("version: 1\nbenchmarks: {b: {driver: k6s}}\n", "c.yaml")
    assert any('Did you mean "k6"?' in str(one) for one in found)
