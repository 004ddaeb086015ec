from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import (
    AddBudget,
    AddLesson,
    AppendRow,
    Edit,
    EditConflictError,
    RecordDecision,
    ReplaceStatus,
    SetBudget,
    edit_from_json,
    edit_to_json,
)
from resonance_perf.memory.log import append_archive, read_log, split_log
from resonance_perf.memory.tables import cells_of, line_of
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.record import Decision, Lesson, MemoryRow, StatusRow

ROW = MemoryRow(
    when="2026-11-23 12:00", commit="a1b2c3d4e", trigger="commit", benchmark="stats-api", metric="p95", before="412 ms",
    after="44.8 ms", change="-89.1 % [-89.9, -88.2]", budget="🟢 100 ms", verdict="faster", run="01KABC",
)  # fmt: skip
STATUS = StatusRow(
    budget="api_p95", limit="100ms", now="44.8 ms", headroom="55 %", status="🟢 green", trend="▇▁", measured="a1b2c3d4e"
)
DECISION = Decision(
    id="d1", date="2026-11-23", title="Tighten", context="c", decision="d", evidence="e", consequences="f"
)
STATE = '# State\n\n```json\n{\n  "budgets": {\n    "api_p95": "100ms",\n    "size": "150kb"\n  }\n}\n```\n\nOur own words.\n'
EDITS: list[Edit] = [
    AppendRow(ROW),
    AddLesson(Lesson(date="2026-11-23", text="p95 *fell*", run="01K")),
    RecordDecision(DECISION),
    ReplaceStatus((STATUS,), "2026-11-23"),
    AddBudget("lcp", "2.5s"),
]

prose = st.lists(
    st.sampled_from(
        ["# Title", "", "words | and 🙂", "‮מילים", "- item", "    code", "<b>html</b>", "## Lessons", "trailing  "]
    ),
    max_size=12,
)


@given(prose, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), st.sampled_from(EDITS))
def test_twice_is_once_and_every_line_of_the_user_stays(
    lines: list[str], nl: str, bom: bool, final: bool, edit: Edit
) -> None:
    text = ("\ufeff" if bom else "") + nl.join(lines) + (nl if final else "")
    once = edit.apply(text)
    assert edit.apply(once) == once
    rest = iter(once.split("\n"))
    for line in text.split("\n")[:-1]:
        assert line in rest  # in order, with its own line ending
    assert ("\r\n" in once) == (once.count("\n") > 0 and text.count("\r\n") * 2 > text.count("\n")) or "\n" not in text


@given(st.sampled_from(EDITS))
def test_edits_survive_the_outbox(edit: Edit) -> None:
    assert edit_from_json(json.loads(json.dumps(edit_to_json(edit)))) == edit


cell = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"))).map(
    lambda text: " ".join(text.split())
)


@given(st.lists(cell, min_size=1, max_size=6))
def test_a_row_reads_back_as_it_was_written(cells: list[str]) -> None:
    assume(all(c.isprintable() for one in cells for c in one))
    assert list(cells_of(line_of(cells))) == cells


def test_the_log_is_a_table_for_every_markdown_reader() -> None:
    text = AppendRow(replace(ROW, benchmark="a|b `c` <d>", run="2")).apply(AppendRow(ROW).apply("# Memory\n"))
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert html.count("<tr>") == 3
    assert "<td>a|b `c` &lt;d&gt;</td>" in html


def test_rows_come_at_the_end_of_the_log_and_annotations_stay() -> None:
    text = AppendRow(ROW).apply("# Memory\n\nwords\n")
    annotated = text.replace("| 01KABC |", "| 01KABC | flaky, see #12 |")
    more = AppendRow(replace(ROW, run="01KXYZ")).apply(annotated)
    assert "flaky, see #12" in more
    assert AppendRow(ROW).apply(more) == more
    assert [row.run for row in read_log(more, "m")] == ["01KABC", "01KXYZ"]


def test_what_a_union_merge_leaves_is_read() -> None:
    text = AppendRow(ROW).apply("")
    body = text[text.index("| when") : text.index("<!-- resonance-perf:end")]
    doubled = text.replace(body, body + body)
    assert [row.run for row in read_log(doubled, "m")] == ["01KABC"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n<!-- resonance-perf:begin log -->\n", "02_memory.md:2:1: the section log begins here but does not end."),
        ("<!-- resonance-perf:end log -->\n", "02_memory.md:1:1: the section log ends here but does not begin."),
        (
            "<!-- resonance-perf:begin log -->\n<!-- resonance-perf:end log -->\n<!-- resonance-perf:begin log -->\n",
            "02_memory.md:3:1: the section log begins twice.",
        ),
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "02_memory.md:1:1: there is an unresolved merge conflict."),
    ],
)
def test_damaged_sections_are_refused_with_their_place(text: str, said: str) -> None:
    with pytest.raises(BadFileError) as raised:
        AppendRow(ROW).apply(text)
    assert str(raised.value).startswith(said)


