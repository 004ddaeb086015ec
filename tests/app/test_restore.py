"""Editors that save over what we wrote, in a repository without a daemon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from resonance_perf.app.restore import Written
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.memory.edits import AddLesson, AppendRow, Edit, edit_to_json
from resonance_perf.model.record import Lesson
from resonance_perf.store.store import Store
from tests.cli.conftest import Watched, make_watched, state
from tests.memory.test_log import ROW

__all__ = ["make_watched"]
MEMORY = ".resonance/02_memory.md"


class Desk:
    """We write and look; a person saves."""

    def __init__(self, watched: Watched) -> None:
        self.path = watched.repo.path / MEMORY
        self.repo = watched.repo
        self.work: Workspace = open_workspace(str(watched.repo.path))
        self.store = Store(self.work.repo.private)
        self.written = Written()

    def write(self, number: int) -> None:
        row = replace(ROW, run=f"01R{number}", when=f"2026-11-23 12:{number:02}")
        lesson = Lesson(date="2026-11-23", text="p95 moved", run=row.run)
        edits: list[Edit] = [AppendRow(row), AddLesson(lesson)]
        self.work.documents.apply({MEMORY: edits})
        self.store.outbox.put(f"job{number}", "edits", {MEMORY: [edit_to_json(one) for one in edits]})
        self.store.outbox.done(self.store.outbox.open_entries()[-1])

    def look(self, *, saved: bool = True) -> list[str]:
        return self.written.look(self.work, self.store, saved=saved)

    def read(self) -> str:
        return self.path.read_text()

    def runs(self) -> list[int]:
        return [number for number in range(9) if self.read().count(f"01R{number}") == 2]


@pytest.fixture
def desk(make_watched: Callable[[str], Watched]) -> Desk:
    made = Desk(make_watched(state(api_wall="100ms")))
    made.write(1)
    made.look(saved=False)
    return made


def test_what_an_older_buffer_lacks_comes_back_below_what_the_person_wrote(desk: Desk) -> None:
    buffer = desk.read()
    desk.write(2)
    desk.look(saved=False)
    desk.write(3)  # and saved over before anybody looked
    desk.path.write_text(buffer + "\na thought\n")
    assert desk.look() == [
        f"⚪ {MEMORY} was saved without 4 entries of ours; they are there again (take out again what is not wanted)"
    ]
    assert desk.runs() == [1, 2, 3]
    assert "\na thought\n" in desk.read()
    assert desk.look() == []


def test_what_is_taken_out_again_stays_out(desk: Desk) -> None:
    buffer = desk.read()
    desk.write(2)
    desk.look(saved=False)
    for expected in (1, 0):
        desk.path.write_text(buffer)
        assert len(desk.look()) == expected
    assert desk.runs() == [1]


def test_a_row_taken_out_by_hand_from_among_others_stays_out(desk: Desk) -> None:
    desk.write(2)
    desk.look(saved=False)
    lines = desk.read().splitlines(keepends=True)
    desk.path.write_text("".join(line for line in lines if not ("01R1 " in line and line.startswith("|"))))
    assert desk.look() == []
    assert "| 01R1 |" not in desk.read()


@pytest.mark.parametrize("how", ["checkout", "stash", "branch"])
def test_what_git_takes_away_stays_away(desk: Desk, how: str) -> None:
    if how == "branch":
        desk.repo.git("checkout", "-qb", "topic")
        desk.repo.git("commit", "-qam", "measured")
        desk.look(saved=False)
        desk.repo.git("checkout", "-q", "main")
    else:
        desk.repo.git(*{"checkout": ("checkout", "--", MEMORY), "stash": ("stash", "push", "-q")}[how])
    assert desk.look() == []
    assert desk.runs() == []


def test_a_file_in_conflict_is_left_alone(desk: Desk) -> None:
    desk.path.write_text("# Memory\n\n<<<<<<< ours\na\n||||||| base\nb\n=======\nc\n>>>>>>> theirs\n")
    assert desk.look() == []
    assert desk.runs() == []
