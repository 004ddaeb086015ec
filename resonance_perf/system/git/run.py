"""How git is called: GIT_* of a hook never leaks in, no hook of the user runs, no lock is taken for a read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from resonance_perf.model.errors import GitError

_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for git: ours without GIT_* (a hook sets GIT_DIR and GIT_INDEX_FILE), plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", **(extra or {})}


def attempt(
    cwd: str, *args: str, data: bytes | None = None, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `cwd` and return how it ended, whatever its exit code.

    Raises:
        GitError: when there is no git, or `cwd` does not exist.
    """
    argv = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", *args)
    try:
        return subprocess.run(
            argv, cwd=cwd, input=data, stdin=None if data is not None else subprocess.DEVNULL,
            capture_output=True, env=environment(extra),
        )  # fmt: skip
    except FileNotFoundError as error:
        if os.path.isdir(cwd):
            raise GitError("git is not installed", hint="Install git 2.30 or newer.") from error
        raise GitError(f"the folder {cwd} does not exist") from error
    except NotADirectoryError as error:
        raise GitError(f"{cwd} is not a folder") from error


def git_bytes(cwd: str, *args: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> bytes:
    """Run git and return its output.

    Raises:
        GitError: when git fails; carries what git said.
    """
    done = attempt(cwd, *args, data=data, extra=extra)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise GitError(f"git {' '.join(args[:3])} failed: {said}")
    return done.stdout


def git(cwd: str, *args: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> str:
    """Run git and return its output as text without the last newline.

    Raises:
        GitError: when git fails; carries what git said.
    """
    return git_bytes(cwd, *args, data=data, extra=extra).decode("utf-8", "surrogateescape").rstrip("\n")