def test_markers_in_code_are_examples() -> None:
    text = "```\n<!-- resonance-perf:begin log -->\n```\n"
    assert AppendRow(ROW).apply(text).startswith(text)


def test_a_large_log_is_appended_to_at_its_end() -> None:
    rows = "".join(line_of(("x",) * 11) + "\n" for _ in range(60_000))
    text = f"# M\n\n<!-- resonance-perf:begin log -->\n{rows}<!-- resonance-perf:end log -->\n"
    found = AppendRow(ROW).apply(text)
    assert found.endswith("| faster | 01KABC |\n<!-- resonance-perf:end log -->\n")
    assert AppendRow(ROW).apply(found) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STATE, STATE.replace('"100ms"', '"60ms"')),
        ("```yaml\nbudgets:\n  api_p95: 100ms  # promise\n  b: 1s\n```\n", "```yaml\nbudgets:\n  api_p95: 60ms  # promise\n  b: 1s\n```\n"),
        ("```yaml\nbudgets:\n  api_p95: '100ms'\n```\n", "```yaml\nbudgets:\n  api_p95: '60ms'\n```\n"),
        ('```json\n{"budgets": {"api_p95": {"why": "100ms", "limit": "100ms"}}}\n```\n', '```json\n{"budgets": {"api_p95": {"why": "100ms", "limit": "60ms"}}}\n```\n'),
    ],
)  # fmt: skip
def test_only_the_value_changes(text: str, expected: str) -> None:
    edit = SetBudget("api_p95", "100ms", "60ms")
    for nl in ("\n", "\r\n"):
        assert edit.apply(text.replace("\n", nl)) == expected.replace("\n", nl)
        assert edit.apply(expected.replace("\n", nl)) == expected.replace("\n", nl)


def test_a_hand_edited_value_is_never_overwritten() -> None:
    with pytest.raises(EditConflictError, match="api_p95 is 80ms now, not 100ms"):
        SetBudget("api_p95", "100ms", "60ms").apply(STATE.replace("100ms", "80ms"))
    with pytest.raises(EditConflictError, match="no budget lcp any more"):
        SetBudget("lcp", "1s", "2s").apply(STATE)


def test_a_broken_fence_is_refused() -> None:
    with pytest.raises(BadFileError, match="not JSON"):
        SetBudget("api_p95", "100ms", "60ms").apply(STATE.replace('"150kb"', '"150kb",'))


@pytest.mark.parametrize(
    "text",
    [
        STATE, "", "# Words", '```json\n{"budgets": {}}\n```\n', '```json\n{\n  "budgets": {}\n}\n```\n',
        '```json\n{"budgets": {"a": "1ms"}}\n```\n', "```yaml\nbudgets:\n  a: 1ms # c\n\n```\n", "```yaml\nbudgets: {}\n```\n",
        "```yaml\nbudgets:\n  a:\n    limit: 1ms\n    why: x\n\nother: 1\n```\n", "```yaml\nbudgets:\n```\n",
    ],
)  # fmt: skip
def test_a_new_budget_joins_the_others(text: str) -> None:
    before, _ = read_budgets(text, "s")
    after, problems = read_budgets(AddBudget("lcp", "2.5s").apply(text), "s")
    assert problems == ()
    assert [one.key for one in after] == [*(one.key for one in before), "lcp"]
    assert all(
        line in AddBudget("lcp", "2.5s").apply(text)
        for line in text.splitlines()
        if "budgets" not in line and "}" not in line and "1ms" not in line and "150kb" not in line
    )


def numbered(count: int) -> str:
    text = "# Memory\n"
    for number in range(count):
        month = 9 + number // 10
        text = AppendRow(replace(ROW, run=f"01K{number:04}", when=f"2026-{month:02}-01 00:00")).apply(text)
    return text


def test_old_rows_move_to_their_month_and_nothing_is_lost() -> None:
    text = numbered(25)
    shorter, months = split_log(text, 8, "m")
    assert {month: len(rows) for month, rows in months.items()} == {"2026-09": 10, "2026-10": 7}
    assert len(read_log(shorter, "m")) == 8
    assert "- [2026-09](memory/perf-2026-09.md)" in shorter
    archive = append_archive("", months["2026-09"], "2026-09")
    assert append_archive(archive, months["2026-09"], "2026-09") == archive
    assert len(read_log(archive, "a")) == 10
    assert split_log(shorter, 8, "m") == (shorter, {})


def test_decisions_stand_at_the_end_of_their_section() -> None:
    text = "# Soul\n\n## Performance decisions\n\n### old\n\nwords\n\n## Other\n\nmore\n"
    found = RecordDecision(DECISION).apply(text)
    assert found.index("### old") < found.index("### 2026-11-23 Tighten") < found.index("## Other")
    assert found.replace(found[found.index("### 2026") : found.index("## Other")], "") == text
