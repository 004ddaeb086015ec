from __future__ import annotations

import os
from pathlib import Path

import pytest

from resonance_perf.app.artifacts import WHY, keep_output, keep_whys, kept_whys, tidy
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.model.cause import Why
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.system import private
from tests.conftest import GitRepo

WHYS = (Why(metric="wall", notes=("not profiled",)),)


@pytest.fixture
def work(repo: GitRepo) -> Workspace:
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "start")
    return open_workspace(str(repo.path))


def test_the_oldest_go_when_there_is_too_much_and_the_newest_stays(work: Workspace, tmp_path: Path) -> None:
    folder = Path(work.private("artifacts"))
    tidy(work)  # nothing was kept so far
    for number in range(4):
        keep_output(work, f"job{number}", "setup", ProcessOutcome(argv=(), stderr=b"x" * 400))
        for path in [folder / f"job{number}", *(folder / f"job{number}").iterdir()]:
            os.utime(path, (number, number))
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    tidy(work, 1000)
    assert sorted(os.listdir(folder)) == ["job2", "job3", "link"]
    tidy(work, 1)
    assert sorted(os.listdir(folder)) == ["job3", "link"] and (tmp_path / "elsewhere").is_dir()


def test_what_was_kept_is_whole_or_not_there(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(private.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            keep_whys(work, "run", WHYS)
    assert kept_whys(work, "run") == ()
    keep_whys(work, "run", WHYS)
    assert kept_whys(work, "run") == WHYS


@pytest.mark.parametrize("text", ["", "{", "{}", '{"whys": [{"metric": "wall"}]}', '{"whys": [{"causes": [{}]}]}'])
def test_what_another_version_kept_is_no_error(work: Workspace, text: str) -> None:
    keep_whys(work, "run", WHYS)
    Path(work.private("artifacts", "run", WHY)).write_text(text)
    assert kept_whys(work, "run") == ()
