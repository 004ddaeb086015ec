"""Every format of the gate: golden files that are read in review, and what no name or message may break."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate
from markdown_it import MarkdownIt

from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.gate import Gate
from resonance_perf.model.text import printable
from resonance_perf.report.gates import render
from resonance_perf.report.gates.findings import answer, findings
from tests.report.gates import GATE, judged

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = {
    "text": "gate.txt", "junit": "gate.junit.xml", "sarif": "gate.sarif", "github": "gate.github.txt",
    "gitlab": "gate.gitlab.json", "markdown": "gate.md",
}  # fmt: skip
SARIF = json.loads((GOLDEN / "sarif-2.1.0.required.json").read_text())
"""What the schema of the standard requires of the parts that we write."""
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "lines": {"properties": {"begin": {"type": "integer", "minimum": 1}}, "required": ["begin"]}
                },
            },
        },
    },
}


@pytest.mark.parametrize("name", FILES)
def test_the_golden_file(name: str) -> None:
    assert render(GATE, name) == (GOLDEN / FILES[name]).read_text()


def gate_of(key: str, message: str) -> Gate:
    problem = Problem(message, Location(f"{key}.md", 3, 1))
    return replace(
        GATE, judgements=(judged(key, "1ms", "red", 2.0, line=4, note=message),), subject=message, problems=(problem,)
    )


names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
messages = st.one_of(
    names, st.text(max_size=60), st.sampled_from(["::error::x", "]]>", "<b>&amp;\x00", "a\r\nb%0A::warning ::c", "|`*_@x#1"])
)  # fmt: skip


@given(names, messages)
def test_junit_is_xml_with_a_test_per_thing(key: str, message: str) -> None:
    root = Xml.fromstring(render(gate_of(key, message), "junit").encode())
    suite = root[0]
    cases = suite.findall("testcase")
    assert int(suite.get("tests", "")) == len(cases) == len({one.key for one in findings(gate_of(key, message))})
    assert int(suite.get("failures", "")) == len(suite.findall("*/failure")) >= 1
    assert int(suite.get("errors", "")) == len(suite.findall("*/error")) >= 1


@given(names, messages)
def test_sarif_and_gitlab_are_json_of_their_schema(key: str, message: str) -> None:
    gate = gate_of(key, message)
    sarif, gitlab = json.loads(render(gate, "sarif")), json.loads(render(gate, "gitlab"))
    validate(sarif, SARIF)
    validate(gitlab, GITLAB)
    assert len(sarif["runs"][0]["results"]) == len(gitlab) == len(findings(gate))
    assert len({one["fingerprint"] for one in gitlab}) == len(gitlab)


@given(names, messages)
def test_a_github_command_stays_on_its_line_and_says_the_text(key: str, message: str) -> None:
    gate = gate_of(key, message)
    lines = render(gate, "github").split("\n")
    assert lines.pop() == "" and len(lines) == len(findings(gate)) + 1
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert command is not None and "\r" not in line
        assert all(re.fullmatch(r"(file|line|col|title)=[^,]*", one) for one in command[2].split(","))
    said = lines[-1].rpartition("title=resonance-perf::")[2].replace("%0A", "\n").replace("%25", "%")
    assert "".join(said.split()) == "".join(
        re.sub(r"[^\S ]|\r", "", printable(answer(gate).replace("\r", "\n"))).split()
    )


@given(names, messages)
def test_a_comment_is_a_line_a_list_and_a_table_and_nothing_acts(key: str, message: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(render(gate_of(key, message), "markdown"))
    kinds = [token.type for token in tokens if token.level == 0 and token.nesting >= 0]
    assert kinds == ["paragraph_open", "bullet_list_open", "table_open", "paragraph_open", "html_block"]
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<!-- -->"}
    assert not {child.type for child in inline} & {"link_open", "image", "code_inline"}


def test_a_fingerprint_outlives_numbers_and_lines() -> None:
    moved = replace(
        GATE, judgements=tuple(judged(one.key, "100ms", one.status, 150.0, line=40) for one in GATE.judgements)
    )
    before, after = (json.loads(render(gate, "gitlab")) for gate in (GATE, moved))
    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]
    assert [one["location"] for one in before] != [one["location"] for one in after]


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        (GATE, "bad-file on a1b2c3d4e “Drop an index, 100% | <b>safe</b> for @ada, #7”: .resonance/01_state.md:11:12. Next: mend .resonance/01_state.md:11:12"),
        (replace(GATE, problems=()), 'api_p95. Next: resonance-perf budget loosen api_p95 "200ms" --why …, then an approver: resonance-perf budget approve api_p95'),
        (replace(GATE, problems=(), loosened=()), "search_p95. Next: resonance-perf explain search"),
        (replace(GATE, problems=(), loosened=(), judgements=GATE.judgements[2:]), "pay. Next: resonance-perf run pay"),
        (replace(GATE, problems=(), loosened=(), failed=(), judgements=GATE.judgements[2:]), "pay_p95. Next: resonance-perf check --measure"),
        (replace(GATE, problems=(), loosened=(), failed=(), judgements=GATE.judgements[3:4]), "login_p95. Next: resonance-perf run login"),
        (replace(GATE, problems=(), loosened=(), failed=(), judgements=GATE.judgements[:1]), "api_p95. Next: nothing has to be done"),
        (Gate(commit="", subject="", file="s.md", config="c.yaml"), 'no budgets yet. Next: write some into s.md, such as "api_p95": "100ms"'),
    ],
)  # fmt: skip
def test_there_is_one_line_that_says_what_to_do_next(gate: Gate, said: str) -> None:
    assert answer(gate).endswith(said) and "\n" not in answer(gate)


def test_the_exit_code_follows_what_weighs_most() -> None:
    gates = [
        GATE, replace(GATE, problems=()), replace(GATE, problems=(), loosened=()),
        replace(GATE, problems=(), loosened=(), judgements=GATE.judgements[:1]),
        replace(GATE, problems=(), loosened=(), failed=(), judgements=GATE.judgements[3:]),
    ]  # fmt: skip
    assert [gate.exit_code(strict=False) for gate in gates] == [2, 3, 1, 4, 0]
    assert gates[-1].exit_code(strict=True) == 4
