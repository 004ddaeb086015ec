"""Threads that have nothing to do: the longer a server is watched, the longer they wait, which is no news."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.profile import Frame

_WAITING_FOR_WORK = (
    ("select", "selectors.py", ("serve_forever", "_run_once")), ("accept", "socket.py", ()),
    ("_worker", "concurrent/futures/thread.py", ()), ("get", "queue.py", ("run", "_worker", "worker", "loop")),
    ("wait", "threading.py", ("get", "wait_for_work")), ("_recv_bytes", "connection.py", ("worker", "get")),
    ("readinto", "socket.py", ("handle_one_request",)),
)  # fmt: skip
"""(the function that waits, the end of its file, functions that wait for work with it): an empty last one stands for
any."""


def waits_for_work(frames: Sequence[Frame]) -> bool:
    """True when a thread has nothing to do: the longer it is watched, the longer it waits."""
    names = [one.function.rpartition(".")[2] for one in frames]
    if not names:
        return True
    file = frames[-1].file.replace("\\", "/")
    return any(
        names[-1] == function and file.endswith(end) and (not callers or set(names[-4:-1]) & set(callers))
        for function, end, callers in _WAITING_FOR_WORK
    )
