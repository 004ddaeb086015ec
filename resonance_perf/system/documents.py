"""The three markdown files of a work tree, and the config beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from resonance_perf.memory.ledger import DECISIONS, METRICS
from resonance_perf.model.errors import UsageError
from resonance_perf.system.files import edit_file, is_there, read_text, sweep

if TYPE_CHECKING:  # who only reads pays for no edits: a guard runs before every commit of a budget
    from resonance_perf.memory.edits import Edit

SOUL, STATE, MEMORY = "00_soul.md", "01_state.md", "02_memory.md"


@dataclass(frozen=True, slots=True)
class Documents:
    """The files below `root`; `state_dir` is relative to it, with `/`."""

    root: str
    state_dir: str

    def path(self, name: str) -> str:
        """The path of a file, relative to the root, with `/`.

        Behind a link inside the root it is the path that the link leads to: there git keeps content and history.
        """
        path = f"{self.state_dir}/{name}"
        real = os.path.relpath(os.path.realpath(os.path.join(self.root, path)), os.path.realpath(self.root))
        return path if real.startswith("..") else real.replace(os.sep, "/")

    def exists(self, name: str) -> bool:
        """True when the file is there."""
        return is_there(os.path.join(self.root, self.path(name)))

    def holds(self, path: str) -> bool:
        """True when `path` (relative to the root) is one that we write: the three, those of the ledger, an archive."""
        folder, _, name = path.rpartition("/")
        if folder == f"{os.path.dirname(self.path(MEMORY))}/memory":
            return name.startswith("perf-") and name.endswith(".md")
        return path in map(self.path, (SOUL, STATE, MEMORY, DECISIONS, METRICS))

    def read(self, name: str) -> str | None:
        """The text of a file, or None when it is not there.

        Raises:
            ResonanceError: when it is there but cannot be used.
        """
        return read_text(os.path.join(self.root, self.path(name)), self.root) if self.exists(name) else None

    def apply(self, edits: Mapping[str, Sequence[Edit]]) -> None:
        """Make the edits (path relative to the root -> edits) in the work tree, file by file.

        Raises:
            UsageError: when a file is missing.
            ResonanceError: when a file cannot be edited; nothing of that file is written then.
        """
        from resonance_perf.memory.edits import AppendRow
        from resonance_perf.system.log_file import append_rows

        for path, file_edits in edits.items():
            full = os.path.join(self.root, path)
            if not is_there(full):
                raise UsageError(f"{path} is missing", hint="Run `resonance-perf init`: it writes what is not there.")
            rows = [edit.row for edit in file_edits if isinstance(edit, AppendRow)]
            if rows:
                append_rows(full, self.root, rows)
            rest = [edit for edit in file_edits if not isinstance(edit, AppendRow)]
            if rest:
                edit_file(full, self.root, partial(apply_all, edits=rest))

    def sweep(self) -> None:
        """Remove what killed processes of ours have left beside the files."""
        for folder in (self.state_dir, f"{self.state_dir}/memory"):
            sweep(os.path.join(self.root, folder))

    def archive(self, keep: int) -> bool:
        """Move all but the newest `keep` rows of the log to its archive; True when any moved.

        Raises:
            ResonanceError: when a file cannot be edited.
        """
        from resonance_perf.system.log_file import archive_log

        return self.exists(MEMORY) and archive_log(os.path.join(self.root, self.path(MEMORY)), self.root, keep)


def apply_all(text: str, edits: Sequence[Edit]) -> str:
    """Apply edits in order."""
    for edit in edits:
        text = edit.apply(text)
    return text
