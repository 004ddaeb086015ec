"""One text in the three versions that a merge knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Versions:
    """As the common ancestor and the two branches have it."""

    base: str
    ours: str
    theirs: str
