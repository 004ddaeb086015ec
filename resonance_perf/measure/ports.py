"""What the runner needs of the outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome, ProfiledOutcome, SizeOutcome, ToolOutcome
from resonance_perf.model.profiling import LONGEST_S, Wrapping
from resonance_perf.model.work import Command, LoadServer, Profilable, RunTool, SizeFiles


class Host(Protocol):
    """Runs programs. A failure of the program is part of the outcome; none of these raises for it."""

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        """Run a program in `cwd` to its end, within its limits."""
        ...

    def load(self, work: LoadServer, cwd: str) -> LoadOutcome:
        """Start a server in `cwd`, load it, stop it."""
        ...

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        """Add up the files below `cwd`."""
        ...

    def tool(self, work: RunTool, cwd: str) -> ToolOutcome:
        """Run a measuring tool in `cwd`, and read what it wrote."""
        ...

    def spelled(self, argv: Argv, cwd: str = ".") -> Argv:
        """The words with the interpreter in front that a script names in its first line."""
        ...

    def profiled(
        self, work: Profilable, wrap: Callable[[Argv], Wrapping], cwd: str, *,
        page: bool = False, patience_s: float = LONGEST_S,
    ) -> ProfiledOutcome:  # fmt: skip
        """Do the work with its server, else its command, started as `wrap` says; with its command for a `page`.

        `wrap` is given that with the interpreter that a script names, and may raise ValueError. What takes longer than
        `patience_s` is ended.
        """
        ...


class Trees(Protocol):
    """Clean work trees to measure in."""

    def checkout(self, commit: str, *, keep: tuple[str, ...] = (), copy: int = 0) -> str:
        """The path of a clean work tree of `commit`; trees of the commits in `keep` stay as they are.

        Another `copy` is another tree of the same commit, set up on its own.
        """
        ...

    def is_set_up(self, path: str, setup: str) -> bool:
        """True when the setup with this hash was run there."""
        ...

    def mark_set_up(self, path: str, setup: str) -> None:
        """Remember that it was."""
        ...
