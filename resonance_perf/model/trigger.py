"""Why something should be measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TriggerKind = Literal["save", "commit", "merge", "checkout", "rewrite", "push", "schedule", "command"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something happened at `at` (seconds since 1970). `worktree` is the absolute path of the work tree where it
    happened, or empty when it is not known."""

    kind: TriggerKind
    at: float
    worktree: str = ""
