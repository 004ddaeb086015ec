"""The driver of Lighthouse: what it asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_perf.drivers.tools.lighthouse import KEYS, tool
from resonance_perf.model.benchmark import ToolSettings

URL = "http://127.0.0.1:{port}/"


def made(*metrics: str, **given: object) -> ToolSettings:
    return tool({name: one.default for name, one in KEYS.items()} | {"url": URL} | given, metrics)


def asked(settings: ToolSettings) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dict(settings.provided)["settings.json"])
    return told


def test_a_page_is_loaded_as_lighthouse_does_unless_told_otherwise() -> None:
    settings = made("lcp")
    told = asked(settings)
    assert (told["url"], told["preset"], told["throttling"], told["steps"]) == (URL, "mobile", "simulate", [])
    assert settings.command[0] == "node" and settings.command[-1] == "{out}/lighthouse.json"
    assert "startFlow" in dict(settings.provided)["lighthouse.mjs"]


def test_no_budget_file_is_ever_given_to_it() -> None:
    settings = made("lcp", lighthouse_config="perf/lighthouse.mjs")
    assert settings.command[-1] == "perf/lighthouse.mjs"
    assert not any("budget" in word for word in (*settings.command, *map("".join, settings.provided)))


def test_steps_are_those_of_a_page() -> None:
    steps = ("click #menu > button", "type '#first name' Ada Lovelace", "wait 250ms")
    assert asked(made("inp", steps=steps))["steps"] == [
        ["click", ["#menu > button"]], ["type", ["#first name", "Ada Lovelace"]], ["wait", [250.0]],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"preset": "tablet"}, 'has preset "tablet", which is not mobile or desktop'),
        ({"throttling": "none"}, 'has throttling "none", which is not simulate or devtools or provided'),
        ({}, "wants inp, but has no steps"),
        ({"steps": ("jump #menu",)}, 'has a step "jump #menu" that begins with none of'),
        ({"steps": ("goto /cart",)}, "a timespan ends where another page begins"),
    ],
)
def test_what_does_not_go_together_is_the_rest_of_a_sentence(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=r"^(has|wants) ") as caught:
        made("inp", **given)
    assert said in str(caught.value)
