"""Text of strangers, as it may be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text from commits, tools and names without control characters: no escape sequence reaches the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
