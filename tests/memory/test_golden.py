"""The three files as people see them, from the templates through a first story. The golden files are read in review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddBudget, AddLesson, AppendRow, Edit, RecordDecision, ReplaceStatus, SetBudget
from resonance_perf.model.record import Decision, Lesson, StatusRow
from tests.memory.test_log import ROW, numbered

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"

STATUS = (
    StatusRow(
        budget="api_p95", limit="60ms", now="44.8 ms", headroom="25 %", status="🟢 green", trend="▇▇█▁",
        measured="a1b2c3d4e, 2026-11-23",
    ),
    StatusRow(
        budget="bundle_size", limit="150kb (unapproved: 200kb)", now="149 kB", headroom="1 %",
        status="🟡 yellow: within 10 % of the limit", trend="▃▄▅▆", measured="a1b2c3d4e, 2026-11-23",
    ),
    StatusRow(budget="lcp", limit="2.5s", now="–", headroom="–", status="⚫ unmeasured", trend="", measured="never"),
)  # fmt: skip
DECISION = Decision(
    id="01KAR8WZ3M5V9B2Q7C4D6E8F0G-api_p95", date="2026-11-23", title="Tighten api_p95 from 100ms to 60ms",
    context="a1b2c3d4e “Add a covering index | <b>fast</b>” made stats-api.p95 better: p95 −89.1 % [−89.9, −88.2].",
    decision="The limit of api_p95 is 60ms from now on; it was 100ms.",
    evidence="run 01KAR8 → 01KAR9: p95 −89.1 %, 24 pairs; `python -m unittest` passed on a1b2c3d4e.",
    consequences="A change that takes stats-api.p95 above 60ms turns the budget red.",
)  # fmt: skip
STORY: dict[str, list[Edit]] = {
    "00_soul.md": [RecordDecision(DECISION), RecordDecision(replace(DECISION, id="d2", title="Loosen lcp"))],
    "01_state.md": [
        AddBudget("api_p95", "100ms"), AddBudget("bundle_size", "150kb"), AddBudget("lcp", "2.5s"),
        SetBudget("api_p95", "100ms", "60ms"), ReplaceStatus(STATUS, "2026-11-23 12:00"),
    ],
    "02_memory.md": [
        AppendRow(replace(numbered(2), verdict="baseline", before="–", change="–", budget="–")), AppendRow(ROW),
        AppendRow(replace(ROW, metric="p99|<x>", budget="🔴 100ms", verdict="slower")),
        AddLesson(Lesson(date="2026-11-20", text="bundle slower in 0a1b2c3d4", run="01KAQ")),
        AddLesson(Lesson(date="2026-11-23", text="stats-api faster in a1b2c3d4e “Add `ix`”: p95 −89 %", run="01KAR")),
    ],
}  # fmt: skip


def told(name: str) -> str:
    text = (ROOT / "templates" / name).read_text(encoding="utf-8")
    for _ in range(2):  # the whole story a second time changes nothing
        for edit in STORY[name]:
            if not (isinstance(edit, AddBudget) and '"60ms"' in text):
                text = edit.apply(text)
    return text


@pytest.mark.parametrize("name", sorted(STORY))
def test_the_files_look_as_they_did(name: str) -> None:
    assert told(name) == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(STORY))
def test_a_file_that_we_did_not_make_gets_our_sections_and_keeps_its_own(name: str) -> None:
    own = "# Theirs\r\n\r\n## Phase\r\n\r\nPlanning  \r\n\r\n---\r\n\r\n[View](x.md)"
    text = own
    for edit in STORY[name]:
        text = edit.apply(text)
    assert text.startswith(own + "\r\n\r\n## ")
    assert text.count("\r\n") == text.count("\n")
    assert [edit.apply(text) for edit in STORY[name] if not isinstance(edit, AddBudget)] == [text] * (
        len([edit for edit in STORY[name] if not isinstance(edit, AddBudget)])
    )


def test_the_tables_are_tables() -> None:
    for name, rows in (("01_state.md", 4), ("02_memory.md", 4)):
        html = MarkdownIt("commonmark").enable("table").render(told(name))
        assert (html.count("<table>"), html.count("<tr>")) == (1, rows)


def test_the_template_of_the_state_has_no_budget_and_no_problem() -> None:
    assert read_budgets((ROOT / "templates/01_state.md").read_text(encoding="utf-8"), "s.md") == ((), ())


def test_the_documented_forms_are_read() -> None:
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    budgets, problems = read_budgets(text, "docs/formats.md")
    assert problems == ()
    assert [(one.key, one.direction) for one in budgets] == [
        ("lcp", "lower"), ("bundle_size", "lower"), ("cls", "lower"), ("throughput", "higher"), ("api_p95", "lower"),
        ("frames", "higher"), ("report_cpu", "lower"), ("api_p99", "lower"),
    ]  # fmt: skip
