"""SIGKILL at every named step, and at random moments: RESONANCE_PERF_KILLS says at how many, _SEED at which."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.app import deliver as deliver_module
from resonance_perf.app import shift as shift_module
from resonance_perf.store.outbox import Outbox
from resonance_perf.store.results import Results
from resonance_perf.system import contents, files
from resonance_perf.system.documents import Documents
from resonance_perf.system.git import commit as commit_module
from resonance_perf.system.git import staged as staged_module
from tests.crash.chain import Chain
from tests.manners.conftest import tmp_path  # noqa: F401  # in memory

KILLS = int(os.environ.get("RESONANCE_PERF_KILLS", "24"))
SEED = int(os.environ.get("RESONANCE_PERF_SEED", "7"))

STEPS: dict[str, tuple[object, str, str, int]] = {
    "measured, nothing stored": (Results, "save", "before", 1),
    "half of the result stored": (Results, "save", "after", 1),
    "stored and reported, nothing written": (Documents, "apply", "before", 1),
    "the log drafted, not in its place": (contents, "_put", "before", 1),
    "the log in its place, the folder not synced": (contents, "_put", "after", 1),
    "the log exchanged with its draft": (contents, "exchange", "after", 1),
    "the lesson exchanged": (contents, "exchange", "after", 2),
    "the decision exchanged": (contents, "exchange", "after", 3),
    "the status exchanged": (contents, "exchange", "after", 4),
    "the row written, its entry open": (Documents, "apply", "after", 1),
    "the entry closed": (Outbox, "done", "after", 1),
    "the tree built": (commit_module, "_tree_with", "after", 1),
    "the commit built, the branch old": (commit_module, "_write_commit", "after", 1),
    "the index copied": (commit_module, "staged_with", "after", 1),
    "the index locked": (staged_module.os, "link", "after", 1),
    "the branch moved, the index old": (commit_module, "_move", "after", 1),
    "committed, the work tree old": (shift_module, "commit_edits", "after", 1),
    "one file of the work tree written": (files, "replace_file", "after", 2),
    "all written, the shift open": (Outbox, "done", "before", 2),
    "the shift closed": (Outbox, "done", "after", 2),
    "before the archive": (Documents, "archive", "before", 1),
    "after the archive": (Documents, "archive", "after", 1),
    "before the status": (deliver_module, "refresh_status", "before", 1),
}  # fmt: skip
"""What is done -> (where, function, before or after it, at which of its calls)."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(place: object, name: str, when: str, at: int) -> None:
    """Make the `at`-th call of a function deadly. In a forked child only."""
    real: Callable[..., object] = getattr(place, name)
    calls = [0]

    def called(*args: object, **options: object) -> object:
        calls[0] += 1
        if when == "before" and calls[0] == at:
            die()
        found = real(*args, **options)
        if when == "after" and calls[0] == at:
            die()
        return found

    setattr(place, name, called)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:  # noqa: F811
    return Chain.in_folder(tmp_path)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_goes_on_from_there(chain: Chain, step: str) -> None:
    assert chain.end(*chain.live(before=lambda: deadly(*STEPS[step]), most=1)) == -signal.SIGKILL
    chain.check_at_once()
    chain.check_in_the_end()
    assert chain.end(*chain.live(most=1)) == 0
    chain.check_in_the_end()


@pytest.mark.timeout(1800)
def test_killed_at_random_moments_it_loses_nothing_and_doubles_nothing(chain: Chain) -> None:
    """Every fourth time with all of its children, as when the power fails; else git goes on while we start again."""
    draw, took_s = random.Random(SEED), 0.0
    for number in range(1, KILLS + 1):
        if number % 50 == 1:  # how long a result takes on this machine now, from its measurement to its commit
            start = time.monotonic()
            assert chain.end(*chain.live(most=1)) == 0
            took_s = time.monotonic() - start
        group = number % 4 == 0
        code = chain.end(*chain.live(), after_s=draw.expovariate(1 / took_s), group=group)
        assert code == -signal.SIGKILL
        if group:
            _as_git_advises(chain.repo.path / ".git")
        if number % 10 == 0:
            chain.check_at_once()
        if number % 100 == 0:
            chain.check_in_the_end()
    chain.check_in_the_end()
    assert chain.reported > KILLS / 20, chain.reported


def _as_git_advises(git_dir: Path) -> None:
    """A git that was killed while it moved the branch leaves its own locks; it tells people to remove them."""
    for path in (*git_dir.glob("refs/heads/*.lock"), git_dir / "HEAD.lock"):
        path.unlink(missing_ok=True)
