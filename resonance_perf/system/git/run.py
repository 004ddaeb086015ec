"""How git is called: GIT_* of a hook never leaks in, no hook of the user runs, no lock is taken for a read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from resonance_perf.model.errors import GitError
from resonance_perf.system.own_environment import absolute

_PLAIN = tuple(
    word
    for setting in (
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.quotePath=false", "log.showSignature=false",
        "log.follow=false", "i18n.commitEncoding=UTF-8", "i18n.logOutputEncoding=UTF-8",
        "core.fsync=committed,reference",
    )
    for word in ("-c", setting)
)  # fmt: skip
"""No setting of the user runs something of theirs or changes what git prints; and what git has written stays written
when the power fails, because the outbox forgets it then."""
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for git: ours without GIT_* (a hook sets GIT_DIR and GIT_INDEX_FILE) and without the folders of
    PATH that are not absolute (in the tree there may be a program called git), plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    kept["PATH"] = absolute(os.environ.get("PATH", os.defpath))
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", **(extra or {})}


def hook_index() -> dict[str, str]:
    """The index that a hook of a commit is about: `git commit -a` and `git commit FILE` commit another one than that of
    the repository."""
    given = os.environ.get("GIT_INDEX_FILE")
    return {"GIT_INDEX_FILE": os.path.abspath(given)} if given else {}


def attempt(
    cwd: str,
    *args: str,
    data: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    timeout_s: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `cwd` and return how it ended, whatever its exit code.

    Raises:
        GitError: when there is no git, `cwd` does not exist, or it takes longer than `timeout_s`.
    """
    try:
        return subprocess.run(
            ("git", *_PLAIN, *args), cwd=cwd, input=data, stdin=None if data is not None else subprocess.DEVNULL,
            capture_output=True, env=environment(extra), timeout=timeout_s,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {args[0]} took longer than {timeout_s:.0f} s") from error
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
