from __future__ import annotations

from pathlib import Path

from resonance_perf.app.status_table import refresh_status
from resonance_perf.app.workspace import open_workspace
from resonance_perf.store.store import Store
from tests.conftest import GitRepo
from tests.prepared import FILES, keep_prepared

STATE = ".resonance/01_state.md"
TABLE = "<!-- resonance-perf:begin status -->"


def refreshed(path: Path, *, measured: str = "") -> str:
    """The status table after the clone in `path`, which may have measured a commit itself, wrote it anew."""
    work = open_workspace(str(path))
    store = Store(work.repo.private)
    try:
        if measured:
            keep_prepared(work, store, 2, measured)
        refresh_status(work, store)
    finally:
        store.close()
    return (path / STATE).read_text().partition(TABLE)[2]


def test_a_clone_that_has_measured_nothing_keeps_the_rows_of_who_has(repo: GitRepo, tmp_path: Path) -> None:
    commit = repo.commit(FILES, "watch")
    table = refreshed(repo.path, measured=commit)
    assert "| 8 s |" in table and commit[:9] in table
    repo.git("commit", "-qam", "status")
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    assert refreshed(tmp_path / "clone") == table
    mine = refreshed(tmp_path / "clone", measured=repo.git("rev-parse", "HEAD"))
    assert commit[:9] not in mine and "| work_cpu | 10s |" in mine
