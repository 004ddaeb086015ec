"""The hook that refuses an unapproved loosening, run by the real git with the installed command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.system.hooks import GUARD, install, status, uninstall
from resonance_perf.system.spool import TRIGGERS
from tests.cli.conftest import Watched, state
from tests.conftest import GitRepo

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"
APPROVED = "more room\n\nPerf-Approved-by: Ada Lovelace <ada@example.org>"


def put_in(repo: GitRepo) -> None:
    common = repo.path / ".git"
    install(str(common / "hooks"), str(common / "resonance" / "spool" / "hooks"), guard=True)


@pytest.fixture
def guarded(make_watched: Make) -> GitRepo:
    repo = make_watched(state(api_wall="100ms")).repo
    put_in(repo)
    return repo


def commit(repo: GitRepo, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    argv = ["git", "commit", "-q", *words]
    return subprocess.run(argv, cwd=repo.path, capture_output=True, text=True, env={**os.environ, **(env or {})})


@pytest.mark.parametrize("how", [("-a",), ("--", STATE), ("--amend", "-a")])
def test_a_loosening_is_refused_however_it_is_committed(guarded: GitRepo, how: tuple[str, ...]) -> None:
    head = guarded.git("rev-parse", "HEAD")
    guarded.write({STATE: state(api_wall="900ms")})
    done = commit(guarded, "-m", "more room", *how)
    assert done.returncode != 0
    assert done.stderr.startswith(f"{STATE}:6: api_wall was loosened from 100ms to 900ms without approval; 100ms stays")
    assert "Your message is kept: git commit -eF .git/COMMIT_EDITMSG" in done.stderr
    assert guarded.git("rev-parse", "HEAD") == head
    assert (guarded.path / ".git/COMMIT_EDITMSG").read_text() == "more room\n"


def test_only_what_is_staged_counts(guarded: GitRepo) -> None:
    guarded.write({STATE: state(api_wall="900ms"), "code.py": "x = 1\n"})
    guarded.git("add", "code.py")
    assert commit(guarded, "-m", "code").returncode == 0


def test_an_approval_in_the_message_passes_and_counts_afterwards(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    put_in(watched.repo)
    watched.repo.write({STATE: state(api_wall="900ms")})
    assert commit(watched.repo, "-am", APPROVED).returncode == 0
    assert watched.run("check")[0] == 0


def test_an_approval_that_will_not_count_is_refused(guarded: GitRepo) -> None:
    guarded.write({STATE: state(api_wall="900ms")})
    stranger = "more room\n\nPerf-Approved-by: Eve <eve@example.org>"
    assert commit(guarded, "-am", stranger).returncode != 0
    own = commit(guarded, "-am", APPROVED, "--author", "Ada Lovelace <ada@example.org>")
    assert own.returncode != 0, "nobody approves their own"


def test_comments_and_the_diff_below_the_scissors_hide_no_approval(guarded: GitRepo) -> None:
    guarded.write({STATE: state(api_wall="900ms")})
    editor = guarded.path.parent / "editor"
    editor.write_text(f'#!/bin/sh\nprintf \'%s\\n\' \'{APPROVED}\' | cat - "$1" >"$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    assert commit(guarded, "-av", env={"GIT_EDITOR": str(editor)}).returncode == 0


def test_a_fence_that_nobody_can_read_is_refused_with_its_place(guarded: GitRepo) -> None:
    guarded.write({STATE: '```json\n{"budgets": {"api_wall": "1s",}}\n```\n'})
    done = commit(guarded, "-am", "oops")
    assert done.returncode != 0 and done.stderr.startswith(f"{STATE}:2:30: a comma before the closing bracket")


def test_no_verify_passes_here_and_the_gate_catches_it(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    put_in(watched.repo)
    watched.repo.write({STATE: state(api_wall="900ms")})
    assert commit(watched.repo, "--no-verify", "-am", "more room").returncode == 0
    assert watched.run("check")[0] == 3
    watched.repo.write({"code.py": "x = 1\n"})
    watched.repo.git("add", "code.py")
    assert commit(watched.repo, "-m", "code").returncode == 0, "what was committed before is not this commit's"


def test_a_merge_brings_what_was_judged_elsewhere(guarded: GitRepo) -> None:
    guarded.git("checkout", "-qb", "side")
    guarded.write({STATE: state(api_wall="900ms")})
    assert commit(guarded, "-am", APPROVED).returncode == 0
    guarded.git("checkout", "-q", "main")
    guarded.commit({"code.py": "x = 1\n"})
    guarded.git("merge", "-q", "--no-edit", "side")
    assert '"900ms"' in guarded.git("show", f"HEAD:{STATE}")


def test_tightening_and_other_work_pass_without_a_word(guarded: GitRepo) -> None:
    guarded.write({STATE: state(api_wall="50ms")})
    done = commit(guarded, "-am", "tighter")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_not_even_started_for_other_files_and_its_absence_is_said(guarded: GitRepo) -> None:
    hook = guarded.path / ".git/hooks" / GUARD
    gone = str(Path(sys.executable).parent / "resonance-perf")
    hook.write_text(hook.read_text().replace(gone, "/nowhere/resonance-perf"))
    bare = {"PATH": "/usr/bin:/bin"}
    guarded.write({"code.py": "x = 1\n"})
    guarded.git("add", "code.py")
    assert commit(guarded, "-m", "code", env=bare).stderr == ""
    guarded.write({STATE: state(api_wall="900ms")})
    done = commit(guarded, "-am", "more room", env=bare)
    assert (done.returncode, "nobody looked" in done.stderr) == (0, True)


def test_a_hook_that_was_there_keeps_its_say(make_watched: Make) -> None:
    repo = make_watched(state(api_wall="100ms")).repo
    theirs = repo.path / ".git/hooks" / GUARD
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_bytes(b'#!/usr/bin/env python3\nimport sys\nopen(sys.argv[1], "a").write("\\nSeen-by: theirs\\n")\n')
    theirs.chmod(0o755)
    before = theirs.read_bytes()
    put_in(repo)
    repo.write({"code.py": "x = 1\n"})
    repo.git("add", "code.py")
    assert commit(repo, "-m", "code").returncode == 0
    assert "Seen-by: theirs" in repo.git("log", "-1", "--format=%B")
    repo.write({STATE: state(api_wall="900ms")})
    assert commit(repo, "-am", "more room").returncode != 0
    uninstall(str(theirs.parent))
    assert theirs.read_bytes() == before


def test_it_is_there_only_where_it_was_asked_for(repo: GitRepo) -> None:
    folder, spool = str(repo.path / ".git/hooks"), str(repo.path / ".git/resonance/spool/hooks")
    install(folder, spool)
    assert [one.name for one in status(folder, spool)] == list(TRIGGERS)
    assert not (repo.path / ".git/hooks" / GUARD).exists()
    install(folder, spool, guard=True)
    assert all(one.installed for one in install(folder, spool)), "and stays"
    assert [one.name for one in status(folder, spool)] == [*TRIGGERS, GUARD]
    uninstall(folder)
    assert not (repo.path / ".git/hooks" / GUARD).exists()
