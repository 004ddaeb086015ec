"""The index that git is about to commit, as its hooks see it."""

from __future__ import annotations

from resonance_perf.system.git.run import attempt, hook_index

_BUDGETS = (":(top,glob)**/01_state.md", ":(top,glob)**/config.yaml")


def stages_budgets(start: str) -> bool:
    """False when no budget can change with the next commit: one question to git, whatever the config says."""
    return stages(start, *_BUDGETS)


def stages(start: str, *paths: str) -> bool:
    """True when the next commit changes one of these paths, or git cannot tell."""
    return attempt(start, "diff", "--cached", "--quiet", "--", *paths, extra=hook_index()).returncode != 0
