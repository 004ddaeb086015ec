"""Text of strangers, as it may be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text from commits, tools and names without control characters: no escape sequence reaches the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)


def shortened(text: str, most: int = 80) -> str:
    """Text on one line, cut where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
