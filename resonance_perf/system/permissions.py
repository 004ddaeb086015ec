"""What this system refuses a profiler, and the command that cures it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from resonance_perf.model.profiling import Permission
from resonance_perf.profilers.cures import CURES
from resonance_perf.system.knobs import Knobs

_KERNEL = "proc/sys/kernel/"
_STRICT_YAMA = 2
_USER_ONLY, _STRICT_PERF = 2, 3
"""From 3 on, which Debian and Ubuntu have made up, nothing is allowed."""
_SYS_PTRACE, _SYS_ADMIN, _PERFMON, _BPF = 19, 21, 38, 39
"""Bits of capabilities(7): the root of a container lacks them mostly."""


def refused(permission: Permission) -> str:
    """Nothing where it is allowed; else what stands in the way, and the cure."""
    why = _CHECKS[permission]()
    return f"{why}. {CURES[permission]}" if why else ""


def _ptrace() -> str:
    if sys.platform == "darwin":
        return "" if os.geteuid() == 0 else "macOS lets only root look into another process"
    scope = Knobs().number(f"{_KERNEL}yama/ptrace_scope") or 0
    strict = scope >= _STRICT_YAMA and not _may(_SYS_PTRACE)
    return f"kernel.yama.ptrace_scope is {scope}" if strict else ""


def _perf_events() -> str:
    level = Knobs().number(f"{_KERNEL}perf_event_paranoid") or 0
    if level < _USER_ONLY or _may(_PERFMON):
        return ""
    left = "" if level >= _STRICT_PERF else ", so the kernel's part is not seen"
    return f"kernel.perf_event_paranoid is {level}{left}"


def _bpf() -> str:
    if os.geteuid() != 0:
        return "you are not root"
    return "" if _may(_BPF) else "root has not the capability CAP_BPF here"


def _may(capability: int) -> bool:
    """True when we have this capability, or the one that holds everything but looking into processes."""
    told = Knobs().fields("proc/self/status").get("CapEff", "0")
    wanted = 1 << capability | (1 << _SYS_ADMIN if capability != _SYS_PTRACE else 0)
    return bool(int(told, 16) & wanted)


_CHECKS: Mapping[Permission, Callable[[], str]] = {"ptrace": _ptrace, "perf-events": _perf_events, "bpf": _bpf}
