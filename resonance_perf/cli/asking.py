"""Questions to the person at the terminal."""

from __future__ import annotations

import sys

from resonance_perf.model.errors import EXIT_INTERRUPTED, ResonanceError


class NoAnswerError(ResonanceError):
    """The input ended (Ctrl-D) at a question."""

    exit_code = EXIT_INTERRUPTED


def can_ask() -> bool:
    """True when there is a terminal to ask on."""
    return sys.stdin.isatty()


def answered(question: str) -> bool:
    """Ask a person at a terminal.

    Raises:
        NoAnswerError: when they end the input instead.
    """
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError as error:
        print()  # the terminal's line with the question is still open
        raise NoAnswerError("there was no answer", hint="What was asked about is as it was.") from error


def agreed(question: str) -> bool:
    """Ask a person; no answer is a no, and so it is without a terminal."""
    if not can_ask():
        print(f"{question} Say so with --yes: there is no terminal to ask on.")
        return False
    try:
        return answered(question)
    except NoAnswerError:
        return False
