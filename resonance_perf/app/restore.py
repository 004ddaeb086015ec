"""What an editor saved over from an older buffer is written again: rows, lessons and decisions, once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from resonance_perf.app.entries import edits_of, shift_edits
from resonance_perf.app.rest import obstacle
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import AddLesson, AppendRow, Edit, RecordDecision
from resonance_perf.memory.ledger import RecordInLedger, RecordReading
from resonance_perf.model.errors import BadFileError
from resonance_perf.store.store import Store
from resonance_perf.system.files import read_text
from resonance_perf.system.git.run import attempt
from resonance_perf.system.log_file import LARGE_BYTES

NEWEST = 50
"""Deliveries that are looked after; what is older was in the buffer of whoever saves now."""
_HERE = (AppendRow, AddLesson)
_PERHAPS = (RecordDecision, RecordInLedger, RecordReading)
"""Written with a shift, which may be on another branch: looked after once they were seen."""


@dataclass
class Written:
    """What we wrote lately, and what of it was in the files at the last look."""

    _there: dict[str, tuple[Edit, ...]] = field(default_factory=dict)
    _seen: dict[str, list[Edit]] = field(default_factory=dict)
    _again: list[Edit] = field(default_factory=list)

    def look(self, work: Workspace, store: Store, *, saved: bool) -> list[str]:
        """Note what is there; `saved`: a file was saved, and git did nothing. Write again what went with that.

        Only what is missing from the end of what we wrote: that is how an older buffer differs. Somebody who takes a
        row out by hand takes out any; and who takes out again what came back means it.

        Raises:
            ResonanceError: when a file cannot be edited.
        """
        if obstacle(work) or os.path.exists(os.path.join(work.repo.git_dir, "index.lock")):
            return []
        lines = []
        for path, edits in self._lately(work, store).items():
            full = os.path.join(work.repo.root, path)
            if not os.path.exists(full) or os.path.getsize(full) > LARGE_BYTES:
                continue
            text = read_text(full, work.repo.root)
            try:
                there = tuple(edit for edit in edits if edit.apply(text) == text)
            except BadFileError:
                continue  # a conflict, or half of a marker: the next save tells
            before = self._expected(path, edits)
            gone = [edit for edit in before if edit not in there]
            if saved and gone and tuple(gone) == before[-len(gone) :] and not _is_of_git(work, path):
                missing = [edit for edit in gone if edit not in self._again]
                work.documents.apply({path: missing})
                self._again += missing
                there = tuple(edit for edit in edits if edit in there or edit in missing)
                lines += [_line(path, len(missing))] if missing else []
            self._there[path], self._seen[path] = there, edits
        return lines

    def _lately(self, work: Workspace, store: Store) -> dict[str, list[Edit]]:
        found: dict[str, list[Edit]] = {}
        for entry in store.outbox.newest_delivered(NEWEST):
            body = entry.body
            files = edits_of(body) if entry.kind == "edits" else shift_edits(work, body)
            for path, edits in files.items():
                if work.documents.holds(path):
                    known = found.setdefault(path, [])
                    known += [one for one in edits if isinstance(one, (*_HERE, *_PERHAPS)) and one not in known]
        return found

    def _expected(self, path: str, edits: list[Edit]) -> tuple[Edit, ...]:
        """What was there at the last look, and what was written since."""
        if path not in self._there:
            return ()
        seen = self._seen.get(path, [])
        there = self._there[path]
        return tuple(one for one in edits if one in there or (one not in seen and isinstance(one, _HERE)))


def _is_of_git(work: Workspace, path: str) -> bool:
    """True when the file is what the index has: checked out, restored, or stashed away."""
    return attempt(work.repo.root, "diff", "--quiet", "--no-ext-diff", "--", path).returncode == 0


def _line(path: str, count: int) -> str:
    what = "an entry that was written meanwhile; it is" if count == 1 else f"{count} entries of ours; they are"
    return f"⚪ {path} was saved without {what} there again (take out again what is not wanted)"
