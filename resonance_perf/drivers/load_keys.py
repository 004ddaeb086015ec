"""Keys that the drivers of several load tools have in common."""

from __future__ import annotations

from resonance_perf.model.driving import Key

URL = Key(kind="text", means="what to request", example="http://127.0.0.1:{port}/")
CONNECTIONS = Key(kind="whole", means="how many connections are open at once", example="10", default=10)
DURATION = Key(kind="duration", means="how long each sample loads", example="5s", default=2.0)
WARMUP = Key(kind="duration", means="how much of the beginning does not count", example="500ms", optional=True)


def arguments(program: str, example: str) -> Key:
    """More words for a tool, in place of a key for each of its options."""
    return Key(kind="texts", means=f"more arguments for {program}", example=example, default=())


def whole_seconds(tool: str, duration_s: float) -> str:
    """The number of seconds as a tool wants it that takes no parts of them.

    Raises:
        ValueError: when there are parts.
    """
    if duration_s != int(duration_s):
        raise ValueError(f"has the duration {duration_s:g}s, but {tool} takes whole seconds")
    return f"{duration_s:.0f}"
