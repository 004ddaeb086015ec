from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.memory.edits import AddLesson, AppendRow, RecordDecision
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.record import Decision, Lesson
from tests.memory.test_log import ROW

LESSON = Lesson(date="2026-11-23", text="stats-api faster", run="01K")
LINE = "- 2026-11-23: stats-api faster (run 01K)\n"
DECISION = Decision(
    id="01K-api_p95", date="2026-11-23", title="Tighten", context="c", decision="d", evidence="e", consequences="f"
)

FRAMEWORK = """# Project Memory

## Lessons

<!-- Add lessons here, newest first. For example:
- **Postgres over SQLite.** See memory/queue-db.md. -->

## Decisions

Settled decisions live here.

---

[View State](01_state.md)
"""


def test_a_lesson_stands_first_because_the_framework_keeps_newest_first() -> None:
    text = FRAMEWORK.replace("-->\n", "-->\n\n- **An older one.** Words.\n", 1)
    assert AddLesson(LESSON).apply(text) == text.replace("- **An older", LINE + "- **An older")


def test_the_first_lesson_stands_below_the_comment_of_the_framework() -> None:
    assert AddLesson(LESSON).apply(FRAMEWORK) == FRAMEWORK.replace("queue-db.md. -->\n", f"queue-db.md. -->\n\n{LINE}")


def test_a_run_has_one_lesson_also_when_people_moved_it() -> None:
    text = "# M\n\n## Old\n\n* 2026: moved here (run 01K), see #3\n\n## Lessons\n"
    assert AddLesson(LESSON).apply(text) == text


def test_a_lesson_stays_outside_our_own_sections() -> None:
    text = AddLesson(LESSON).apply(AppendRow(ROW).apply("# M\n\n## Lessons\n"))
    assert text.index("## Lessons") < text.index(LINE) < text.index("## Benchmark log")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "## Performance decisions\n\nX"),
        ("# S", "# S\n\n## Performance decisions\n\nX"),
        ("## Performance decisions", "## Performance decisions\n\nX"),
        ("## Performance decisions\n", "## Performance decisions\n\nX"),
        ("## Performance decisions\n\nwords", "## Performance decisions\n\nwords\n\nX"),
        ("## Performance decisions ##\n\nwords  \n\n\n## B\n", "## Performance decisions ##\n\nwords  \n\nX\n\n## B\n"),
        ("## performance Decisions\n## B\n", "## performance Decisions\n\nX\n## B\n"),
        ("## Performance decisions\n\na\n\n---\n\n## B\n", "## Performance decisions\n\na\n\nX\n---\n\n## B\n"),
        ("## Performance decisions\n\n### a\n\nwords\n# B\n", "## Performance decisions\n\n### a\n\nwords\n\nX\n# B\n"),
    ],
)
def test_a_decision_ends_its_section(before: str, expected: str) -> None:
    entry = (
        "### 2026-11-23 Tighten\n<!-- resonance-perf:decision 01K-api_p95 -->\n\n**Context:** c\n\n**Decision:** d\n\n"
        "**Evidence:** e\n\n**Consequences:** f\n"
    )
    for nl in ("\n", "\r\n") if "\n" in before else ("\n",):
        found = RecordDecision(DECISION).apply(before.replace("\n", nl))
        assert found.replace(entry.replace("\n", nl), "X") == expected.replace("\n", nl)
        assert RecordDecision(DECISION).apply(found) == found


@given(st.text(), st.text(), st.text(alphabet=st.sampled_from("->! <x\n")))
def test_no_text_of_a_decision_leaves_its_entry(title: str, context: str, name: str) -> None:
    decision = replace(DECISION, title=title, context=context, id=name)
    text = RecordDecision(decision).apply("# S\n\n## Performance decisions\n\n## B\n")
    assert RecordDecision(decision).apply(text) == text
    assert text.endswith("\n\n## B\n")
    assert text.splitlines()[4].startswith("### 2026-11-23") and text.splitlines()[5].endswith(" -->")


def test_conflicts_are_refused() -> None:
    for edit in (AddLesson(LESSON), RecordDecision(DECISION)):
        with pytest.raises(BadFileError, match=r"\.md:1:1: there is an unresolved merge conflict"):
            edit.apply("<<<<<<< HEAD\n")
