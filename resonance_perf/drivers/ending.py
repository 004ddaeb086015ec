"""How a program ended, in words."""

from __future__ import annotations

import signal

from resonance_perf.model.outcome import ProcessOutcome

MOST_LINES = 5


def describe_end(outcome: ProcessOutcome) -> str:
    """How a program ended, with the last lines that it said: `ended with exit code 1: …`."""
    if outcome.error:
        return f"could not run: {outcome.error}"
    if outcome.timed_out:
        how = f"was killed after {outcome.wall_s:.3g} s: it took longer than its timeout"
    elif outcome.signal is not None:
        how = f"was killed by {_signal_name(outcome.signal)}"
    else:
        how = f"ended with exit code {outcome.exit_code}"
    said = last_words(outcome)
    return f"{how}: {said}" if said else f"{how} and said nothing"


def last_words(outcome: ProcessOutcome) -> str:
    """Why a program could not be started, else the last lines that it said: the complaints, where there are any."""
    return outcome.error or _last_lines(outcome.stderr) or _last_lines(outcome.stdout)


def _last_lines(data: bytes) -> str:
    """The last lines that hold something, each at most 200 characters, as one printable line."""
    lines = data[-4000:].decode("utf-8", "replace").splitlines()
    clean = ("".join(char if char.isprintable() else " " for char in line).strip()[:200] for line in lines)
    return " / ".join([line for line in clean if line][-MOST_LINES:])


def _signal_name(number: int) -> str:
    """`SIGSEGV (11)`."""
    try:
        return f"{signal.Signals(number).name} ({number})"
    except ValueError:
        return f"signal {number}"
