"""Start a program in a session and process group of its own, its output going into pipes of ours.

Part of the launcher, so it imports only what is small.
"""

from __future__ import annotations

import errno
import os
import resource
import select

# The module `signal` would add a tenth to the launcher's memory; these numbers are the same on every system.
INT, KILL, TERM = 2, 9, 15
_DEFAULTS = (1, INT, 3, 13, TERM, 25)
"""Python ignores SIGPIPE (13) and SIGXFSZ (25), a shell may have ignored the rest; a program ignores none at first."""


class Channels:
    """The pipes of one run and what watches them: made before a request comes, so that no run waits for them."""

    def __init__(self, control: int, signals: int) -> None:
        self.control = control
        self.signals = signals
        self.out, self._out = os.pipe()
        self.err, self._err = os.pipe()
        self.actions = (
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, self._out, 1),
            (os.POSIX_SPAWN_DUP2, self._err, 2),
        )
        self.poll = select.poll()
        for descriptor in (self.out, self.err):
            os.set_blocking(descriptor, False)
        for descriptor in (control, self.out, self.err):
            self.poll.register(descriptor, select.POLLIN)

    def connect(self) -> None:
        """Make them our own stdin (empty), stdout and stderr."""
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(self._out, 1)
        os.dup2(self._err, 2)

    def close(self) -> None:
        """Close both ends; a stranger who still writes gets SIGPIPE."""
        for descriptor in (self.out, self._out, self.err, self._err):
            os.close(descriptor)


def spawn(path: str, argv: list[str], env: dict[str, str], memory: int | None, channels: Channels) -> int:
    """Start a program and return its process id. `memory` limits its address space, in bytes.

    Raises:
        OSError: it cannot be started.
        ValueError: there is a NUL in an argument.
    """
    if memory is None:
        return _spawn(path, argv, env, channels)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        # A child inherits the limit, so there is no moment without it, as there would be with prlimit(2) afterwards.
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
        return _spawn(path, argv, env, channels)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _spawn(path: str, argv: list[str], env: dict[str, str], channels: Channels) -> int:
    try:
        return os.posix_spawn(
            path, argv, env, file_actions=channels.actions, setsid=True, setsigmask=(), setsigdef=_DEFAULTS
        )
    except NotImplementedError:  # a system whose posix_spawn knows no sessions
        return _fork(path, argv, env, channels)


def _fork(path: str, argv: list[str], env: dict[str, str], channels: Channels) -> int:
    import signal

    heard, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            for number in _DEFAULTS:
                signal.signal(number, signal.SIG_DFL)
            channels.connect()
            os.execve(path, argv, env)  # noqa: S606  # the place where programs are started
        except (OSError, ValueError) as error:
            code = getattr(error, "errno", None) or errno.EINVAL
            os.write(tell, code.to_bytes(4, "big"))
        finally:
            os._exit(127)
    os.close(tell)
    failed = os.read(heard, 4)  # ends empty when exec closes the pipe
    os.close(heard)
    if failed:
        os.waitpid(pid, 0)
        raise OSError(int.from_bytes(failed, "big"), "cannot start")
    return pid


def child_signals() -> int:
    """A descriptor that becomes readable when a child ends; -1 where a pidfd tells (Linux)."""
    if hasattr(os, "pidfd_open"):
        return -1
    import signal

    heard, tell = os.pipe()
    for descriptor in (heard, tell):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    return heard


def signal_group(group: int, number: int) -> bool:
    """Send a signal to every process of a group; False when there is none."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a group that is all zombies
        return False
    return True
