"""Puts our line into the git hooks of a repository, beside what is there, and takes it out again."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass

from resonance_perf.model.errors import WriteRefusedError
from resonance_perf.system.git.run import attempt
from resonance_perf.system.hook_text import block, has_block, is_own, is_shell, own, with_block, without_block
from resonance_perf.system.resources import template
from resonance_perf.system.spool import TRIGGERS

GUARD = "commit-msg"
"""The hook that refuses an unapproved loosening: the first that sees the message, in which an approval stands."""
CHAINED = ".resonance-chained"
LEGACY = ".legacy"
"""pre-commit, installed after us, calls what it found under this name."""
_AGAIN = "run `resonance-perf hooks install`"
_ALL_THE_SAME = "if that is wanted, run `resonance-perf hooks install --force`"


@dataclass(frozen=True, slots=True)
class HookState:
    """One hook: whether it tells the daemon, and what there is to say about it."""

    name: str
    installed: bool
    what: str


def install(hooks_dir: str, spool_file: str, *, force: bool = False, guard: bool = False) -> tuple[HookState, ...]:
    """Make every hook tell. What is there already keeps its place, its arguments, its input and its exit code.

    `guard`: also the one hook that may refuse a commit; once there, it is kept up to date without being asked for.

    A shell script gets our block after its first line; anything else (a program, a link, a hook that is switched off)
    gets a second name and is called by ours. A folder that others share is left alone without `force`.

    Raises:
        WriteRefusedError: when there can be no spool.
    """
    folder = os.path.dirname(spool_file)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        said = f"{folder} for what the hooks write cannot be made: {error.strerror or error}"
        raise WriteRefusedError(said, hint="Make the git folder writable.") from error
    objection = "" if force else _shared(hooks_dir, spool_file)
    names = (*TRIGGERS, GUARD) if guard else _names(hooks_dir)
    if objection:
        return tuple(_state(hooks_dir, name, refused=objection) for name in names)
    return tuple(_attempted(_install, hooks_dir, name) for name in names)


def uninstall(hooks_dir: str) -> tuple[HookState, ...]:
    """Put every hook back as it was, byte for byte."""
    return tuple(_attempted(_uninstall, hooks_dir, name) for name in _names(hooks_dir))


def status(hooks_dir: str, spool_file: str) -> tuple[HookState, ...]:
    """How the hooks stand: other tools write theirs anew now and then."""
    folder = os.path.dirname(spool_file)
    if os.path.isdir(folder):
        objection = _shared(hooks_dir, spool_file)
        return tuple(_state(hooks_dir, name, refused=objection) for name in _names(hooks_dir))
    return tuple(HookState(name, False, f"there is no {folder} to write to: {_AGAIN}") for name in TRIGGERS)


def _names(hooks_dir: str) -> tuple[str, ...]:
    """The hooks that concern us: those that tell, and the guard where somebody asked for it."""
    path = os.path.join(hooks_dir, GUARD)
    asked = any(has_block(_read(one) or b"") for one in (path, path + LEGACY))
    return (*TRIGGERS, GUARD) if asked else tuple(TRIGGERS)


def _shipped(name: str) -> str:
    """The template of a hook. The guard names the program: a graphical client has another PATH."""
    if name != GUARD:
        return template("hook.sh")
    program = os.path.join(os.path.dirname(sys.executable), "resonance-perf")
    return template("guard.sh").replace("@PROGRAM@", shlex.quote(program))


def _attempted(act: Callable[[str, str], None], hooks_dir: str, name: str) -> HookState:
    """One hook that cannot be written does not keep the others from it."""
    try:
        act(hooks_dir, name)
    except OSError as error:
        return HookState(name, _state(hooks_dir, name).installed, f"left as it is: {error.strerror or error}")
    return _state(hooks_dir, name)


def _install(hooks_dir: str, name: str) -> None:
    os.makedirs(hooks_dir, exist_ok=True)
    path = os.path.join(hooks_dir, name)
    text, shipped = _read(path), _shipped(name)
    if not os.path.lexists(path) or (text is not None and is_own(text, shipped, name)):
        _write(path, own(shipped, name, chained=os.path.lexists(path + CHAINED)), 0o755)
    elif _kept_by_pre_commit(path):
        return
    elif text is not None and (has_block(text) or _runs_in_shell(path, text)):
        _write(path, with_block(text, block(shipped, name)), stat.S_IMODE(os.stat(path).st_mode))
    else:
        if os.path.lexists(path + CHAINED):
            raise FileExistsError(f"{name}{CHAINED} is in the way. Remove it, or merge it into {name}")
        try:
            os.link(path, path + CHAINED, follow_symlinks=False)  # so that there is a hook at every moment
        except (OSError, NotImplementedError):
            os.rename(path, path + CHAINED)
        _write(path, own(shipped, name, chained=True), 0o755)


def _kept_by_pre_commit(path: str) -> bool:
    return has_block(_read(path + LEGACY) or b"") and b"generated by pre-commit" in (_read(path) or b"")


def _runs_in_shell(path: str, text: bytes) -> bool:
    return is_shell(text) and os.access(path, os.X_OK) and not os.path.islink(path)


def _uninstall(hooks_dir: str, name: str) -> None:
    hook = os.path.join(hooks_dir, name)
    shipped = _shipped(name)
    for path in (hook, hook + LEGACY):
        text = _read(path)
        ours = text is not None and is_own(text, shipped, name)
        gone = path == hook and not os.path.lexists(path)
        if (ours or gone) and os.path.lexists(hook + CHAINED):
            os.replace(hook + CHAINED, path)
        elif ours:
            os.unlink(path)
        elif text is not None and has_block(text):
            _write(path, without_block(text), stat.S_IMODE(os.stat(path).st_mode))


def _state(hooks_dir: str, name: str, *, refused: str = "") -> HookState:
    path = os.path.join(hooks_dir, name)
    text = _read(path)
    if text is not None and block(_shipped(name), name) in text:
        if not os.access(path, os.X_OK):
            return HookState(name, False, f"{path} is not executable: chmod +x it")
        others = os.path.lexists(path + CHAINED) or not is_own(text, _shipped(name), name)
        anew = "; husky writes it anew, then install again" if path.endswith(f"/.husky/_/{name}") else ""
        return HookState(name, True, f"{path}{', beside what was there' if others else ''}{anew}")
    if _kept_by_pre_commit(path):
        return HookState(name, True, f"{path}{LEGACY}, called by pre-commit")
    if refused:
        return HookState(name, False, refused)
    if text is not None and has_block(text):
        return HookState(name, False, f"{path} holds an older line of ours: {_AGAIN}")
    missing = f"{path} belongs to somebody else" if os.path.lexists(path) else "not installed"
    return HookState(name, False, f"{missing}: {_AGAIN}")


def _shared(hooks_dir: str, spool_file: str) -> str:
    """Why the folder is not ours to write into without being asked, or nothing."""
    common_dir = os.path.realpath(os.path.join(os.path.dirname(spool_file), "..", ".."))
    if os.path.realpath(hooks_dir).startswith(common_dir + "/"):
        return ""
    folder = hooks_dir
    while not os.path.isdir(folder):
        if os.path.lexists(folder):
            return f"{folder} is no folder (core.hooksPath): hooks are switched off"
        folder = os.path.dirname(folder)
    found = attempt(folder, "rev-parse", "--git-common-dir")
    if os.path.realpath(os.path.join(folder, os.fsdecode(found.stdout).rstrip("\n"))) != common_dir or found.returncode:
        return f"{hooks_dir} serves other repositories too (core.hooksPath): {_ALL_THE_SAME}"
    if folder == hooks_dir and attempt(folder, "ls-files", "-z", "--", ".").stdout:
        return f"{hooks_dir} is tracked by git, everybody who pulls would get it: {_ALL_THE_SAME}"
    return ""


def _read(path: str) -> bytes | None:
    """The bytes of a hook; None when there is none that can be read."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file.read()
    return None


def _write(path: str, text: bytes, mode: int) -> None:
    """Replace a hook in one step; git never sees half of one."""
    if _read(path) == text and not os.path.islink(path) and stat.S_IMODE(os.stat(path).st_mode) == mode:
        return
    draft = f"{path}.resonance-new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)
        raise
