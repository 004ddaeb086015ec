"""People's editors and we write to the same file at full speed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddLesson, AppendRow, SetBudget
from resonance_perf.memory.log import has_row, read_log
from resonance_perf.model.record import Lesson, MemoryRow
from resonance_perf.system.contents import BeingWrittenError
from resonance_perf.system.files import edit_file, read_text
from resonance_perf.system.log_file import append_rows
from tests.memory.test_log import ROW

EDITOR = Path(__file__).parent / "editor.py"
SAVES = 700
BEGIN, FENCE = "<!-- resonance-perf:begin log -->", '```json\n{"budgets": {"p95": "0ms", "p99": "1s"}}\n```\n\n'
LARGE = 9000
"""Rows of a log that is appended to in place."""


def numbered(number: int) -> MemoryRow:
    return replace(ROW, run=f"01R{number:06}", when=f"2026-11-23 {number // 60 % 24:02}:{number % 60:02}")


@pytest.fixture
def log(tmp_path: Path) -> Callable[[int], Path]:
    """A log with this many rows."""

    def make(rows: int) -> Path:
        path = tmp_path / "repo" / ".resonance" / "02_memory.md"
        path.parent.mkdir(parents=True)
        text = AppendRow(numbered(0)).apply("# Memory\n\n").replace(BEGIN, FENCE + BEGIN)
        line = text.splitlines(keepends=True)[-2]
        lines = (line.replace(numbered(0).run, numbered(number).run) for number in range(rows))
        path.write_text(text.replace(line, "".join(lines)))
        return path

    return make


def fight(path: Path, how: str, saves: int, ours: Callable[[int], None]) -> int:
    """Let the editor save while we write; return how often we wrote."""
    editor = subprocess.Popen(
        [sys.executable, str(EDITOR), str(path), how, str(saves)], stdout=subprocess.PIPE, text=True
    )
    number = 0
    while editor.poll() is None:
        number += 1
        with suppress(BeingWrittenError):  # the outbox tries again
            ours(number)
    assert editor.stdout is not None
    assert editor.returncode == 0, editor.stdout.read()
    return number


@pytest.mark.parametrize("how", ["truncate", "move_away", "replace"])
def test_neither_an_editor_nor_we_lose_anything(log: Callable[[int], Path], how: str) -> None:
    path = log(1)
    root = str(path.parents[1])

    def edit(text: str, row: MemoryRow) -> str:
        assert text.startswith("# Memory\n"), "half a file was taken for what the person wrote"
        assert text.endswith("<!-- resonance-perf:end log -->\n"), "half a file was taken for what the person wrote"
        budgets, problems = read_budgets(text, "m")
        assert not problems
        edit = SetBudget("p95", budgets[0].text, f"{int(row.run[3:])}ms")
        return AppendRow(row).apply(edit.apply(text))

    rows: list[MemoryRow] = []

    def write(number: int) -> None:
        rows.append(numbered(number))
        edit_file(str(path), root, partial(edit, row=rows[-1]))

    assert fight(path, how, SAVES, write) > 20
    # What an editor saved over from an older buffer comes back from the outbox, and nothing of it is there twice.
    append_rows(str(path), root, rows)
    text = read_text(str(path), root)
    found, problems = read_log(text, "m")
    assert not problems
    assert sorted(row.run for row in found) == sorted({numbered(0).run, *(row.run for row in rows)})
    assert all(text.count(row.run) == 1 for row in rows)
    assert f"note {SAVES - 1}\n" in text
    assert [one.key for one in read_budgets(text, "m")[0]] == ["p95", "p99"]
    assert not [one for one in path.parent.iterdir() if "resonance-perf" in one.name]


@pytest.mark.parametrize("how", ["truncate", "move_away"])
def test_nor_do_they_in_a_log_that_is_appended_to_in_place(log: Callable[[int], Path], how: str) -> None:
    path = log(LARGE)
    root = str(path.parents[1])
    rows: list[MemoryRow] = []

    def write(number: int) -> None:
        rows.append(numbered(LARGE + number))
        append_rows(str(path), root, rows[-1:])

    assert fight(path, how, 100, write) > 4
    append_rows(str(path), root, rows)
    text = read_text(str(path), root)
    assert "\0" not in text
    assert all(has_row(text, row) for row in rows)
    assert "note 99\n" in text


def test_a_file_that_an_editor_has_just_cut_to_nothing_is_waited_for(log: Callable[[int], Path]) -> None:
    path = log(1)
    text, saved = path.read_text(), []
    lesson = AddLesson(Lesson(date="2026-11-23", text="p95 moved", run="01R"))

    def edit(found: str) -> str:
        saved.append(found)
        return lesson.apply(found)

    later = f"import time, pathlib; time.sleep(0.2); pathlib.Path({str(path)!r}).write_text({text!r})"
    path.write_text("")
    with subprocess.Popen([sys.executable, "-c", later]):
        edit_file(str(path), str(path.parents[1]), edit)
    assert saved == [text]
    assert path.read_text() == lesson.apply(text)
