from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from resonance_perf.memory.archive import append_archive, split_log
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
from resonance_perf.memory.log import read_log
from resonance_perf.memory.tables import line_of
from resonance_perf.model.errors import BadFileError, UsageError, WriteRefusedError
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
STATE = """# State

```json
{
  "budgets": {
    "api_p95": "100ms",
    "size": "150kb"
  }
}
```

Our own words.
"""
EDITS: list[Edit] = [
    AppendRow(ROW),
    AddLesson(Lesson(date="2026-11-23", text="p95 *fell*", run="01K")),
    RecordDecision(DECISION),
    ReplaceStatus((STATUS,), "2026-11-23"),
    AddBudget("lcp", "2.5s"),
    AddBudget("shop_lcp", "2.5s", metric="shop-*.lcp", why='the "vitals"'),
]

prose = st.lists(
    st.sampled_from(
        [
            "# Title",
            "",
            "words | and 🙂",
            "\u202eמילים",
            "- item",
            "    code",
            "<b>html</b>",
            "## Lessons",
            "trailing  ",
        ]
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


ANY = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("`~\r\n #-<>|_*:")), max_size=40
)


@given(ANY, ANY, st.sampled_from(["\n", "\r\n"]), st.sampled_from(EDITS))
def test_whatever_stands_around_our_sections_stays(before: str, after: str, nl: str, edit: Edit) -> None:
    assume(not isinstance(edit, AddBudget) or ("```" not in before and "~~~" not in before))  # our fence is in theirs
    ours = edit.apply(f"# T{nl}")
    text = f"{before}{nl}{ours}{nl}{after}"
    try:
        once = edit.apply(text)
    except BadFileError:
        assert "<<<<<<<" in text or ">>>>>>>" in text
        return
    assert once.startswith(before) and once.endswith(after)
    assert edit.apply(once) == once


@given(ANY, st.sampled_from(EDITS))
def test_any_text_is_edited_once_and_only_added_to(text: str, edit: Edit) -> None:
    try:
        once = edit.apply(text)
    except BadFileError:
        assert "<<<<<<<" in text or ">>>>>>>" in text
        return
    except WriteRefusedError:
        assert isinstance(edit, AddBudget) and ("```" in text or "~~~" in text)
        return
    assert edit.apply(once) == once
    rest = iter(once)
    assert all(char in rest for char in text)


LIMIT = st.sampled_from(
    ["100ms", "<= 100ms", ">= 60fps", "+5%", "0.1", "150 kb", "500 req/s", "1.2e9 instructions", "7"]
)
NAME = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\"'\\:#{}[],&*!|>%@ "),
    min_size=1,
)
NAMES = st.lists(
    NAME.filter(lambda name: name.strip() == name and name.isprintable()), min_size=1, max_size=4, unique=True
)


@given(
    NAMES, st.lists(LIMIT, min_size=4, max_size=4), LIMIT, st.sampled_from(["json", "yaml", "flow", "single", "long"])
)
def test_setting_a_budget_changes_exactly_one(names: list[str], limits: list[str], new: str, style: str) -> None:
    old = dict(zip(names, limits, strict=False))
    quoted = {json.dumps(name, ensure_ascii=False): limit for name, limit in old.items()}
    content = {
        "json": json.dumps({"budgets": old}, ensure_ascii=False, indent=2),
        "yaml": "budgets:\n" + "".join(f'  {name}: "{limit}"  # why\n' for name, limit in quoted.items()),
        "flow": "budgets: {" + ", ".join(f"{name}: '{limit}'" for name, limit in quoted.items()) + "}",
        "single": "budgets:\n" + "".join(f"  {name}: '{limit}'\n" for name, limit in quoted.items()),
        "long": "budgets:\n"
        + "".join(f"  {name}:\n    limit: '{limit}'\n    warn: 5%\n" for name, limit in quoted.items()),
    }[style]
    text = f"# State\n\n```{'json' if style == 'json' else 'yaml'}\n{content}\n```\n\nWords.\n"
    edited = SetBudget(names[0], limits[0], new).apply(text)
    budgets, problems = read_budgets(edited, "s")
    assert problems == ()
    assert {one.key: one.text for one in budgets} == {**old, names[0]: new}
    assert SetBudget(names[0], limits[0], new).apply(edited) == edited
    assert len(edited.splitlines()) == len(text.splitlines())
    added = AddBudget("a new: one", new).apply(text)
    assert {one.key: one.text for one in read_budgets(added, "s")[0]} == {**old, "a new: one": new}


