"""States that a repository can be in when we come by. Each is made of a fresh copy of a small watched project."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.conftest import GitRepo
from tests.prepared import FILES

STATE, MEMORY = ".resonance/01_state.md", ".resonance/02_memory.md"
WRITES = ("commit_a_shift", "write_memory")
EVERYTHING = (*WRITES, "install_hooks", "read_the_limits", "take_a_snapshot", "check_out_to_measure")
PROJECT = {
    **FILES,
    ".gitignore": "*.log\nbuild/\n",
    "src/app.py": "print(1)\n",
    "src/other.py": "".join(f"line {number}\n" for number in range(40)),
    "docs/ça va/naïve file.txt": "ü\n",
    "old.txt": "gone soon\n",
}


@dataclass(frozen=True)
class Situation:
    """The repository to work in. `waits`: operation -> a pattern of why it waits. `theirs`: other work trees whose
    user sees nothing, either. `environment`: what a hook of git leaves in it."""

    repo: GitRepo
    waits: dict[str, str] = field(default_factory=dict)
    theirs: tuple[GitRepo, ...] = ()
    state_dir: str = ".resonance"
    environment: dict[str, str] = field(default_factory=dict)


State = Callable[[Path], Situation]
STATES: dict[str, State] = {}


def state(made: State) -> State:
    """Put it into the matrix."""
    STATES[made.__name__] = made
    return made


@cache
def _template() -> Path:
    """A project with some history; copied, because that is faster than making it anew."""
    folder = mkdtemp(prefix="manners-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "project"
    path.mkdir()
    repo = GitRepo(path)
    repo.git("init", "-q", "--template=")
    repo.commit(PROJECT, "start")
    repo.commit({"src/app.py": "print(2)\n"}, "second")
    repo.git("branch", "other")
    return path


def fresh(folder: Path, name: str = "project") -> GitRepo:
    """A copy of the template."""
    shutil.copytree(_template(), folder / name, symlinks=True)
    repo = GitRepo(folder / name)
    repo.git("status")  # the copies have other inodes than the index remembers
    return repo


def told(repo: GitRepo, *args: str) -> None:
    """Run git where failing is what is wanted, such as a merge that stops."""
    subprocess.run(["git", *args], cwd=repo.path, capture_output=True, check=False)


def dirty(repo: GitRepo) -> GitRepo:
    """Of everything something: staged, partially staged, added, removed, renamed, meant to be added, new, ignored."""
    repo.write({"src/app.py": "print(3)\n", "added.txt": "new\n", "src/run.sh": "#!/bin/sh\n"})
    repo.git("add", "src/app.py", "added.txt", "src/run.sh")
    repo.git("rm", "-q", "old.txt")
    repo.git("mv", "docs/ça va/naïve file.txt", "docs/ça va/other file.txt")
    os.chmod(repo.path / "src" / "run.sh", 0o755)
    lines = "".join(f"line {number}\n" for number in range(40))
    repo.write({"src/other.py": lines.replace("line 3\n", "staged\n")})
    repo.git("add", "src/other.py")
    repo.write({"src/other.py": lines.replace("line 3\n", "staged\n").replace("line 30\n", "not staged\n")})
    repo.write({"later.txt": "later\n", "new file ü.txt": "untracked\n", "a.log": "ignored\n", "build/x": "ignored\n"})
    repo.git("add", "-N", "later.txt")
    return repo


def both_sides(repo: GitRepo) -> GitRepo:
    """Branches `main` and `other` that meet in a conflict."""
    repo.git("checkout", "-q", "other")
    repo.commit({"src/app.py": "print('theirs')\n"}, "theirs")
    repo.commit({"more.txt": "more\n"}, "theirs, too")
    repo.git("checkout", "-q", "main")
    repo.commit({"src/app.py": "print('ours')\n"}, "ours")
    return repo


def during(what: str, repo: GitRepo) -> Situation:
    """Nothing is written while git is in the middle of something."""
    return Situation(repo, dict.fromkeys(WRITES, f"waits: {what} is in progress"))


@state
def clean(folder: Path) -> Situation:
    return Situation(fresh(folder))


@state
def staged_unstaged_untracked_ignored(folder: Path) -> Situation:
    return Situation(dirty(fresh(folder)))


@state
def the_same_files_partially_staged(folder: Path) -> Situation:
    repo = fresh(folder)
    for name in ("00_soul.md", "01_state.md", "02_memory.md"):
        path = repo.path / ".resonance" / name
        path.write_text(path.read_text().replace("\n", "\n\nStaged by hand.\n", 1))
        repo.git("add", str(path))
        path.write_text(path.read_text().replace("Staged by hand.\n", "Staged by hand.\nNot staged.\n", 1))
    return Situation(repo)


@state
def stashes(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    repo.git("rm", "-q", "--cached", "later.txt")
    repo.git("stash", "push", "-q", "--include-untracked", "-m", "one")
    repo.write({STATE: (repo.path / STATE).read_text() + "Stashed.\n"})
    repo.git("stash", "push", "-q", "-m", "two")
    return Situation(dirty(repo))


@state
def ignored_state_folder(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("rm", "-qr", "--cached", ".resonance")
    repo.commit({".gitignore": ".resonance/\n"}, "ignore it")
    return Situation(
        dirty(repo), {"commit_a_shift": "01_state.md is not committed yet. git ignores it: git add --force"}
    )


@state
def merging(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "merge", "other")
    return during("a merge", repo)


@state
def rebasing(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "rebase", "other")
    return during("a rebase", repo)


@state
def picking(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "cherry-pick", "other")
    told(repo, "cherry-pick", "--abort")
    told(repo, "cherry-pick", "other~1")
    return during("a cherry-pick", repo)


@state
def picking_several_with_the_first_committed_by_hand(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "cherry-pick", "main~1..other")
    repo.commit({"src/app.py": "print('both')\n"}, "by hand")
    assert (repo.path / ".git" / "sequencer").exists() and not (repo.path / ".git" / "CHERRY_PICK_HEAD").exists()
    return during("a cherry-pick or revert", repo)


@state
def reverting(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "revert", "--no-edit", "main~1")
    return during("a revert", repo)


@state
def bisecting(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    repo.git("bisect", "start", "-q", "main", "main~2")
    return during("a bisect", repo)


@state
def applying_mail(folder: Path) -> Situation:
    repo = both_sides(fresh(folder))
    told(repo, "am", repo.git("format-patch", "-1", "other~1", "-o", str(folder)))
    return during("a rebase", repo)


@state
def detached(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("checkout", "-q", "--detach")
    return Situation(dirty(repo), {"commit_a_shift": "HEAD is detached. The commit is made when a branch"})


@state
def unborn(folder: Path) -> Situation:
    repo = GitRepo(folder / "project")
    repo.path.mkdir()
    repo.git("init", "-q", "--template=")
    repo.write(PROJECT)
    repo.git("add", "src/app.py", STATE)
    none = "there is no commit yet"
    return Situation(repo, dict.fromkeys(("commit_a_shift", "take_a_snapshot", "check_out_to_measure"), none))


@state
def index_locked(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    (repo.path / ".git" / "index.lock").write_bytes(b"")
    return Situation(repo, {"commit_a_shift": r"another git process holds index\.lock"})


@state
def ref_locked(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    (repo.path / ".git" / "refs" / "heads" / "main.lock").write_bytes(b"")
    return Situation(repo, {"commit_a_shift": "refs/heads/main moved meanwhile or is locked"})


@state
def linked_worktree(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("worktree", "add", "-q", "-b", "linked", str(folder / "linked wörk"))
    return Situation(dirty(GitRepo(folder / "linked wörk")), theirs=(dirty(repo),))


@state
def beside_a_linked_worktree(folder: Path) -> Situation:
    found = linked_worktree(folder)
    return Situation(found.theirs[0], theirs=(found.repo,))


@state
def inside_a_submodule(folder: Path) -> Situation:
    whole = _with_submodule(folder)
    inner = GitRepo(whole.path / "lib")
    inner.git("checkout", "-q", "-B", "main")
    return Situation(dirty(inner), theirs=(whole,))


@state
def with_a_submodule_that_is_dirty(folder: Path) -> Situation:
    whole = _with_submodule(folder)
    inner = GitRepo(whole.path / "lib")
    inner.commit({"src/app.py": "print('new')\n"}, "ahead")
    return Situation(whole, theirs=(dirty(inner),))


def _with_submodule(folder: Path) -> GitRepo:
    source, whole = fresh(folder, "library"), fresh(folder)
    whole.git("submodule", "--quiet", "add", str(source.path), "lib")
    whole.git("commit", "-qm", "with a library")
    return whole


@state
def sparse_with_the_state_folder(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("sparse-checkout", "set", "--cone", ".resonance", "src")
    repo.write({"src/app.py": "print(3)\n"})
    repo.git("add", "src/app.py")
    return Situation(repo)


@state
def sparse_index(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.commit({f"docs/deep/{number}/x": "x\n" for number in range(5)}, "deep")
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", ".resonance", "src")
    return Situation(repo)


@state
def sparse_without_the_state_folder(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.commit({"config.yaml": FILES[".resonance/config.yaml"]}, "config at the root")
    repo.git("sparse-checkout", "set", "--cone", "src")
    return Situation(
        repo, dict.fromkeys(WRITES, "01_state.md is left out by the sparse checkout. Take it in: git sparse")
    )


@state
def sparse_with_an_untracked_file_outside(folder: Path) -> Situation:
    found = sparse_with_the_state_folder(folder)
    found.repo.write({"docs/ça va/new.txt": "outside of the cone\n"})
    return found


@state
def shallow(folder: Path) -> Situation:
    return Situation(dirty(_clone(folder, "--depth=1")))


@state
def partial_without_blobs(folder: Path) -> Situation:
    return Situation(dirty(_clone(folder, "--filter=blob:none")))


@state
def partial_without_trees(folder: Path) -> Situation:
    return Situation(dirty(_clone(folder, "--filter=tree:0")))


@state
def partial_and_offline(folder: Path) -> Situation:
    repo = _clone(folder, "--filter=blob:none", edits=1)
    shutil.rmtree(folder / "origin")
    lost = "could not fetch|not in a git repository|does not appear to be a git repository|promisor"
    return Situation(repo, {"commit_a_shift": lost, "write_memory": lost, "read_the_limits": lost})


def _clone(folder: Path, *how: str, edits: int = 0) -> GitRepo:
    origin = fresh(folder, "origin")
    origin.git("config", "uploadpack.allowFilter", "true")
    for number in range(edits):
        text = (origin.path / STATE).read_text()
        origin.commit({STATE: text.replace("10s", "20s")}, f"looser {number}")
        origin.commit({STATE: text}, "back")
    origin.git("clone", "-q", "--no-local", *how, origin.path.as_uri(), str(folder / "project"))
    return GitRepo(folder / "project")


@state
def signing_with_gpg(folder: Path) -> Situation:
    return Situation(dirty(_signing(folder, "openpgp")))


@state
def signing_with_ssh(folder: Path) -> Situation:
    return Situation(dirty(_signing(folder, "ssh")))


@state
def a_signer_that_fails(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    repo.git("config", "commit.gpgsign", "yes")
    repo.git("config", "gpg.program", "false")
    return Situation(repo, {"commit_a_shift": "the commit was not signed: .*commit.gpgsign is set"})


def _signing(folder: Path, form: str) -> GitRepo:
    repo = fresh(folder)
    repo.git("config", "commit.gpgsign", "true")
    if form == "ssh":
        _require("ssh-keygen")
        key = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        (folder / "allowed").write_text(f"grace@example.org {key.with_suffix('.pub').read_text()}")
        repo.git("config", "gpg.format", "ssh")
        repo.git("config", "user.signingkey", str(key))
        repo.git("config", "gpg.ssh.allowedSignersFile", str(folder / "allowed"))
    else:
        _require("gpg")
        home = Path(os.environ["HOME"], ".gnupg")
        home.mkdir(mode=0o700)
        make = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key"]
        subprocess.run([*make, "Grace Hopper <grace@example.org>", "ed25519", "sign"], check=True, capture_output=True)
    return repo


def _require(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")


@state
def hooks_elsewhere(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    (folder / "team hooks").mkdir()
    _failing_hooks(folder / "team hooks")
    repo.git("config", "core.hooksPath", str(folder / "team hooks"))
    return Situation(repo, {"install_hooks": "serves other repositories too"})


@state
def hooks_that_are_tracked(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.commit({".husky/post-commit": "#!/bin/sh\nexit 0\n"}, "hooks")
    repo.git("config", "core.hooksPath", ".husky")
    return Situation(repo, {"install_hooks": "is tracked by git"})


@state
def hooks_that_fail(folder: Path) -> Situation:
    repo = dirty(fresh(folder))
    _failing_hooks(repo.path / ".git" / "hooks")
    return Situation(repo)


def _failing_hooks(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    names = ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout", "reference-transaction")
    for name in (*names, "post-index-change", "pre-auto-gc", "post-rewrite"):
        (folder / name).write_text(f"#!/bin/sh\necho {name} >>{folder}/ran\nexit 1\n")
        (folder / name).chmod(0o755)


@state
def environment_of_a_hook(folder: Path) -> Situation:
    names = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
    more = {"GIT_CONFIG_PARAMETERS": "'core.bare=true'", "GIT_AUTHOR_DATE": "yesterday, perhaps"}
    environment = {**dict.fromkeys(names, str(folder / "nowhere")), **more}
    return Situation(dirty(fresh(folder)), environment=environment)


@state
def owned_by_somebody_else(folder: Path) -> Situation:
    if os.geteuid() != 0:
        pytest.skip("only root can give a repository to somebody else")
    repo = fresh(folder)
    for path in [repo.path, *repo.path.rglob("*")]:
        os.lchown(path, 65534, 65534)
    said = (
        "git does not trust .* it belongs to somebody else. If you trust it: git config --global --add safe.directory"
    )
    return Situation(repo, dict.fromkeys(EVERYTHING, said))


@state
def odd_names(folder: Path) -> Situation:
    repo = fresh(folder, "prójekt [a-z]* 'x' \"y\"")
    name = 'état du [dépôt]* "ü" ,x'
    repo.git("mv", ".resonance", name)
    repo.write({".resonance/config.yaml": FILES[".resonance/config.yaml"] + f"state_dir: '{name}'\n"})
    repo.git("add", ".resonance")
    repo.git("commit", "-qm", "moved")
    repo.git("checkout", "-q", "-b", "zweig/ü")
    repo.git("branch", "-qD", "main")
    return Situation(dirty(repo), state_dir=name)


@state
def autocrlf(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("config", "core.autocrlf", "true")
    return Situation(_checked_out_anew(repo))


@state
def crlf_by_attribute(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.commit({".gitattributes": "*.md text eol=crlf\n*.py text eol=lf\n"}, "attributes")
    return Situation(dirty(_checked_out_anew(repo)))


def _checked_out_anew(repo: GitRepo) -> GitRepo:
    repo.git("rm", "-qr", "--cached", ".")
    repo.git("reset", "-q", "--hard")
    assert b"\r\n" in (repo.path / STATE).read_bytes()
    return repo


@state
def assets_behind_a_filter(folder: Path) -> Situation:
    """As git-lfs does it: what git stores is not what lies in the work tree."""
    repo = fresh(folder)
    repo.git("config", "filter.turn.clean", "tr a-y b-z")
    repo.git("config", "filter.turn.smudge", "tr b-z a-y")
    repo.git("config", "filter.turn.required", "true")
    repo.commit({".gitattributes": "*.bin filter=turn -text\n", "big.bin": "abc\n"}, "assets")
    assert repo.git("show", "HEAD:big.bin") == "bcd"
    repo.write({"other.bin": "xyz\n"})
    return Situation(dirty(repo))


@state
def assets_in_lfs(folder: Path) -> Situation:
    _require("git-lfs")
    repo = fresh(folder)
    repo.git("lfs", "install", "--local", "--skip-repo")
    repo.commit({".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "big.bin": "abc\n" * 999}, "assets")
    assert repo.git("show", "HEAD:big.bin").startswith("version https://git-lfs")
    repo.write({"other.bin": "xyz\n"})
    return Situation(dirty(repo))


@state
def our_files_behind_a_filter(folder: Path) -> Situation:
    """As git-crypt does it: the blob of the state file is no text of ours."""
    repo = fresh(folder)
    repo.git("config", "filter.lock.clean", "gzip -n")
    repo.git("config", "filter.lock.smudge", "gzip -d")
    repo.write({".gitattributes": ".resonance/0*.md filter=lock\n"})
    repo.git("add", "--renormalize", ".")
    repo.git("add", ".gitattributes")
    repo.git("commit", "-qm", "locked")
    return Situation(repo, {"commit_a_shift": "is kept in git as something else than text"})


@state
def packed_refs(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("tag", "-am", "one", "v1")
    repo.git("pack-refs", "--all", "--prune")
    repo.git("repack", "-qad")
    return Situation(dirty(repo))


@state
def sha256(folder: Path) -> Situation:
    repo = GitRepo(folder / "project")
    repo.path.mkdir()
    repo.git("init", "-q", "--template=", "--object-format=sha256")
    repo.commit(PROJECT, "start")
    return Situation(dirty(repo))


@state
def state_folder_is_a_link(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("mv", ".resonance", "docs/perf")
    (repo.path / ".resonance").symlink_to("docs/perf")
    repo.git("add", ".resonance")
    repo.git("commit", "-qm", "moved")
    return Situation(dirty(repo), state_dir="docs/perf")


@state
def state_file_is_a_link_and_executable(folder: Path) -> Situation:
    repo = fresh(folder)
    for name in ("00_soul.md", "01_state.md", "02_memory.md"):
        repo.git("mv", f".resonance/{name}", f"docs/{name}")
        (repo.path / ".resonance" / name).symlink_to(f"../docs/{name}")
        (repo.path / "docs" / name).chmod(0o755)
    repo.git("add", ".")
    repo.git("commit", "-qm", "moved")
    return Situation(dirty(repo), state_dir="docs")


@state
def flags_on_our_entries(folder: Path) -> Situation:
    repo = fresh(folder)
    repo.git("update-index", "--assume-unchanged", STATE)
    repo.git("update-index", "--skip-worktree", MEMORY)
    return Situation(dirty(repo))


@state
def index_of_another_kind(folder: Path) -> Situation:
    repo = fresh(folder)
    for name, value in (("core.splitIndex", "true"), ("core.untrackedCache", "true"), ("index.version", "4")):
        repo.git("config", name, value)
    repo.git("update-index", "--split-index", "--index-version", "4", "--untracked-cache")
    return Situation(dirty(repo))


@state
def settings_that_change_what_git_prints(folder: Path) -> Situation:
    repo = _signing(folder, "ssh")
    repo.commit({STATE: (repo.path / STATE).read_text() + "Signed.\n"}, "signed")
    settings = {
        "log.showSignature": "true", "log.follow": "true", "log.decorate": "full", "log.date": "relative",
        "color.ui": "always", "core.quotePath": "true", "i18n.logOutputEncoding": "latin1", "status.short": "true",
        "i18n.commitEncoding": "latin1", "diff.noprefix": "true", "diff.renames": "copies", "core.pager": "false",
        "format.pretty": "oneline", "status.branch": "true", "submodule.recurse": "true", "push.default": "nothing",
        "core.abbrev": "5", "commit.template": "/nowhere", "core.editor": "false", "branch.autoSetupMerge": "always",
    }  # fmt: skip
    for name, value in settings.items():
        repo.git("config", name, value)
    return Situation(repo)


@state
def nobody_said_who_they_are(folder: Path) -> Situation:
    repo = fresh(folder)
    Path(os.environ["HOME"], ".gitconfig").write_text(
        '[user]\n\tuseConfigOnly = true\n[protocol "file"]\n\tallow = always\n'
    )
    return Situation(dirty(repo))
