"""git's merge of lines, and our merge driver in a clone's settings."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from resonance_perf.memory.versions import Versions
from resonance_perf.model.errors import GitError
from resonance_perf.system.files import edit_file
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git
from resonance_perf.system.scratch import scratch

DRIVER = "merge.resonance-perf"
_LABELS = ("-L", "ours", "-L", "base", "-L", "theirs")


def weave(versions: Versions) -> tuple[str, bool]:
    """Merge lines as `git merge` does: the text, and True when conflict markers are in it.

    Raises:
        GitError: when git cannot.
    """
    with scratch() as folder:
        paths = []
        for name in ("ours", "base", "theirs"):
            paths.append(os.path.join(folder, name))
            Path(paths[-1]).write_bytes(getattr(versions, name).encode("utf-8", "surrogateescape"))
        done = attempt(os.getcwd(), "merge-file", "-p", *_LABELS, *paths)
    if not 0 <= done.returncode < 128:
        raise GitError(f"git merge-file failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "surrogateescape"), done.returncode > 0


def install_driver(repo: Repository, state_dir: str, program: str, names: tuple[str, ...]) -> bool:
    """Let git merge these files of `state_dir` with `program`; True when something was new.

    All of it lies in the clone (`config`, `info/attributes`, which counts more than `.gitattributes`): clones without
    us merge as their committed attributes say. Where the program has gone, git's own merge of lines is taken.

    Raises:
        ResonanceError: when git or the file refuses.
    """
    ours, lines = shlex.quote(program), [f"/{state_dir}/{name} merge=resonance-perf" for name in names]
    command = (
        f"if command -v {ours} >/dev/null 2>&1; then exec {ours} merge-driver %O %A %B %P; "
        f"else exec git merge-file {' '.join(_LABELS)} %A %O %B; fi"
    )
    fresh = repo.config(f"{DRIVER}.driver") != command
    if fresh:
        git(repo.root, "config", f"{DRIVER}.name", "benchmark rows by run, budgets by key")
        git(repo.root, "config", f"{DRIVER}.driver", command)
    return _edit_attributes(repo, lambda found: [*found, *(one for one in lines if one not in found)]) or fresh


def uninstall_driver(repo: Repository) -> bool:
    """Take out what `install_driver` wrote; True when there was something.

    Raises:
        ResonanceError: when the file refuses.
    """
    gone = attempt(repo.root, "config", "--remove-section", DRIVER).returncode == 0
    changed = _edit_attributes(repo, lambda found: [one for one in found if not one.endswith(" merge=resonance-perf")])
    return changed or gone


def _edit_attributes(repo: Repository, edit: Callable[[list[str]], list[str]]) -> bool:
    path = os.path.join(repo.common_dir, "info", "attributes")
    if not os.path.exists(path) and not edit([]):
        return False

    def apply(text: str) -> str:
        found = text.splitlines()
        return text if edit(found) == found else "".join(f"{line}\n" for line in edit(found))

    return edit_file(path, repo.common_dir, apply, create="")
