"""Run one program at a time, exactly timed: a tiny process of its own between us and what we measure.

Linux folds the high-water mark of the process that spawns into the peak memory of its child (exec carries it over), so
every child of a 60 MB daemon would seem to need 60 MB; and the daemon's threads would disturb the timing. So
`system/process.py` runs `main` in a bare interpreter and talks to it over two pipes; to stay small, this file imports
only what is built in, `kept` and `spawn`.

On its stdin: b"R", four bytes of length (big endian), a marshalled `Request`. It answers on its stdout with four bytes
of length and a marshalled `Reply`. While a program runs, b"T" ends it politely (SIGTERM), as b"I" does (SIGINT), b"K"
at once; when stdin ends because our parent died, the program's whole group is killed and this process exits.
"""

from __future__ import annotations

import errno
import marshal
import os
import resource
import select
import sys
import time

from resonance_perf.system.kept import Kept
from resonance_perf.system.spawn import INT, KILL, TERM, Channels, child_signals, signal_group, spawn

# (argv, program path, environment, folder, timeout in s, bytes of each stream to keep, address space in bytes or None,
# whether it is held on one core)
Request = tuple[list[str], str, dict[str, str], str, float, int, int | None, bool]
# (errno of a failed start or 0 (-EPERM: nothing ends it), wait status, wall s, user s, system s, peak RSS bytes,
# floor of that in bytes, stdout, stderr, whether something was dropped, timed out, left processes behind, (page faults
# without and with reading, context switches it wanted and did not want))
Reply = tuple[int, int, float, float, float, int, int, bytes, bytes, bool, bool, bool, tuple[int, int, int, int]]

GRACE_S = 2.0
"""How long a program may take to end when it is asked politely."""
KILLED_S = 30.0
"""How long one that is killed may take: it frees its memory. One of another user is not ours to kill."""
WRITING_S = 10.0
"""How long one that is interrupted may take: it writes what it has seen."""
_POLITE = {b"T": (TERM, GRACE_S), b"I": (INT, WRITING_S)}
ORPHAN_GRACE_S = 0.05
"""How long processes may outlive the leader of their group before they count as left behind."""
_CHUNK = 1 << 16
_LONGEST_S = 3600.0
"""What poll(2) is asked to wait at once; its timeout is an int."""
_CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
_LAST_READS = 64
"""Reads from each pipe after the end: more than a pipe holds, so only a stranger that still writes is cut off."""


def run(request: Request, floor: int, channels: Channels) -> Reply:
    """Run a program to its end."""
    argv, path, env, folder, timeout_s, keep, memory, pinned = request
    streams = {channels.out: Kept(keep), channels.err: Kept(keep)}
    try:
        os.chdir(folder)
        _stay(on_one_core=pinned)
        begin = time.perf_counter()
        child = spawn(path, argv, env, memory, channels)
    except (OSError, ValueError) as error:
        return _failed(getattr(error, "errno", None) or errno.EINVAL, floor)
    watched = _watch(child, begin + timeout_s, channels, streams)
    if watched is None:
        return _failed(-errno.EPERM, floor)
    status, end, used, timed_out = watched
    left = _left_behind(child)
    for descriptor, kept in streams.items():
        _drain(descriptor, kept)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    stdout, stderr = streams.values()
    return (
        0, status, end - begin, used.ru_utime, used.ru_stime, peak, floor, stdout.take(), stderr.take(),
        stdout.dropped or stderr.dropped, timed_out, left,
        (used.ru_minflt, used.ru_majflt, used.ru_nvcsw, used.ru_nivcsw),
    )  # fmt: skip


def _failed(code: int, floor: int) -> Reply:
    return (code, 0, 0.0, 0.0, 0.0, 0, floor, b"", b"", False, False, False, (0, 0, 0, 0))


def _stay(*, on_one_core: bool) -> None:
    """Hold ourselves, and so the next program, on the last of the cores that we may use, or on all of them."""
    wanted = _CORES[-1:] if on_one_core else _CORES
    if wanted and os.sched_getaffinity(0) != set(wanted):
        os.sched_setaffinity(0, wanted)


def _watch(
    child: int, deadline: float, channels: Channels, streams: dict[int, Kept]
) -> tuple[int, float, resource.struct_rusage, bool] | None:
    """Wait for the end: (wait status, when, what it used, whether the time was up); None where nothing ends it."""
    ended = os.pidfd_open(child) if channels.signals < 0 else channels.signals
    channels.poll.register(ended, select.POLLIN)
    timed_out = polite = killed = False
    try:
        while True:
            patience = min(max(deadline - time.perf_counter(), 0.0), _LONGEST_S) * 1000 + 1
            ready = [descriptor for descriptor, _ in channels.poll.poll(patience)]
            now = time.perf_counter()
            if ended in ready:
                pid, status, used = os.wait4(child, os.WNOHANG)
                if pid:
                    return status, now, used, timed_out
                os.read(ended, _CHUNK)  # a signal that is not the end
            for descriptor in ready:
                if descriptor in streams:
                    streams[descriptor].add(os.read(descriptor, _CHUNK))
            if channels.control in ready:
                order = os.read(channels.control, 1)
                polite = order in _POLITE
                number, grace_s = _POLITE.get(order, (KILL, KILLED_S))
                signal_group(child, number)
                killed, deadline = not polite, now + grace_s
                if not order:
                    os.wait4(child, 0)
                    os._exit(1)
            elif now >= deadline:
                if killed:
                    return None
                signal_group(child, KILL)
                timed_out, killed, deadline = not polite, True, now + KILLED_S
    finally:
        if channels.signals < 0:
            os.close(ended)


def _drain(descriptor: int, kept: Kept) -> None:
    """Read what the program still had in the pipe, without waiting for others who hold it open."""
    for _ in range(_LAST_READS):
        try:
            kept.add(os.read(descriptor, _CHUNK))
        except BlockingIOError:
            return


def _left_behind(group: int) -> bool:
    """True, after killing them, when processes of the group outlive its leader for more than a moment."""
    until = time.perf_counter() + ORPHAN_GRACE_S
    while signal_group(group, 0):
        if time.perf_counter() >= until:
            return signal_group(group, KILL)
        time.sleep(0.002)
    return False


def high_water() -> int:
    """Our own peak memory in bytes, which a child's peak cannot be less than; 0 where exec does not carry it over."""
    try:
        with open("/proc/self/status", "rb", buffering=0) as file:
            _, _, rest = file.read(8192).partition(b"VmHWM:")
            return int(rest.split(None, 1)[0]) * 1024
    except (OSError, IndexError):
        return 0


def _receive(descriptor: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = os.read(descriptor, count - len(data))
        if not more:
            os._exit(1)
        data += more
    return data


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def main() -> None:
    """Serve requests until our parent closes the pipe or dies."""
    signals = child_signals()
    channels = Channels(0, signals)
    run(
        (["-"], "", dict(os.environ), "/", 0.0, 0, None, False), 0, channels
    )  # starts nothing, but all is loaded after it
    floor = high_water()
    while order := os.read(0, 1):
        if order != b"R":
            continue  # a stop that crossed the reply of a program that had just ended
        request = marshal.loads(_receive(0, int.from_bytes(_receive(0, 4), "big")))  # noqa: S302  # from our parent
        body = marshal.dumps(run(request, floor, channels))
        try:
            _send(1, len(body).to_bytes(4, "big") + body)
        except BrokenPipeError:
            return
        channels.close()
        channels = Channels(0, signals)
        floor = high_water()
