"""The driver of a page: its steps, and what its keys come to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_perf.config.load import load_config
from resonance_perf.drivers.steps import read_step
from resonance_perf.drivers.tools.web import KEYS, METRICS, PROBES, tool
from resonance_perf.drivers.vocabulary import measure_of
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.readers.web import PROBES as READ
from resonance_perf.system.browser.probes import PROBES as VISITED
from tests.configured import tool_of

HEAD = (
    "version: 1\nbenchmarks:\n  page:\n    driver: web\n    url: 'http://127.0.0.1:{port}/'\n    metrics: {inp: {}}\n"
)


def settings(body: str) -> ToolSettings:
    return tool_of(HEAD + body)


def visit(body: str) -> dict[str, Any]:
    ((name, text),) = settings(body).provided
    assert name == "visit.json"
    made: dict[str, Any] = json.loads(text)
    return made


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("click text=Buy now", ("click", ("text=Buy now",))),
        ("type #q red shoes", ("type", ("#q", "red shoes"))),
        ('type "form input" shoes', ("type", ("form input", "shoes"))),
        ("press Enter", ("press", ("Enter",))),
        ("scroll -600", ("scroll", (-600,))),
        ("wait 0.2s", ("wait", (200.0,))),
        ("goto /cart", ("goto", ("/cart",))),
        ("wait-for .results", ("wait-for", (".results",))),
    ],
)
def test_a_step_is_a_verb_and_what_it_needs(text: str, step: object) -> None:
    assert read_step(text) == step


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tap #buy", 'has a step "tap #buy" that begins with none of goto, click'),
        ("click", 'has a step "click" that should look like "click #buy"'),
        ("type #q", 'should look like "type #q shoes"'),
        ("type '#q shoes", 'should look like "type #q shoes"'),
        ("scroll down", 'should look like "scroll 600"'),
        ("wait 5", 'should look like "wait 200ms"'),
        ("wait 2h", 'should look like "wait 200ms"'),
    ],
)
def test_a_step_that_nobody_can_do_is_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="has a step") as caught:
        read_step(text)
    assert said in str(caught.value)


def test_the_visit_says_how_the_page_is_reached() -> None:
    made = visit(
        "    device: mobile\n    cpu_slowdown: 4\n    network: slow-3g\n    viewport: 400x800\n    steps: ['click #a']\n"
    )
    assert made["mobile"] and made["cpu_slowdown"] == 4 and made["network"] == [400, 400]
    assert made["viewport"] == [400, 800] and made["steps"] == [["click", ["#a"]]] and made["probes"] == ["vitals"]


def test_only_the_probes_of_wanted_metrics_run() -> None:
    given = {name: key.default for name, key in KEYS.items()}
    assert json.loads(tool(given, ("layer_memory", "fps")).provided[0][1])["probes"] == ["layers", "frames"]


def test_every_metric_has_a_measure_and_every_probe_its_module_and_reader() -> None:
    assert set(PROBES) == set(VISITED) == set(READ)
    assert {measure_of(one).unit for one in METRICS} == {"ms", "B", "fps", "requests", ""}
    assert measure_of("fps").higher_is_better


def test_a_script_is_a_word_of_the_command_so_that_trust_covers_it() -> None:
    assert settings("    script: perf/buy.py\n").command[-1] == "perf/buy.py"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    script: buy.py\n    steps: ['click #a']\n", "benchmarks.page has steps and a script"),
        ("    network: 5g\n", 'has the network "5g" that is none of none, slow-3g, fast-3g, 4g'),
        ("    device: watch\n", 'has the device "watch" that is none of desktop, mobile'),
        ("    viewport: large\n", 'has a viewport "large" that is not like 1280x720'),
        ("    steps: ['tap #a']\n", 'benchmarks.page has a step "tap #a"'),
    ],
)
def test_keys_that_do_not_go_together_are_a_sentence(body: str, said: str) -> None:
    _, found = load_config(HEAD + body, "c.yaml")
    assert any(said in str(one) for one in found), found
