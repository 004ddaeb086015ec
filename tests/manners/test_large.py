"""The same manners in a repository of 10,000 commits and 50,000 files."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.manners.operations import LOOKS, attempted, commit_a_shift, write_memory
from tests.manners.shot import plain
from tests.manners.states import PROJECT, STATE
from tests.prepared import limit

COMMITS, FILES = 10_000, 50_000


def imported(folder: Path) -> GitRepo:
    """Made by `git fast-import`; the budget was set in the middle of the history."""
    repo = GitRepo(folder / "large")
    repo.path.mkdir()
    repo.git("init", "-q", "--template=")
    many = "".join(f"M 100644 :1 src/{number % 500}/{number}.txt\n" for number in range(FILES))
    ours = "".join(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in PROJECT.items())
    parts = ["blob\nmark :1\ndata 2\nx\n\n"]
    for number in range(COMMITS):
        parts.append(f"commit refs/heads/main\ncommitter Ada <ada@example.org> {1_700_000_000 + number} +0000\n")
        parts.append(f"data 2\nc\n\nM 100644 inline count\ndata 6\n{number:05d}\n\n")
        parts += [many] if number == 0 else [ours] if number == COMMITS // 2 else []
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input="".join(parts).encode(), check=True)
    repo.git("reset", "-q", "--hard", "main")
    return repo


def cpu_s() -> float:
    """What this process and its children have used, however busy the machine is."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.slow
@pytest.mark.shared
def test_a_large_repository_is_left_as_it_was(tmp_path: Path) -> None:
    repo = imported(tmp_path)
    repo.write({"src/0/0.txt": "staged\n", "new.txt": "untracked\n"})
    repo.git("add", "src/0/0.txt")
    repo.write({"src/0/0.txt": "not staged\n"})

    def seen() -> list[str]:
        said = (plain(repo, "ls-files", "--stage", "-v", "-z"), plain(repo, "diff", "--cached"), plain(repo, "diff"))
        return [*said, plain(repo, "status", "--porcelain", "--ignored"), plain(repo, "for-each-ref")]

    before = seen()
    for operation in LOOKS[:-1]:  # a work tree to measure in is one more checkout of git's
        assert attempted(operation, repo) == ""
        assert seen() == before
    start_s = cpu_s()
    assert commit_a_shift(repo) == ""
    assert cpu_s() - start_s < 20
    assert limit(1) in repo.git("show", f"main:{STATE}")
    assert repo.git("status", "--porcelain") == "M .resonance/02_memory.md\nMM src/0/0.txt\n?? new.txt"
    assert attempted(write_memory, repo) == ""
