from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from resonance_perf.memory.archive import append_archive, split_log
from resonance_perf.memory.edits import AppendRow
from resonance_perf.memory.log import read_log
from resonance_perf.memory.markers import begin, end
from resonance_perf.memory.tables import memory_line
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.record import MemoryRow

ROW = MemoryRow(
    when="2026-11-23 12:00", commit="a1b2c3d4e", trigger="commit", benchmark="stats-api", metric="p95", before="412 ms",
    after="44.8 ms", change="-89.1 % [-89.9, -88.2]", budget="🟢 100ms", verdict="faster",
    run="01KAR8WZ3M5V9B2Q7C4D6E8F0G",
)  # fmt: skip


def numbered(number: int, **changes: str) -> MemoryRow:
    when = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02} 12:00"
    return replace(ROW, when=when, run=f"01K{number:023}", **changes)


def log_of(*rows: MemoryRow, text: str = "# Memory\n") -> str:
    for row in rows:
        text = AppendRow(row).apply(text)
    return text


def test_a_note_below_the_table_does_not_break_the_table() -> None:
    text = log_of(ROW).replace(end("log"), f"\nOur note: flaky since the move.\n\n{end('log')}")
    html = MarkdownIt("commonmark").enable("table").render(log_of(numbered(1), text=text))
    assert (html.count("<table>"), html.count("<tr>")) == (1, 3)
    assert "Our note" in html.partition("</table>")[2]


def test_a_row_that_people_changed_stays_as_it_is() -> None:
    text = log_of(ROW).replace("| faster |", "| faster, see #12 |")
    assert AppendRow(ROW).apply(text) == text


def test_a_run_has_one_row_per_metric() -> None:
    rows, problems = read_log(log_of(ROW, replace(ROW, metric="p99"), ROW), "m.md")
    assert ([row.metric for row in rows], problems) == (["p95", "p99"], ())


def test_a_damaged_row_is_a_problem_and_the_others_are_read() -> None:
    text = log_of(ROW, numbered(1)).replace(f"| {ROW.verdict} | {ROW.run} |", "|", 1)
    rows, problems = read_log(text, "m.md")
    assert [row.run for row in rows] == [numbered(1).run]
    assert [str(one) for one in problems] == [
        "m.md:8:1: this row has 9 cells of 11. Restore it from git, or remove it."
    ]


def test_a_conflict_in_the_log_is_refused_by_line() -> None:
    text = log_of(ROW).replace("| 2026", "<<<<<<< HEAD\n| 2026")
    with pytest.raises(BadFileError, match=r"02_memory.md:8:1: there is an unresolved merge conflict"):
        AppendRow(numbered(1)).apply(text)


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
ROWS = st.builds(
    MemoryRow, when=CELL, commit=CELL, trigger=CELL, benchmark=CELL, metric=CELL, before=CELL, after=CELL, change=CELL,
    budget=CELL, verdict=CELL, run=st.from_regex(r"[0-9A-Z]{26}", fullmatch=True),
)  # fmt: skip


@given(ROWS, ROWS, st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_row_says_it_reads_back(one: MemoryRow, other: MemoryRow, nl: str) -> None:
    assume(one.run != other.run)
    text = log_of(one, other, one, text=f"# Memory{nl}")
    rows, problems = read_log(text, "m.md")
    assert (set(rows), problems) == ({one, other}, ())
    assert text.count(nl) == text.count("\n")
    assert text.count("\r") == (text.count("\n") if nl == "\r\n" else 0)


@given(st.integers(0, 70), st.integers(0, 40), st.sampled_from(["\n", "\r\n"]))
def test_archiving_loses_and_doubles_nothing(count: int, keep: int, nl: str) -> None:
    before = log_of(*map(numbered, range(count)), text=f"# Memory{nl}{nl}Words.{nl}")
    after, months = split_log(before, keep, "m.md")
    kept = read_log(after, "m.md")[0]
    archived: list[MemoryRow] = []
    for month, lines in months.items():
        text = append_archive("", lines, month)
        assert append_archive(text, lines, month) == text
        archived += read_log(text, month)[0]
    assert (*archived, *kept) == read_log(before, "m.md")[0]
    assert len(kept) == min(count, keep)
    assert split_log(after, keep, "m.md") == (after, {})


def test_what_was_archived_leaves_a_line_per_benchmark_and_links() -> None:
    rows = [numbered(number, benchmark=name) for number, name in enumerate(["a", "b", "a", "c"] * 10)]
    text = split_log(split_log(log_of(*rows), 30, "m.md")[0], 2, "m.md")[0]
    digest = text[text.index(begin("archived")) : text.index(end("archived"))].splitlines()[1:]
    assert digest == [
        "Older rows: [2026-01](memory/perf-2026-01.md), [2026-02](memory/perf-2026-02.md)",
        "",
        "- a until 2026-02-09 12:00: p95 44.8 ms",
        "- b until 2026-02-10 12:00: p95 44.8 ms",
        "- c until 2026-02-08 12:00: p95 44.8 ms",
    ]


def test_what_people_added_to_a_row_moves_with_it() -> None:
    text = log_of(ROW, numbered(300)).replace(f"| {ROW.run} |", f"| {ROW.run} | the index |")
    _, months = split_log(text, 1, "m.md")
    assert months["2026-11"][0].endswith("| the index |")


def test_a_replayed_edit_does_not_bring_an_archived_row_back() -> None:
    text, _ = split_log(log_of(*map(numbered, range(5))), 2, "m.md")
    assert AppendRow(numbered(0)).apply(text) == text
    assert numbered(9).run in AppendRow(numbered(9)).apply(text)


def test_rows_of_one_line_each() -> None:
    assert memory_line(ROW) == (
        "| 2026-11-23 12:00 | a1b2c3d4e | commit | stats-api | p95 | 412 ms | 44.8 ms | -89.1 % [-89.9, -88.2] "
        "| 🟢 100ms | faster | 01KAR8WZ3M5V9B2Q7C4D6E8F0G |"
    )
