"""Bad input is a `Problem` (a value with a place); a refused action is a `ResonanceError` (a sentence)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXIT_FINE = 0
EXIT_RED = 1
EXIT_BAD_INPUT = 2
EXIT_LOOSENED = 3
EXIT_FAILED = 4
EXIT_NOT_TRUSTED = 5
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file that a person edits; line and column count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = (self.file, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a hand-written file: what, where, and what to do."""

    message: str
    location: Location
    hint: str = ""

    def __str__(self) -> str:
        return sentence(self.message, self.location, self.hint)


def sentence(message: str, location: Location | None, hint: str) -> str:
    """Join the parts of a complaint: `file:line:column: what. What to do.`"""
    text = f"{location}: {message}" if location else message
    text = text.rstrip()
    if text and text[-1] not in ".?!:":
        text += "."
    return f"{text} {hint}".rstrip()


class ResonanceError(Exception):
    """An expected failure: a sentence for a person, with the exit code that it means."""

    exit_code = EXIT_BAD_INPUT

    def __init__(self, message: str, *, hint: str = "", location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        return sentence(self.message, self.location, self.hint)


class BadFileError(ResonanceError):
    """A hand-written file cannot be used; carries every problem that was found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.message, hint=first.hint, location=first.location)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(ResonanceError):
    """The command line or the repository does not allow what was asked."""


class WriteRefusedError(ResonanceError):
    """A file of the user's was left as it is, because writing to it could harm it."""


class GitError(ResonanceError):
    """git refused, or there is no usable repository."""


class BenchmarkError(ResonanceError):
    """A benchmark could not be measured: it crashed, hung, or gave no number."""

    exit_code = EXIT_FAILED


class NotTrustedError(ResonanceError):
    """The config would run commands that nobody on this machine has allowed."""

    exit_code = EXIT_NOT_TRUSTED
