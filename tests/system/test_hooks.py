"""Hooks in real repositories, run by the real git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.system.git.repository import discover
from resonance_perf.system.hook_text import block, own, with_block, without_block
from resonance_perf.system.hooks import HookState, install, status, uninstall
from resonance_perf.system.resources import template
from resonance_perf.system.spool import TRIGGERS, parse
from tests.conftest import GitRepo

SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox", "ksh", "zsh") if shutil.which(shell)]


def spool_of(repo: GitRepo) -> Path:
    return repo.path / ".git" / "resonance" / "spool" / "hooks"


def hooks_of(repo: GitRepo) -> Path:
    return repo.path / ".git" / "hooks"


def put_in(repo: GitRepo, hooks: Path | None = None, *, force: bool = False) -> dict[str, HookState]:
    return {one.name: one for one in install(str(hooks or hooks_of(repo)), str(spool_of(repo)), force=force)}


def seen(repo: GitRepo) -> list[tuple[str, str]]:
    return [(line.trigger, line.worktree) for line in parse(spool_of(repo).read_bytes())[0]]


def write_hook(folder: Path, name: str, text: bytes, mode: int = 0o755) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text)
    (folder / name).chmod(mode)
    return folder / name


def tree(folder: Path) -> dict[str, tuple[bytes | str, int]]:
    return {
        one.name: (os.readlink(one) if one.is_symlink() else one.read_bytes(), one.lstat().st_mode)
        for one in folder.iterdir()
    }


def test_every_kind_of_git_action_leaves_its_line(repo: GitRepo) -> None:
    assert all(one.installed for one in put_in(repo).values())
    here = str(repo.path)
    repo.commit({"a": "1"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"b": "1"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "side")
    repo.git("commit", "-q", "--amend", "--no-edit", "--allow-empty")
    repo.git("init", "-q", "--bare", str(repo.path.parent / "remote"))
    repo.git("push", "-q", str(repo.path.parent / "remote"), "main")
    kinds = [kind for kind, _ in seen(repo)]
    assert kinds == ["commit", "checkout", "commit", "checkout", "merge", "commit", "rewrite", "push"]
    assert {place for _, place in seen(repo)} == {here}


def test_a_rebase_of_many_commits_ends_with_a_rewrite(repo: GitRepo) -> None:
    put_in(repo)
    repo.git("checkout", "-q", "-b", "side")
    for number in range(3):
        repo.commit({f"s{number}": "1"})
    repo.git("checkout", "-q", "main")
    repo.commit({"m": "1"})
    repo.git("rebase", "-q", "main", "side")
    assert "rewrite" in [kind for kind, _ in seen(repo)][-2:]


def test_linked_work_trees_write_into_the_shared_spool(repo: GitRepo, tmp_path: Path) -> None:
    put_in(repo)
    repo.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked tree"))
    GitRepo(tmp_path / "linked tree").commit({"x": "1"})
    assert seen(repo) == [("checkout", str(tmp_path / "linked tree")), ("commit", str(tmp_path / "linked tree"))]


def test_a_submodule_has_its_own_spool(make_repo: Callable[[str], GitRepo], repo: GitRepo) -> None:
    inner = make_repo("inner")
    inner.commit({"a": "1"})
    repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
    common = repo.path / ".git" / "modules" / "sub"
    install(str(common / "hooks"), str(common / "resonance" / "spool" / "hooks"))
    put_in(repo)
    GitRepo(repo.path / "sub").commit({"b": "1"})
    assert not spool_of(repo).exists()
    assert parse((common / "resonance" / "spool" / "hooks").read_bytes())[0][0].worktree == str(repo.path / "sub")


def test_a_repository_may_be_moved(repo: GitRepo, tmp_path: Path) -> None:
    put_in(repo)
    moved = GitRepo(repo.path.rename(tmp_path / 'it\'s "moved" $(to)\n`here`'))
    moved.commit({"a": "1"})
    lines, bad = parse(spool_of(moved).read_bytes())
    assert [line.trigger for line in lines] == ["commit"]
    assert bad == 1, "the rest of the path after its line break is no line"


def test_the_tool_s_own_git_calls_run_no_hook(repo: GitRepo) -> None:
    put_in(repo)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "ours")
    assert not spool_of(repo).exists()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("options", [[], ["-e", "-u"]])
def test_any_shell_runs_it_without_a_word(repo: GitRepo, shell: str, options: list[str]) -> None:
    put_in(repo)
    argv = ([shell, "sh"] if shell == "busybox" else [shell]) + [*options, str(hooks_of(repo) / "post-rewrite")]
    done = subprocess.run(argv, cwd=repo.path, input=b"old new\n", capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert seen(repo) == [("rewrite", str(repo.path))]


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_it_never_forks(repo: GitRepo) -> None:
    put_in(repo)
    argv = ["strace", "-f", "-e", "trace=process", "sh", str(hooks_of(repo) / "post-commit")]
    said = subprocess.run(argv, cwd=repo.path, capture_output=True, text=True).stderr
    assert "fork" not in said and "clone" not in said


@pytest.mark.parametrize("broken", ["gone", "full", "folder"])
def test_a_spool_that_cannot_be_written_fails_no_commit(repo: GitRepo, broken: str) -> None:
    put_in(repo)
    spool = spool_of(repo)
    if broken == "gone":
        spool.parent.rmdir()
    elif broken == "full":
        spool.symlink_to("/dev/full")
    else:
        spool.mkdir()
    done = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=repo.path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_shell_hook_keeps_running_with_our_block_in_it(repo: GitRepo) -> None:
    text = b'#!/bin/sh -eu\nread -r first rest\necho "$1 $first" >>seen\nexit 3\n'
    hook = write_hook(hooks_of(repo), "pre-push", text, 0o750)
    before = tree(hooks_of(repo))
    state = put_in(repo)["pre-push"]
    assert state.installed and "beside" in state.what
    remote = str(repo.path.parent / "remote")
    repo.git("init", "-q", "--bare", remote)
    done = subprocess.run(["git", "push", "-q", remote, "main"], cwd=repo.path, capture_output=True)
    assert done.returncode != 0, "a failing pre-push still stops the push"
    assert (repo.path / "seen").read_text() == f"{remote} refs/heads/main\n"
    assert seen(repo) == [("push", str(repo.path))]
    assert hook.stat().st_mode & 0o777 == 0o750
    uninstall(str(hooks_of(repo)))
    assert tree(hooks_of(repo)) == before


@pytest.mark.parametrize("kind", ["program", "link", "no shebang"])
def test_another_hook_is_called_by_ours(repo: GitRepo, kind: str) -> None:
    code = b"#!/usr/bin/env python3\nimport sys\nopen('seen', 'w').write(sys.argv[1] + sys.stdin.read())\nsys.exit(3)\n"
    if kind == "no shebang":
        code = b'printf %s "$1" >seen; cat >>seen; exit 3\n'
    if kind == "link":
        write_hook(repo.path, "script", code)
        hooks_of(repo).mkdir(exist_ok=True)
        (hooks_of(repo) / "pre-push").symlink_to("../../script")
    else:
        write_hook(hooks_of(repo), "pre-push", code)
    before = tree(hooks_of(repo))
    assert put_in(repo)["pre-push"].installed
    remote = str(repo.path.parent / "remote")
    repo.git("init", "-q", "--bare", remote)
    done = subprocess.run(["git", "push", "-q", remote, "main"], cwd=repo.path, capture_output=True)
    assert done.returncode != 0
    assert (repo.path / "seen").read_text().startswith(f"{remote}refs/heads/main ")
    assert seen(repo) == [("push", str(repo.path))]
    put_in(repo)
    uninstall(str(hooks_of(repo)))
    assert tree(hooks_of(repo)) == before


def test_a_hook_that_is_switched_off_stays_off(repo: GitRepo) -> None:
    write_hook(hooks_of(repo), "post-commit", b"#!/bin/sh\ntouch ran\n", 0o644)
    before = tree(hooks_of(repo))
    assert put_in(repo)["post-commit"].installed
    repo.commit({"a": "1"})
    assert not (repo.path / "ran").exists()
    assert seen(repo) == [("commit", str(repo.path))]
    uninstall(str(hooks_of(repo)))
    assert tree(hooks_of(repo)) == before


def test_installing_twice_changes_nothing(repo: GitRepo) -> None:
    write_hook(hooks_of(repo), "post-merge", b"#!/usr/bin/env bash\necho hi\n")
    put_in(repo)
    before = tree(hooks_of(repo))
    put_in(repo)
    assert tree(hooks_of(repo)) == before


def test_uninstalling_leaves_what_was_added_to_our_hook(repo: GitRepo) -> None:
    put_in(repo)
    hook = hooks_of(repo) / "post-commit"
    hook.write_bytes(hook.read_bytes() + b"echo mine\n")
    uninstall(str(hooks_of(repo)))
    assert hook.read_bytes().startswith(b"#!/bin/sh\n") and hook.read_bytes().endswith(b"echo mine\n")
    assert [one.name for one in hooks_of(repo).iterdir() if one.name in TRIGGERS] == ["post-commit"]


def test_status_tells_when_another_tool_took_the_place(repo: GitRepo) -> None:
    put_in(repo)
    write_hook(hooks_of(repo), "post-commit", b"#!/bin/sh\nlefthook run post-commit\n")
    (hooks_of(repo) / "post-merge").chmod(0o644)
    (hooks_of(repo) / "pre-push").unlink()
    found = {one.name: one for one in status(str(hooks_of(repo)), str(spool_of(repo)))}
    assert {name for name, one in found.items() if one.installed} == {"post-checkout", "post-rewrite"}
    assert "somebody else" in found["post-commit"].what
    assert "chmod" in found["post-merge"].what
    assert "not installed" in found["pre-push"].what
    shutil.rmtree(spool_of(repo).parent)
    assert not any(one.installed for one in status(str(hooks_of(repo)), str(spool_of(repo))))


def test_pre_commit_that_comes_after_us_calls_us(repo: GitRepo) -> None:
    put_in(repo)
    hook = hooks_of(repo) / "post-commit"
    hook.rename(hook.with_name("post-commit.legacy"))
    theirs = b'#!/usr/bin/env bash\n# File generated by pre-commit\nexec "$(dirname "$0")/post-commit.legacy" "$@"\n'
    write_hook(hooks_of(repo), "post-commit", theirs)
    assert put_in(repo)["post-commit"].installed
    repo.commit({"a": "1"})
    assert seen(repo) == [("commit", str(repo.path))], "once"
    hook.write_bytes(b"#!/bin/sh\nlefthook run post-commit\n")
    found = status(str(hooks_of(repo)), str(spool_of(repo)))
    assert not found[0].installed, "nobody calls the one that was kept"
    hook.write_bytes(theirs)
    uninstall(str(hooks_of(repo)))
    assert hook.read_bytes() == theirs
    assert not hook.with_name("post-commit.legacy").exists()


def test_a_tracked_folder_is_left_alone_until_asked(repo: GitRepo) -> None:
    hooks = repo.path / ".githooks"
    write_hook(hooks, "post-commit", b"#!/bin/sh\n:\n")
    repo.git("add", ".githooks")
    repo.git("config", "core.hooksPath", ".githooks")
    states = put_in(repo, hooks)
    assert not any(one.installed for one in states.values())
    for said in (states["post-commit"].what, status(str(hooks), str(spool_of(repo)))[0].what):
        assert said.endswith("would get it: if that is wanted, run `resonance-perf hooks install --force`")
    assert repo.git("status", "--porcelain") == "A  .githooks/post-commit"
    assert put_in(repo, hooks, force=True)["post-commit"].installed
    repo.commit({"a": "1"})
    assert seen(repo) == [("commit", str(repo.path))]


def test_a_folder_of_all_repositories_is_left_alone_until_asked(repo: GitRepo, tmp_path: Path) -> None:
    states = put_in(repo, tmp_path / "global")
    assert "other repositories" in states["post-commit"].what
    assert not (tmp_path / "global").exists()
    put_in(repo, tmp_path / "global", force=True)
    repo.git("config", "core.hooksPath", str(tmp_path / "global"))
    repo.commit({"a": "1"})
    assert seen(repo) == [("commit", str(repo.path))]


def test_husky_s_generated_folder_is_ours_to_use(repo: GitRepo) -> None:
    hooks = repo.path / ".husky" / "_"
    hooks.mkdir(parents=True)
    write_hook(hooks, ".gitignore", b"*", 0o644)
    write_hook(hooks, "post-commit", b'#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
    write_hook(hooks, "h", b"touch husky-ran\n", 0o644)
    repo.git("config", "core.hooksPath", ".husky/_")
    assert "anew" in put_in(repo, hooks)["post-commit"].what
    repo.commit({"a": "1"})
    assert seen(repo) == [("commit", str(repo.path))]
    assert (repo.path / "husky-ran").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_sentence(repo: GitRepo) -> None:
    hooks_of(repo).mkdir(exist_ok=True)
    hooks_of(repo).chmod(0o555)
    assert "Permission denied" in put_in(repo)["post-commit"].what
    hooks_of(repo).chmod(0o755)


def test_hooks_that_are_switched_off_as_a_whole_stay_off(repo: GitRepo) -> None:
    repo.git("config", "core.hooksPath", "/dev/null")
    state = put_in(repo, Path(discover(str(repo.path)).hooks_dir()))["post-commit"]
    assert not state.installed and "switched off" in state.what


def test_a_spool_that_cannot_be_made_is_refused(repo: GitRepo) -> None:
    (repo.path / ".git" / "resonance").write_text("a file")
    with pytest.raises(Exception, match="Make the git folder writable"):
        put_in(repo)


shebangs = st.sampled_from([b"#!/bin/sh\n", b"#!/usr/bin/env -S bash -e\n", b"#! /bin/dash\n"])


@given(shebangs, st.binary())
def test_taking_the_block_out_gives_the_same_bytes(shebang: bytes, rest: bytes) -> None:
    text, mine = shebang + rest, block(template("hook.sh"), "post-commit")
    once = with_block(text, mine)
    assert without_block(once) == text
    assert with_block(once, mine) == once
    assert once.startswith(shebang + mine)


def test_our_own_hook_holds_no_name_of_another(repo: GitRepo) -> None:
    for name in TRIGGERS:
        assert b"@HOOK@" not in own(template("hook.sh"), name, chained=True)
