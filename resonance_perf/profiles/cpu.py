"""Profiles of wall time as CPU time: a program that waits for a processor is on the stack, too, and takes longer."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.profile import Capture, Stack, ValueType
from resonance_perf.profiles.normal import is_own

_METRICS = frozenset({"cpu", "user", "sys"})
_WAITS = frozenset(
    {
        "sleep", "nanosleep", "clock_nanosleep", "wait", "waitpid", "wait4", "select", "pselect", "poll", "ppoll",
        "epoll", "epoll_wait", "kqueue", "accept", "recv", "recv_into", "recvfrom", "acquire", "futex", "lock",
    }
)  # fmt: skip
"""Functions of libraries in which no CPU time passes."""


def is_about_cpu(comparison: Comparison) -> bool:
    """True for CPU time, and for what was decided by it because the machine was too noisy."""
    return comparison.metric in _METRICS or comparison.decided_by in _METRICS


def as_cpu(capture: Capture) -> Capture:
    """The capture with each value as the CPU time that passed meanwhile, as far as `busy` tells.

    Its frames are in normal form. Of several threads at once nobody knows which of them waited: they stay as they are.
    """
    profile, busy = capture.profile, capture.busy
    chosen = profile.types[profile.chosen]
    if busy is None or chosen.name == "cpu":
        return capture
    working = [stack for stack in profile.stacks if not _waits(stack)]
    took = sum(stack.values[profile.chosen] for stack in working)
    factor = min(1.0, busy * profile.total / took) if took else 1.0
    stacks = tuple(replace(one, values=tuple(value * factor for value in one.values)) for one in working)
    types = tuple(
        ValueType("cpu", one.unit) if at == profile.chosen else one for at, one in enumerate(profile.types)
    )  # fmt: skip
    return replace(capture, profile=replace(profile, types=types, stacks=stacks, period=profile.period * factor))


def _waits(stack: Stack) -> bool:
    leaf = stack.frames[-1] if stack.frames else None
    return leaf is not None and not is_own(leaf) and leaf.function.rpartition(".")[2] in _WAITS
