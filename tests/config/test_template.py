"""The config that `init` writes loads, keeps its comments, and carries what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.config.discover import discover
from resonance_perf.config.load import load_config
from resonance_perf.config.template import render_config
from resonance_perf.model.config import Config

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "templates/config.yaml").read_text(encoding="utf-8")


def load(text: str) -> Config:
    config, problems = load_config(text, "c")
    assert config is not None, problems
    return config


def test_the_template_is_a_config_itself() -> None:
    assert load(TEMPLATE) == Config(benchmarks=())


def test_without_proposals_the_example_stays_and_loads_when_uncommented() -> None:
    text = render_config(TEMPLATE, (), baseline="merge-base:main", approvers=())
    assert text == TEMPLATE
    example = text.partition("benchmarks: {}\n")[2].splitlines()[2:]
    config = load("version: 1\nbenchmarks:\n" + "\n".join(line[1:] for line in example))
    assert [one.driver for one in config.benchmarks] == ["http", "command", "size"]


def test_the_commented_settings_load_when_uncommented() -> None:
    head = TEMPLATE.partition("benchmarks: {}\n")[0].partition("approvers: []\n")[2]
    config = load("version: 1\nbenchmarks: {}\n" + "\n".join(line.removeprefix("# ") for line in head.splitlines()))
    assert config.schedule_baseline == "0 3 * * *"


def test_proposals_take_the_place_of_the_example() -> None:
    proposals = discover({"Makefile": "bench:\n", "web/a.js": None})
    text = render_config(TEMPLATE, proposals, baseline="merge-base:trunk", approvers=["Ada <ada@example.org>"])
    config = load(text)
    assert [one.name for one in config.benchmarks] == ["web-size", "make-bench"]
    assert (config.baseline, config.approvers) == ("merge-base:trunk", ("Ada <ada@example.org>",))
    assert "# Makefile:1" in text
    assert "for example" not in text


@pytest.mark.parametrize(
    "baseline", ["v*", "*", "previous", "fixed:1.0", "merge-base:feature/#1", "release-[0-9]*", "1.0"]
)
def test_any_baseline_is_quoted_where_it_must_be(baseline: str) -> None:
    assert load(render_config(TEMPLATE, (), baseline=baseline, approvers=())).baseline == baseline


def test_people_with_odd_names_are_kept_and_what_is_no_person_is_left_out() -> None:
    people = ['Zoë "Z" O\'Hara: Ltd. <z@example.org>', "nobody", "Line\nBreak <l@example.org>", "X <x@localhost>"]
    config = load(render_config(TEMPLATE, (), baseline="previous", approvers=people))
    assert config.approvers == (people[0], people[3])