def test_a_plain_value_is_quoted_only_where_it_has_to_be() -> None:
    text = "```yaml\nbudgets:\n  a: 100ms  # c\n  b: 1\n```\n"
    assert "  a: 60ms  # c\n" in SetBudget("a", "100ms", "60ms").apply(text)
    assert '  a: ">= 60fps"  # c\n' in SetBudget("a", "100ms", ">= 60fps").apply(text)
    number = '```json\n{"budgets": {"cls": 0.1}}\n```\n'
    assert '"cls": 0.08}' in SetBudget("cls", "0.1", "0.08").apply(number)
    assert '"cls": "8%"}' in SetBudget("cls", "0.1", "8%").apply(number)


def test_a_value_over_several_lines_is_left_to_its_author() -> None:
    text = "```yaml\nbudgets:\n  a: >-\n    100ms\n  b: 1s\n```\n"
    with pytest.raises(WriteRefusedError, match=r"a cannot be set to 60ms without changing more\. A fence above"):
        SetBudget("a", "100ms", "60ms").apply(text)


def test_a_budget_that_is_there_with_another_limit_is_not_added() -> None:
    assert AddBudget("api_p95", "100ms").apply(STATE) == STATE
    with pytest.raises(EditConflictError, match="has a budget api_p95 already, 100ms; 60ms was not added"):
        AddBudget("api_p95", "60ms").apply(STATE)


def test_an_edit_of_a_newer_version_is_refused() -> None:
    with pytest.raises(UsageError, match='unknown edit "Frobnicate" in the outbox'):
        edit_from_json({"edit": "Frobnicate"})


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
    assert [row.run for row in read_log(more, "m")[0]] == ["01KABC", "01KXYZ"]


def test_what_a_union_merge_leaves_is_read() -> None:
    text = AppendRow(ROW).apply("")
    body = text[text.index("| when") : text.index("<!-- resonance-perf:end")]
    doubled = text.replace(body, body + body)
    assert [row.run for row in read_log(doubled, "m")[0]] == ["01KABC"]


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
        ("```yaml\nbudgets:\n  api_p95: 100ms  # promise\n  b: 1s\n```\n",
         "```yaml\nbudgets:\n  api_p95: 60ms  # promise\n  b: 1s\n```\n"),
        ("```yaml\nbudgets:\n  api_p95: '100ms'\n```\n", "```yaml\nbudgets:\n  api_p95: '60ms'\n```\n"),
        ('```json\n{"budgets": {"api_p95": {"why": "100ms", "limit": "100ms"}}}\n```\n',
         '```json\n{"budgets": {"api_p95": {"why": "100ms", "limit": "60ms"}}}\n```\n'),
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
        '```json\n{"budgets": {"a": "1ms"}}\n```\n', "```yaml\nbudgets:\n  a: 1ms # c\n\n```\n",
        "```yaml\nbudgets: {}\n```\n",
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
    assert len(read_log(shorter, "m")[0]) == 8
    assert "Older rows: [2026-09](memory/perf-2026-09.md), [2026-10](memory/perf-2026-10.md)\n" in shorter
    archive = append_archive("", months["2026-09"], "2026-09")
    assert append_archive(archive, months["2026-09"], "2026-09") == archive
    assert len(read_log(archive, "a")[0]) == 10
    assert split_log(shorter, 8, "m") == (shorter, {})


def test_decisions_stand_at_the_end_of_their_section() -> None:
    text = "# Soul\n\n## Performance decisions\n\n### old\n\nwords\n\n## Other\n\nmore\n"
    found = RecordDecision(DECISION).apply(text)
    assert found.index("### old") < found.index("### 2026-11-23 Tighten") < found.index("## Other")
    assert found.replace(found[found.index("### 2026") : found.index("## Other")], "") == text


def test_rows_of_which_nothing_is_known_here_stay_and_those_of_another_limit_are_not_judged() -> None:
    fresh = replace(STATUS, now="–", headroom="–", status="⚫ unmeasured: never", trend="", measured="never")
    other = replace(STATUS, budget="other")
    text = ReplaceStatus((STATUS, other), "2026-11-23 12:00").apply("# S\n")
    unknown = ReplaceStatus((fresh, replace(other, now="9 ms")), "2026-11-20 12:00", ("api_p95",))
    again = unknown.apply(text)
    assert again == text.replace("| other | 100ms | 44.8 ms |", "| other | 100ms | 9 ms |")
    assert unknown.apply(again) == again
    tighter = ReplaceStatus((replace(fresh, limit="50ms"), other), "never", ("api_p95",)).apply(text)
    assert "| api_p95 | 50ms | 44.8 ms | – | ⚫ unmeasured: the limit has changed since it was measured, in" in tighter
    assert "Newest measurement: 2026-11-23 12:00" in tighter
    assert "| api_p95 | 100ms | – | – | ⚫ unmeasured: never |  | never |" in replace(unknown, unknown=()).apply(text)
