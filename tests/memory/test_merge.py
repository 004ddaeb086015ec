"""Two branches that both wrote to the three files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.memory.archive import append_archive, split_log
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddBudget, AddLesson, AppendRow, RecordDecision, ReplaceStatus, SetBudget
from resonance_perf.memory.log import read_log
from resonance_perf.memory.merge import merge
from resonance_perf.memory.versions import Versions
from resonance_perf.model.record import Decision, Lesson, MemoryRow, StatusRow
from resonance_perf.system.git.merge import weave

ROW = MemoryRow(
    when="2026-11-23 12:00", commit="a1b2c3d4e", trigger="commit", benchmark="api", metric="p95", before="412 ms",
    after="44 ms", change="-89 %", budget="–", verdict="faster", run="01A",
)  # fmt: skip
DECISION = Decision(
    id="d1", date="2026-11-23", title="Tighten p95", context="c", decision="d", evidence="e", consequences="f"
)
FENCE = '# State\n\n```json\n{\n  "budgets": {\n%s\n  }\n}\n```\n\nbelow\n'
FEW = settings(max_examples=25)


def row(number: int, minute: int = 0, metric: str = "p95") -> MemoryRow:
    return replace(ROW, run=f"01R{number:03}", when=f"2026-11-23 12:{minute:02}", metric=metric)


def log(*rows: MemoryRow, text: str = "# Memory\n") -> str:
    for one in rows:
        text = AppendRow(one).apply(text)
    return text


def rows(text: str) -> list[tuple[str, str]]:
    return [(one.run, one.metric) for one in read_log(text, "m")[0]]


def budgets(limits: Mapping[str, str]) -> str:
    return FENCE % ",\n".join(f"    {json.dumps(key)}: {json.dumps(limit)}" for key, limit in limits.items())


def limits(text: str) -> dict[str, str]:
    found, problems = read_budgets(text, "s")
    assert not problems
    return {one.key: one.text for one in found}


def merged(base: str, ours: str, theirs: str, name: str = "02_memory.md") -> str:
    text, conflict = merge(Versions(base, ours, theirs), name, weave)
    assert not conflict, text
    return text


def test_both_sides_rows_stand_in_the_order_of_time() -> None:
    base = log(row(1, 1))
    text = merged(base, log(row(3, 3), row(5, 5), text=base), log(row(2, 2), row(4, 4), text=base))
    assert [run for run, _ in rows(text)] == ["01R001", "01R002", "01R003", "01R004", "01R005"]


def test_the_rows_of_one_run_stay_together_as_the_run_wrote_them() -> None:
    here = [row(1, 1, metric) for metric in ("p99", "p50")]
    text = merged(log(row(9)), log(row(9), *here), log(row(9), row(2, 1)))
    assert rows(text) == [("01R009", "p95"), ("01R001", "p99"), ("01R001", "p50"), ("01R002", "p95")]


def test_what_people_wrote_stays_on_both_sides() -> None:
    base = log(row(1), row(2, 1)) + "\nA\n\nB\n\nC\n\nD\n"
    ours = log(row(3, 3), text=base).replace("01R001 |", "01R001 | a deploy |").replace("A\n", "A of ours\n")
    theirs = log(row(4, 4), text=base).replace("01R002 |", "01R002 | a spike |").replace("D\n", "D of theirs\n")
    text = merged(base, ours, theirs)
    for part in ("01R001 | a deploy |", "01R002 | a spike |", "A of ours", "D of theirs"):
        assert text.count(part) == 1


def test_two_notes_on_one_row_are_two_lines() -> None:
    base = log(row(1))
    text = merged(base, base.replace("01R001 |", "01R001 | x |"), base.replace("01R001 |", "01R001 | y |"))
    assert "01R001 | x |\n" in text
    assert "01R001 | y |\n" in text
    assert rows(text) == [("01R001", "p95")]


def test_rows_that_one_side_archived_do_not_come_back_and_the_digest_grows() -> None:
    base = log(*(row(number, number) for number in range(1, 5)))
    ours, months = split_log(log(row(5, 5), text=base), 2, "m")
    assert append_archive("", months["2026-11"], "2026-11")
    theirs, _ = split_log(log(replace(row(6, 6), benchmark="web"), text=base), 4, "m")
    text = merged(base, ours, theirs)
    assert [run for run, _ in rows(text)] == ["01R004", "01R005", "01R006"]
    assert text.count("Older rows: [2026-11](memory/perf-2026-11.md)") == 1


def test_lessons_and_decisions_of_both_sides_stand_once_the_newest_where_it_belongs() -> None:
    def lesson(text: str, number: int) -> str:
        return AddLesson(Lesson(date=f"2026-11-{number:02}", text="p95 moved", run=f"01R{number}")).apply(text)

    base = "# M\n\n## Lessons\n\n- by hand\n\n## Decisions\n\nnone\n"
    text = merged(base, lesson(lesson(base, 10), 12), lesson(lesson(base, 11), 12))
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        "- 2026-11-12: p95 moved (run 01R12)", "- 2026-11-11: p95 moved (run 01R11)",
        "- 2026-11-10: p95 moved (run 01R10)", "- by hand",
    ]  # fmt: skip
    ours = RecordDecision(DECISION).apply("# Soul\n\n## Vision\n\nfast\n")
    theirs = RecordDecision(replace(DECISION, id="d2", title="Loosen p99")).apply("# Soul\n\n## Vision\n\nfast\n")
    text = merged("# Soul\n\n## Vision\n\nfast\n", ours, theirs, "00_soul.md")
    assert text == RecordDecision(DECISION).apply(theirs)


def test_a_lesson_of_ours_and_one_by_hand_at_the_same_place_do_not_conflict() -> None:
    base = "# M\n\n## Lessons\n\n- old\n"
    ours = AddLesson(Lesson(date="2026-11-12", text="p95 moved", run="01R")).apply(base)
    text = merged(base, ours, base.replace("- old", "- by hand\n- old"))
    assert text == "# M\n\n## Lessons\n\n- 2026-11-12: p95 moved (run 01R)\n- by hand\n- old\n"


def test_the_status_of_the_newer_measurement_stands() -> None:
    def status(now: str, stamp: str) -> str:
        one = StatusRow(budget="a", limit="1s", now=now, headroom="", status="green", trend="", measured="")
        return ReplaceStatus((one,), stamp).apply("# S\n")

    base = status("1 ms", "2026-11-23 12:00")
    new, newer = status("2 ms", "2026-11-23 13:00"), status("3 ms", "2026-11-23 14:00")
    assert merged(base, new, newer, "01_state.md") == merged(base, newer, new, "01_state.md") == newer


def test_budgets_are_merged_by_key_and_the_tighter_of_two_tightenings_stands() -> None:
    base = budgets({"a": "100ms", "b": "10MB", "c": "60fps"})
    ours = SetBudget("a", "100ms", "60ms").apply(base)
    theirs = SetBudget("c", "60fps", "90fps").apply(SetBudget("a", "100ms", "50ms").apply(base))
    ours, theirs = AddBudget("d", "1s").apply(ours), AddBudget("e", "2s").apply(theirs)
    text = merged(base, ours, theirs, "01_state.md")
    assert limits(text) == {"a": "50ms", "b": "10MB", "c": "90fps", "d": "1s", "e": "2s"}
    assert text.endswith("```\n\nbelow\n")


def test_a_yaml_fence_keeps_its_comments() -> None:
    base = "```yaml\nbudgets:\n  a: 100ms  # the shop\n  b:\n    limit: 10MB\n    why: phones\n```\n"
    ours = base.replace("100ms", "60ms").replace("phones\n", "phones\n  c: 1s  # ours\n")
    theirs = base.replace("10MB", "9MB").replace("phones\n", "phones\n  d:\n    limit: 2s\n    warn: 5%  # theirs\n")
    text = merged(base, ours, theirs, "01_state.md")
    assert limits(text) == {"a": "60ms", "b": "9MB", "c": "1s", "d": "2s"}
    assert all(part in text for part in ("# the shop", "# ours", "# theirs", "why: phones"))


@pytest.mark.parametrize(
    ("here", "there"),
    [("60ms", "200ms"), ("200ms", "300ms"), ("60ms", "10MB"), ("60ms", ">= 70ms")],
    ids=["tightened and loosened", "both loosened", "other things", "other directions"],
)
def test_what_people_have_to_say_is_marked_around_the_line_of_that_key_alone(here: str, there: str) -> None:
    base = budgets({"x": "1s", "a": "100ms", "y": "2s"})
    ours = budgets({"x": "900ms", "a": here, "y": "2s"})
    theirs = budgets({"x": "1s", "a": there, "y": "1900ms"})
    text, conflict = merge(Versions(base, ours, theirs), "01_state.md", weave)
    assert conflict
    marked = (
        f'    "x": "900ms",\n<<<<<<< ours\n    "a": "{here}",\n=======\n    "a": "{there}",\n>>>>>>> theirs\n'
        '    "y": "1900ms"\n'
    )
    assert marked in text


def test_a_budget_removed_here_and_changed_there_is_for_people() -> None:
    base = budgets({"x": "1s", "a": "100ms"})
    _, conflict = merge(Versions(base, budgets({"x": "1s"}), budgets({"x": "1s", "a": "90ms"})), "01_state.md", weave)
    assert conflict


def test_a_file_that_cannot_be_read_is_merged_by_lines() -> None:
    base = log(row(1)).replace("<!-- resonance-perf:end log -->\n", "") + "\nA\n\nB\n\nC\n"
    ours, theirs = base.replace("A\n", "A of ours\n"), base.replace("C\n", "C of theirs\n")
    assert merged(base, ours, theirs) == ours.replace("C\n", "C of theirs\n")


def test_line_endings_of_windows_stay() -> None:
    base = log(row(1)).replace("\n", "\r\n")
    text = merged(base, log(row(2, 2), text=base), log(row(3, 3), text=base))
    assert text.count("\n") == text.count("\r\n")
    assert len(rows(text)) == 3


numbers = st.lists(st.integers(2, 60), unique=True, max_size=6)


@FEW
@given(numbers, numbers, st.sampled_from(["\n", "\r\n"]))
def test_no_row_is_lost_none_stands_twice_and_the_sides_can_be_swapped(a: list[int], b: list[int], nl: str) -> None:
    base = log(row(1)).replace("\n", nl)
    ours = log(*(row(one, one % 60) for one in a), text=base)
    theirs = log(*(row(one, one % 60) for one in b), text=base)
    text = merged(base, ours, theirs)
    assert sorted(rows(text)) == sorted({*rows(ours), *rows(theirs)})
    assert text == merged(base, theirs, ours)
    assert merged(ours, text, ours) == text
    assert merged(theirs, text, theirs) == text
    assert merged(base, text, ours) == text


amounts = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 99), max_size=6)


@FEW
@given(amounts, amounts)
def test_branches_that_only_tighten_and_add_never_conflict_and_meet_at_the_tighter(
    a: dict[str, int], b: dict[str, int]
) -> None:
    base = budgets({"a": "100ms", "b": "100ms"})

    def side(tightened: dict[str, int]) -> str:
        text = base
        for key, amount in tightened.items():
            edit = SetBudget(key, "100ms", f"{amount}ms") if key in "ab" else AddBudget(key, f"{amount}ms")
            text = edit.apply(text)
        return text

    expected = {"a": "100ms", "b": "100ms"}
    expected |= {key: f"{min(found[key] for found in (a, b) if key in found)}ms" for key in {*a, *b}}
    text = merged(base, side(a), side(b), "01_state.md")
    assert limits(text) == expected
    assert limits(merged(base, side(b), side(a), "01_state.md")) == expected
    assert limits(merged(base, text, side(a), "01_state.md")) == expected


@FEW
@given(st.text(st.sampled_from("ab\n#-|`<> "), max_size=60), st.text(st.sampled_from("ab\n#-|`<> "), max_size=60))
def test_any_text_is_merged_with_itself_and_with_what_has_not_changed(one: str, other: str) -> None:
    for name in ("00_soul.md", "01_state.md", "02_memory.md"):
        assert (
            merged(one, other, one, name) == merged(one, one, other, name) == merged(one, other, other, name) == other
        )
