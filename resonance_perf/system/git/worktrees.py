"""Clean detached work trees to measure in: reused, repaired, never the user's own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from resonance_perf.model.errors import GitError
from resonance_perf.system.folders import remove
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git
from resonance_perf.system.private import write_private

SLOTS = 5
"""Base, head and anchor of this job, and second builds of two or the trees of the one before: the next job's base is
usually this one's head."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A work tree at `path`; its note beside it remembers the commit and the setups that were done in it."""

    path: str

    @property
    def note(self) -> str:
        """Where the slot's note lies."""
        return self.path + ".json"


class Worktrees:
    """The pool of work trees under `<common dir>/resonance/worktrees`."""

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._folder = os.path.join(repo.private, "worktrees")

    def checkout(self, commit: str, *, keep: tuple[str, ...] = (), copy: int = 0) -> str:
        """Return the path of a clean work tree of `commit`, without touching those of the commits in `keep`.

        Another `copy` is another tree of the same commit.

        Raises:
            GitError: when the commit cannot be checked out.
        """
        os.makedirs(self._folder, exist_ok=True)
        notes = {slot: _read(slot) for slot in self._slots()}
        there = [slot for slot, note in notes.items() if note.get("commit") == commit]
        found = there[copy] if len(there) > copy else None
        if found is not None and self._is_at(found, commit):
            self._touch(found, notes[found])
            return found.path
        free = found or self._oldest(notes, (*keep, commit))
        self._place(free, commit)
        self._touch(free, {"commit": commit, "setups": []})
        return free.path

    def is_set_up(self, path: str, setup: str) -> bool:
        """True when `setup` (a hash of the command) has been run in this work tree since it was checked out."""
        return setup in _list(_read(Slot(path)).get("setups"))

    def mark_set_up(self, path: str, setup: str) -> None:
        """Remember that `setup` has been run in this work tree."""
        note = _read(Slot(path))
        note["setups"] = [*_list(note.get("setups")), setup]
        write_private(Slot(path).note, json.dumps(note))

    def _slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(os.path.join(self._folder, f"slot-{number}")) for number in range(SLOTS))

    def _oldest(self, notes: dict[Slot, dict[str, object]], keep: tuple[str, ...]) -> Slot:
        """The slot that was not used for longest, of those that may be: of kept commits only the copies, and of those
        the ones in use are the newest."""
        commits = [note.get("commit") for note in notes.values()]
        slots = list(enumerate(notes))
        free = [slot for at, slot in slots if commits[at] not in keep]
        copies = [slot for at, slot in slots if commits[at] in commits[:at]]
        return min(free or copies, key=lambda slot: _turn(notes[slot]))

    def _touch(self, slot: Slot, note: dict[str, object]) -> None:
        turn = 1 + max(_turn(_read(one)) for one in self._slots())
        write_private(slot.note, json.dumps({**note, "turn": turn}))

    def _is_at(self, slot: Slot, commit: str) -> bool:
        """True when the tree stands at `commit` with no tracked file changed; what setup made is left alone."""
        head = attempt(slot.path, "rev-parse", "HEAD", "--show-toplevel") if os.path.isdir(slot.path) else None
        if head is None or head.returncode != 0:
            return False
        found, _, top = os.fsdecode(head.stdout).removesuffix("\n").partition("\n")
        if found != commit or not os.path.samefile(top, slot.path):
            return False
        state = attempt(slot.path, "status", "--porcelain", "--untracked-files=no")
        return state.returncode == 0 and not state.stdout.strip()

    def _place(self, slot: Slot, commit: str) -> None:
        if os.path.exists(slot.note):
            os.unlink(slot.note)
        if os.path.exists(os.path.join(slot.path, ".git")):
            moved = attempt(slot.path, "checkout", "--detach", "--force", "--quiet", commit)
            cleaned = attempt(slot.path, "clean", "-ffdxq") if moved.returncode == 0 else moved
            if cleaned.returncode == 0 and self._is_at(slot, commit):
                return
        self._remove(slot)
        added = attempt(self._repo.root, "worktree", "add", "--detach", "--force", slot.path, commit)
        if added.returncode != 0:
            said = added.stderr.decode("utf-8", "replace").strip()
            raise GitError(f"cannot check out {commit[:9]} to measure it: {said}")

    def _remove(self, slot: Slot) -> None:
        attempt(self._repo.root, "worktree", "remove", "--force", "--force", slot.path)
        remove(slot.path)
        if os.path.exists(slot.note):
            os.unlink(slot.note)
        git(self._repo.root, "worktree", "prune")


def _read(slot: Slot) -> dict[str, object]:
    try:
        with open(slot.note, encoding="utf-8") as file:
            note = json.load(file)
    except (OSError, ValueError):
        return {}  # a lost or torn note only costs a fresh checkout
    return note if isinstance(note, dict) else {}


def _turn(note: dict[str, object]) -> int:
    turn = note.get("turn", 0)
    return turn if isinstance(turn, int) else 0


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
