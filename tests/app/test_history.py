"""The limits in force of real repositories."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from resonance_perf.app.history import state_at
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import open_workspace
from resonance_perf.judge.state import State
from resonance_perf.store.walked import NAME
from resonance_perf.system.git import history
from tests.conftest import GitRepo

STATE, CONFIG = ".resonance/01_state.md", ".resonance/config.yaml"
ADA, EVE = "Ada <ada@example.org>", "Eve <eve@example.org>"
APPROVED = f"more room\n\nPerf-Approved-by: {ADA}"


def config(*approvers: str, **more: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"version: 1\napprovers: {json.dumps(approvers or [ADA])}\n{lines}benchmarks: {{}}\n"


def state(**budgets: str) -> str:
    return f"# State\n\n```json\n{json.dumps({'budgets': budgets}, indent=2)}\n```\n"


@dataclass(frozen=True)
class Law:
    """A repository with budgets; `limit` and `reported` are what counts of p95."""

    repo: GitRepo

    def write(self, p95: str | None, message: str = "change", **files: str) -> str:
        texts = {STATE: state(**({"p95": p95} if p95 else {}))}
        return self.repo.commit({**texts, **files}, message)

    @property
    def limit(self) -> str:
        return read_limits(open_workspace(str(self.repo.path)))[0].in_force["p95"].budget.text

    @property
    def reported(self) -> list[tuple[str | None, str | None]]:
        """(the value, the commit) of every loosening that nobody approved."""
        return [(one.to, one.commit) for one in read_limits(open_workspace(str(self.repo.path)))[0].loosened]


@pytest.fixture
def law(repo: GitRepo) -> Law:
    repo.commit({CONFIG: config(), STATE: state(p95="100ms"), ".resonance/00_soul.md": "# Soul\n"}, "watch")
    return Law(repo)


def test_a_tightening_counts_a_loosening_needs_an_approval(law: Law) -> None:
    law.write("60ms")
    sneaked = law.write("200ms")
    assert (law.limit, law.reported) == ("60ms", [("200ms", sneaked)])
    law.write("90ms", APPROVED)
    assert (law.limit, law.reported) == ("90ms", [])


def test_a_revert_of_a_tightening_is_a_loosening(law: Law) -> None:
    law.write("60ms")
    law.repo.git("revert", "--no-edit", "HEAD")
    assert (law.limit, law.reported) == ("60ms", [("100ms", law.repo.git("rev-parse", "HEAD"))])


@pytest.mark.parametrize(
    "message",
    [
        f"x\n\nPerf-Approved-by: {ADA}\n\nThe end of the story.",
        f"Perf-Approved-by: {ADA}\n\nx",
        f"x\n\n    Perf-Approved-by: {ADA}",
        f"x\n\nPerf-Approved-by: {ADA}\nis what I would like to have",
        f"x\n\nPerf-Approved-by: {EVE}",
        "x\n\nPerf-Approved-by : \nAda <ada@example.org>",
        f"x\n\nPerf-Budget: other\nPerf-Approved-by: {ADA}",
        f"x\n\nPerf-Budget: p95\nPerf-New: 150ms\nPerf-Approved-by: {ADA}",
    ],
)
def test_what_is_not_an_approval_in_the_trailers_is_none(law: Law, message: str) -> None:
    law.write("200ms", message)
    assert law.limit == "100ms"


def test_an_approval_beside_others_counts(law: Law) -> None:
    law.write("200ms", f"x\n\nSigned-off-by: {EVE}\nPerf-Approved-by: {EVE}\nPerf-Approved-by: {ADA}")
    assert law.limit == "200ms"


def test_an_author_with_two_addresses_does_not_approve_and_cannot_hide_that(law: Law) -> None:
    law.repo.commit({".mailmap": "Ada <ada@example.org> <ada@home.org>\n"})
    law.repo.write({STATE: state(p95="200ms"), ".mailmap": "\n"})
    law.repo.git("add", "--all")
    law.repo.git("commit", "-qm", APPROVED, "--author", "A <ada@home.org>")
    assert law.limit == "100ms"


class TestPlaces:
    """The state file of a commit is the one that its own config names."""

    def test_a_move_takes_the_limits_along(self, law: Law) -> None:
        law.write("60ms")
        law.repo.git("mv", STATE, "state.md")
        law.repo.git("mv", ".resonance/00_soul.md", "soul.md")
        (law.repo.path / "perf").mkdir()
        law.repo.git("mv", "state.md", "perf/01_state.md")
        law.repo.git("mv", "soul.md", "perf/00_soul.md")
        law.repo.commit({CONFIG: config(state_dir="perf")}, "move")
        assert (law.limit, law.reported) == ("60ms", [])
        loosened = law.repo.commit({"perf/01_state.md": state(p95="90ms")})
        assert (law.limit, law.reported) == ("60ms", [("90ms", loosened)])

    def test_a_move_that_loosens_on_the_way_is_reported(self, law: Law) -> None:
        law.repo.git("rm", "-q", STATE)
        moved = law.repo.commit({CONFIG: config(state_dir="perf"), "perf/01_state.md": state(p95="900ms")}, "move")
        assert (law.limit, law.reported) == ("100ms", [("900ms", moved)])

    def test_files_with_the_same_content_are_read_each_for_what_it_is(self, law: Law) -> None:
        law.repo.commit({CONFIG: "", STATE: "", "config.yaml": "", ".mailmap": ""}, f"x\n\nPerf-Approved-by: {EVE}")
        law.write("200ms", APPROVED, **{CONFIG: config()})
        assert law.limit == "100ms"

    def test_a_file_that_is_gone_or_renamed_away_is_a_removal(self, law: Law) -> None:
        law.repo.git("mv", STATE, ".resonance/state-01.md")
        law.repo.git("commit", "-qm", "tidy")
        assert (law.limit, [to for to, _ in law.reported]) == ("100ms", [None])

    def test_a_link_in_place_of_the_file_is_a_removal(self, law: Law) -> None:
        law.repo.commit({"loose.md": state(p95="900ms")})
        (law.repo.path / STATE).unlink()
        (law.repo.path / STATE).symlink_to("../loose.md")
        law.repo.git("add", "--all")
        law.repo.git("commit", "-qm", "link")
        law.repo.git("checkout", "-q", "HEAD~1")
        assert [one.to for one in state_at(open_workspace(str(law.repo.path)), "main").pending.values()] == [None]

    def test_a_config_that_moves_to_the_root_keeps_its_approvers(self, law: Law) -> None:
        law.repo.git("mv", CONFIG, "config.yaml")
        law.repo.git("commit", "-qm", "move")
        law.write("200ms", APPROVED)
        assert law.limit == "200ms"

    def test_somebody_elses_config_at_the_root_is_none(self, law: Law) -> None:
        law.repo.git("rm", "-q", CONFIG)
        law.repo.commit({"config.yaml": f"approvers: [{ADA}]\n"}, "another tool's")
        law.write("200ms", APPROVED)
        law.repo.commit({CONFIG: config()})
        assert law.limit == "100ms"

    def test_a_second_config_beside_the_first_counts_from_the_next_commit_on(self, law: Law) -> None:
        law.repo.git("mv", CONFIG, "config.yaml")
        law.repo.git("commit", "-qm", "move")
        law.write("200ms", f"x\n\nPerf-Approved-by: {EVE}", **{CONFIG: config(EVE)})
        assert law.limit == "100ms"


class TestMerges:
    def branch(self, law: Law, *steps: tuple[str, str]) -> None:
        law.repo.git("checkout", "-qb", "topic")
        for p95, message in steps:
            law.write(p95, message)
        law.repo.git("checkout", "-q", "main")

    def merge(self, law: Law, p95: str, message: str = "merge") -> str:
        law.repo.git("merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "topic")
        return law.write(p95, message)

    def test_an_approved_loosening_survives_a_merge_with_what_knew_nothing_of_it(self, law: Law) -> None:
        self.branch(law, ("150ms", APPROVED))
        law.repo.commit({"code.py": "x\n", ".resonance/00_soul.md": "# Soul\n\nMore.\n"})
        law.repo.git("merge", "-q", "--no-edit", "topic")
        assert (law.limit, law.reported) == ("150ms", [])

    def test_what_both_sides_changed_combines_to_the_tighter(self, law: Law) -> None:
        self.branch(law, ("150ms", APPROVED))
        law.write("60ms")
        merge = self.merge(law, "150ms")
        assert (law.limit, law.reported) == ("60ms", [("150ms", merge)])

    def test_a_merge_that_drops_a_tightening_whole_is_reported(self, law: Law) -> None:
        self.branch(law, ("60ms", "faster"))
        law.repo.git("merge", "-q", "--no-edit", "-s", "ours", "topic")
        assert (law.limit, law.reported) == ("60ms", [("100ms", law.repo.git("rev-parse", "HEAD"))])

    def test_a_merge_that_is_looser_than_both_is_reported(self, law: Law) -> None:
        self.branch(law, ("60ms", "faster"))
        law.write("80ms")
        merge = self.merge(law, "900ms")
        assert (law.limit, law.reported) == ("60ms", [("900ms", merge)])

    def test_an_approved_merge_commit_approves_what_it_brings(self, law: Law) -> None:
        self.branch(law, ("150ms", "more room"))
        law.repo.git("merge", "-q", "--no-ff", "-m", f"merge\n\nPerf-Approved-by: {ADA}", "topic")
        assert (law.limit, law.reported) == ("150ms", [])

    def test_a_fast_forward_brings_what_stands_in_it(self, law: Law) -> None:
        self.branch(law, ("150ms", "more room"))
        law.repo.git("merge", "-q", "--ff-only", "topic")
        assert law.limit == "100ms"

    def test_a_stranger_history_with_its_own_approvers_approves_nothing(self, law: Law) -> None:
        law.repo.git("checkout", "-q", "--orphan", "stranger")
        law.repo.commit({CONFIG: config(EVE), STATE: state(p95="900ms")})
        law.repo.git(
            "merge", "-q", "--allow-unrelated-histories", "-s", "ours", "-m", f"x\n\nPerf-Approved-by: {EVE}", "main"
        )
        assert law.limit == "100ms"


class TestRewritten:
    def test_a_rebased_approval_still_counts(self, law: Law) -> None:
        law.repo.git("checkout", "-qb", "topic")
        law.write("150ms", APPROVED)
        law.repo.git("checkout", "-q", "main")
        law.repo.commit({"code.py": "x\n"})
        law.repo.git("rebase", "-q", "main", "topic")
        assert (law.limit, law.reported) == ("150ms", [])

    def test_a_cherry_picked_approval_counts_where_the_same_person_may_approve(self, law: Law) -> None:
        commit = law.write("150ms", APPROVED)
        law.repo.git("checkout", "-qb", "release", "HEAD~1")
        law.repo.git("cherry-pick", "-x", commit)
        assert law.limit == "150ms"
        law.repo.git("checkout", "-q", "-B", "other", "main~1")
        law.repo.commit({CONFIG: config(EVE)})
        law.repo.git("cherry-pick", commit)
        assert law.limit == "100ms"

    def test_a_squash_needs_the_trailer_at_its_end(self, law: Law) -> None:
        law.repo.git("checkout", "-qb", "topic")
        law.write("150ms", APPROVED)
        for message, limit in ((f"squash\n\n* {APPROVED}\n\n* more", "100ms"), (f"squash\n\n* {APPROVED}", "150ms")):
            law.repo.git("checkout", "-q", "-B", "squashed", "topic~1")
            law.repo.git("merge", "-q", "--squash", "topic")
            law.repo.git("commit", "-qm", message)
            assert law.limit == limit

    def test_a_shallow_clone_is_walked_anew_when_it_is_made_whole(self, law: Law, tmp_path: Path) -> None:
        law.write("60ms")
        sneaked = law.write("200ms")
        law.repo.git("clone", "-q", "--depth", "1", f"file://{law.repo.path}", str(tmp_path / "shallow"))
        clone = Law(GitRepo(tmp_path / "shallow"))
        assert clone.limit == "200ms"
        clone.repo.git("fetch", "-q", "--unshallow")
        assert (clone.limit, clone.reported) == ("60ms", [("200ms", sneaked)])


class TestMemory:
    """A walk begins where an earlier one ended, and finds the same."""

    def counting(self, walk: Callable[..., tuple[history.Touch, ...]], counted: list[int]) -> Callable[..., object]:
        def walking(*words: object) -> tuple[history.Touch, ...]:
            found = walk(*words)
            counted.append(len(found))
            return found

        return walking

    def steps(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        counted: list[int] = []

        for name in ("touches", "since"):
            monkeypatch.setattr(f"resonance_perf.app.history.{name}", self.counting(getattr(history, name), counted))
        return counted

    def test_one_more_commit_is_one_more_step(self, law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
        counted = self.steps(monkeypatch)
        for number in range(5):
            law.write(f"{90 - number}ms")
        assert (law.limit, counted) == ("86ms", [6])
        law.write("50ms")
        assert (law.limit, counted) == ("50ms", [6, 1])
        assert (law.limit, counted) == ("50ms", [6, 1])
        law.repo.commit({"code.py": "x\n"})
        assert (law.limit, counted) == ("50ms", [6, 1, 1])

    def test_another_branch_begins_where_it_left(self, law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
        counted = self.steps(monkeypatch)
        law.write("60ms")
        law.repo.commit({"code.py": "x\n"})
        law.write("50ms")
        assert law.limit == "50ms"
        law.repo.git("checkout", "-qb", "topic", "HEAD~1")
        law.write("55ms")
        assert (law.limit, counted) == ("55ms", [3, 1])

    @pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100])
    def test_a_damaged_memory_is_made_anew(self, law: Law, damage: bytes) -> None:
        law.write("60ms")
        assert law.limit == "60ms"
        path = law.repo.path / ".git/resonance" / NAME
        path.write_bytes(damage)
        assert (law.limit, law.limit) == ("60ms", "60ms")
        with sqlite3.connect(path) as db:
            db.execute("UPDATE states SET state = '{}'")
        assert law.limit == "60ms"

    def test_a_memory_of_other_rules_is_forgotten(self, law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
        assert law.limit == "100ms"
        with sqlite3.connect(law.repo.path / ".git/resonance" / NAME) as db:
            (text,) = (row[0] for row in db.execute("SELECT state FROM states"))
            forged = text.replace("100", "90")
            id_ = hashlib.sha256(forged.encode()).hexdigest()
            db.execute("UPDATE states SET state = ?, id = ?", (forged, id_))
            db.execute("UPDATE commits SET id = ?", (id_,))
        assert law.limit == "90ms"
        monkeypatch.setattr("resonance_perf.store.walked.FORMAT", 0)
        assert law.limit == "100ms"


@given(st.data())
@settings(max_examples=5, phases=[Phase.generate])
def test_a_walk_in_steps_finds_what_a_whole_one_finds(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    repo = GitRepo(tmp_path_factory.mktemp("walk"))
    repo.git("init", "-q")
    commits = grown(repo, data)
    work = open_workspace(str(repo.path))
    walked: dict[str, State] = {}
    for one in data.draw(st.permutations(commits)):
        walked[one] = state_at(work, one)
    for one in commits[-2:]:
        shutil.rmtree(repo.path / ".git/resonance")
        assert state_at(work, one) == walked[one]


def grown(repo: GitRepo, data: st.DataObject) -> list[str]:
    """A history of commits and merges, some of which touch nothing, move the files or bear an approval; as text."""
    draw: Callable[[Sequence[object]], object] = lambda values: data.draw(st.sampled_from(values))  # noqa: E731
    count = data.draw(st.integers(3, 7))
    lines, folder = [], ".resonance"
    for number in range(1, count + 1):
        message = draw(["x", APPROVED, f"x\n\nPerf-Budget: p95\nPerf-Approved-by: {ADA}"])
        lines.append(f"commit refs/heads/main\nmark :{number}\ncommitter G <g@x.org> {number} +0000\n")
        lines.append(f"data {len(str(message))}\n{message}\n")
        parents = (
            data.draw(st.lists(st.integers(1, number - 1), min_size=1, max_size=2, unique=True)) if number > 1 else []
        )
        lines += [f"{word} :{one}\n" for word, one in zip(("from", "merge"), parents, strict=False)]
        files: dict[str, str] = {f"code{number}": "x"}
        if draw([True, False, False]) or number == 1:
            folder = str(draw([".resonance", "perf"]))
            files[CONFIG] = config(*draw([(ADA,), (ADA, EVE)]), state_dir=folder)  # type: ignore[misc]
        if draw([True, True, False]):
            files[f"{folder}/01_state.md"] = state(**data.draw(st.dictionaries(
                st.sampled_from(["p95", "p50"]), st.sampled_from(["10ms", "20ms", "30ms", "1kb"]))))  # fmt: skip
        lines += [f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()]
    repo.git("fast-import", "--quiet", "--export-marks=marks", data="".join(lines))
    repo.git("reset", "-q", "--hard")
    return [line.split()[1] for line in (repo.path / "marks").read_text().splitlines()]
