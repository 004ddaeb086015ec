"""An audit in a repository: what it writes, what it leaves alone, what the next one knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.app.audit import before, found_at, keep
from resonance_perf.app.workspace import open_workspace
from resonance_perf.audit.check import Evidence, examine
from resonance_perf.audit.checklist import BY_ID
from resonance_perf.model.errors import WriteRefusedError
from resonance_perf.model.finding import Audit
from tests.conftest import GitRepo

CONFIG = "version: 1\nbenchmarks: {size: {driver: size, files: ['*'], metrics: {raw: {}}}}\n"


@pytest.fixture
def kept(repo: GitRepo) -> Callable[..., Path]:
    """Keeps an audit in which images waste so many bytes."""
    repo.commit({".resonance/config.yaml": CONFIG})
    work = open_workspace(str(repo.path))

    def keep_one(waste: float, benchmark: str = "page") -> Path:
        told = Evidence(benchmark=benchmark, source="Chromium", values={"image_waste_bytes": waste})
        found = examine((BY_ID["image-bytes"],), (told,))
        findings = tuple(replace(one, commit="a" * 40) for one in found)
        name = keep(work, work.config, Audit(commit="a" * 40, at=0.0, findings=findings))
        return repo.path / name

    return keep_one


def test_the_page_is_written_and_replaced(kept: Callable[..., Path]) -> None:
    assert "9 kB more than an image takes" in kept(9000).read_text()
    text = kept(100).read_text()
    assert "9 kB" not in text and "100 B, and 4.1 kB would be too much" in text


@pytest.mark.parametrize("mine", ["# My audit\n", "\n<!-- resonance-perf:audit -->\n"])
def test_a_page_of_somebody_else_is_left_alone(kept: Callable[..., Path], repo: GitRepo, mine: str) -> None:
    repo.write({".resonance/audit.md": mine})
    with pytest.raises(WriteRefusedError, match=r"audit\.md was not written by an audit"):
        kept(9000)
    assert (repo.path / ".resonance/audit.md").read_text() == mine


def test_what_was_not_looked_at_this_time_is_known_next_time(kept: Callable[..., Path], repo: GitRepo) -> None:
    kept(9000)
    kept(100, "shop")
    known = {one.benchmark: one.answer for one in before(open_workspace(str(repo.path)))}
    assert known == {"page": "yes", "shop": "no"}


def test_a_file_of_another_version_is_no_audit(kept: Callable[..., Path], repo: GitRepo) -> None:
    kept(9000)
    work = open_workspace(str(repo.path))
    for text in ("{", "[]", '{"findings": [{"id": "image-bytes"}]}'):
        Path(work.private("audit.json")).write_text(text)
        assert before(work) == ()


def test_what_was_found_belongs_to_its_commit(kept: Callable[..., Path], repo: GitRepo) -> None:
    kept(9000)
    work = open_workspace(str(repo.path))
    (found,) = found_at(work, "a" * 40)
    assert (found.id, found.number, found.commit) == ("image-bytes", 9000, "a" * 40) and found_at(work, "b" * 40) == ()
