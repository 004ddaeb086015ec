"""What we do in a repository, as a person would ask for it. Each returns why it waits, or nothing when it is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from resonance_perf.app.deliver import deliver
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.errors import ResonanceError
from resonance_perf.store.store import Store
from resonance_perf.system.git.snapshot import snapshot
from resonance_perf.system.git.worktrees import Worktrees
from resonance_perf.system.hooks import install, uninstall
from tests.conftest import GitRepo
from tests.manners.shot import plain
from tests.prepared import KEY, keep_prepared

Operation = Callable[[GitRepo], str]
NOBODY = "0" * 40


@dataclass
class Said:
    """What `deliver` told."""

    lines: list[str] = field(default_factory=list)

    def waits(self) -> str:
        return "\n".join(line for line in self.lines if " waits: " in line)


def commit_a_shift(repo: GitRepo) -> str:
    """What was measured earned a tighter budget: written down and committed."""
    return _deliver(repo, old="10s")


def write_memory(repo: GitRepo) -> str:
    """A row, a lesson, and the status table."""
    return _deliver(repo, old=None)


def _deliver(repo: GitRepo, old: str | None) -> str:
    work, said = open_workspace(str(repo.path)), Said()
    with closing(Store(work.repo.private)) as store:
        keep_prepared(work, store, 1, work.repo.head().commit or NOBODY, old=old)
        deliver(work, store, said.lines.append)
        assert bool(store.outbox.open_entries()) == bool(said.waits())
    return said.waits()


def install_hooks(repo: GitRepo) -> str:
    """Put our line into the hooks, and take it out again."""
    work = open_workspace(str(repo.path))
    found = install(work.repo.hooks_dir(), work.private("spool", "hooks"))
    uninstall(work.repo.hooks_dir())
    return "\n".join(one.what for one in found if not one.installed)


def read_the_limits(repo: GitRepo) -> str:
    """From history and the work tree."""
    limits, problems = read_limits(open_workspace(str(repo.path)))
    assert limits.in_force[KEY].budget.text in ("10s", "5s")
    assert limits.loosened == ()
    return "\n".join(map(str, problems))


def take_a_snapshot(repo: GitRepo) -> str:
    """The work tree as it is, for a quick run."""
    found = open_workspace(str(repo.path)).repo
    head = found.head().commit
    if head is None:
        return "there is no commit yet"
    made = snapshot(found, head)
    assert plain(repo, "cat-file", "-t", made) == "commit\n"
    return ""


def check_out_to_measure(repo: GitRepo) -> str:
    """A clean work tree of `HEAD`, and of the same in use again."""
    found = open_workspace(str(repo.path)).repo
    head = found.head().commit
    if head is None:
        return "there is no commit yet"
    path = Path(Worktrees(found).checkout(head))
    assert (path / "src" / "app.py").is_file()
    assert plain(GitRepo(path), "status", "--porcelain") == ""
    plain(repo, "worktree", "remove", "--force", str(path))
    return ""


def attempted(operation: Operation, repo: GitRepo) -> str:
    """Why it waits: said, or as the error that a command shows."""
    try:
        return operation(repo)
    except ResonanceError as error:
        return str(error)


LOOKS: tuple[Operation, ...] = (install_hooks, read_the_limits, take_a_snapshot, check_out_to_measure)
"""Those after which everything is as it was."""
