"""A repository in which the Resonance framework keeps a typed ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resonance_perf.app.loosening import approve, prepare
from resonance_perf.app.restore import Written
from resonance_perf.app.triggers import is_our_commit
from resonance_perf.app.workspace import open_workspace
from resonance_perf.cli import main
from resonance_perf.memory.budgets import read_value
from tests.app.test_ratchet import SOUL, STATE_FILE, Track
from tests.app.test_ratchet import track as track
from tests.ledger_rules import broken_rules, entries, scaffold

DECISIONS, METRICS = ".resonance/ledger/decisions.md", ".resonance/ledger/metrics.md"


@pytest.fixture
def kept(track: Track) -> Track:
    """A budget that is about to tighten, in a repository with a ledger."""
    scaffold(track.repo.path / ".resonance/ledger")
    track.repo.git("add", "--all")
    track.repo.git("commit", "-qm", "a ledger")
    return track


def folder(track: Track) -> Path:
    return track.repo.path / ".resonance/ledger"


def test_a_shift_is_one_commit_with_its_decision_and_readings_in_the_ledger(kept: Track) -> None:
    kept.sustained()
    kept.deliver()
    assert broken_rules(folder(kept)) == []
    (decision,) = entries(folder(kept) / "decisions.md")
    assert decision.id.startswith("dec-perf-budget-api-cpu-")
    assert decision.fields["confidence"] == "high"
    readings = list(entries(folder(kept) / "metrics.md"))
    assert decision.fields["evidences"].split(", ") == [one.id for one in readings]
    assert {one.fields["unit"] for one in readings} == {"ms"}
    soul = kept.file(SOUL)
    assert f"**Decision:** `{decision.id}` in ledger/decisions.md" in soul
    assert "**Evidence:**" not in soul, "two stores would say the same"
    changed = kept.repo.git("show", "--name-only", "--format=", "HEAD").splitlines()
    assert {DECISIONS, METRICS, SOUL, STATE_FILE} <= set(changed)
    assert kept.repo.git("status", "--porcelain", "--untracked-files=no") == ""
    assert is_our_commit(open_workspace(str(kept.repo.path)), kept.repo.git("rev-parse", "HEAD"))


def test_a_later_decision_on_the_same_budget_supersedes_the_one_before(kept: Track) -> None:
    kept.sustained()
    kept.deliver()
    path = kept.repo.path
    work = open_workspace(str(path))
    prepare(work, "api_cpu", read_value("api_cpu", "80ms"), "a slower machine")
    kept.repo.git("config", "user.email", "ada@example.org")
    kept.repo.git("config", "user.name", "Ada Lovelace")
    approve(open_workspace(str(path)), kept.store, "api_cpu")
    assert broken_rules(folder(kept)) == []
    old, new = entries(folder(kept) / "decisions.md")
    assert (old.fields["status"], old.fields["superseded_by"]) == ("superseded", new.id)
    assert (new.fields["status"], new.fields["supersedes"]) == ("active", old.id)
    assert kept.repo.git("status", "--porcelain", "--untracked-files=no") == ""


def test_decide_writes_into_the_ledger_what_cannot_end_an_entry(kept: Track) -> None:
    for title in ("Keep the *summary* table", "## dec-x: no\nheading"):
        assert main(["decide", "-C", str(kept.repo.path), title, "--context", "p95 was 9 ms\n\n## les-a: b"]) == 0
    assert broken_rules(folder(kept)) == []
    assert len(list(entries(folder(kept) / "decisions.md"))) == 2
    assert kept.file(SOUL).count("in ledger/decisions.md") == 2


def test_what_an_older_buffer_takes_out_of_the_ledger_comes_back(kept: Track) -> None:
    path, before = kept.repo.path / DECISIONS, kept.file(DECISIONS)
    kept.sustained()
    kept.deliver()
    written, work = Written(), open_workspace(str(kept.repo.path))
    written.look(work, kept.store, saved=True)
    path.write_text(before + "\n> A thought.\n")
    (line,) = written.look(work, kept.store, saved=True)
    assert line.startswith(f"⚪ {DECISIONS} was saved without an entry")
    assert broken_rules(folder(kept)) == []
    assert len(list(entries(path))) == 1 and "A thought." in path.read_text()


@pytest.mark.parametrize("how", ["none", "newer", "one file", "not committed"])
def test_where_no_ledger_can_be_written_the_decision_is_prose(track: Track, how: str) -> None:
    if how != "none":
        scaffold(folder(track))
    if how == "newer":
        (folder(track) / "decisions.md").write_text("# Decisions\nschema: resonance-ledger/3\n")
    if how == "one file":
        (folder(track) / "metrics.md").unlink()
    if how in ("newer", "one file"):
        track.repo.git("add", "--all")
        track.repo.git("commit", "-qm", "a ledger")
    track.sustained()
    track.deliver()
    assert "**Evidence:**" in track.file(SOUL)
    assert how == "none" or "dec-perf" not in track.file(DECISIONS)


@pytest.mark.skipif("RESONANCE_FRAMEWORK" not in os.environ, reason="needs a checkout of the framework")
def test_the_tools_of_the_framework_itself_agree(kept: Track) -> None:
    kept.sustained()
    kept.deliver()
    kernel = os.environ["RESONANCE_FRAMEWORK"]
    check = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/.forge'); from kernel.ledger import *; "
        "errors, warnings = validate_ledger(); assert not errors, errors; print(len(load_entries()))"
    )
    said = subprocess.run([sys.executable, "-c", check, kernel], cwd=kept.repo.path, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    recall = [sys.executable, f"{kernel}/.forge/recall.py", "tighten api_cpu limit"]
    assert (
        "dec-perf-budget-api-cpu" in subprocess.run(recall, cwd=kept.repo.path, capture_output=True, text=True).stdout
    )
