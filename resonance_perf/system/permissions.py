"""What this system refuses a profiler, and the command that cures it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from resonance_perf.model.profiling import Permission
from resonance_perf.profilers.cures import CURES

_KERNEL = "/proc/sys/kernel/"
_STRICT_YAMA, _STRICT_PERF = 2, 2


def refused(permission: Permission) -> str:
    """Nothing where it is allowed; else what stands in the way, and the cure."""
    why = _CHECKS[permission]()
    return f"{why}. {CURES[permission]}" if why else ""


def _ptrace() -> str:
    if os.geteuid() == 0:
        return ""
    if sys.platform == "darwin":
        return "macOS lets only root look into another process"
    scope = _setting("yama/ptrace_scope")
    return f"kernel.yama.ptrace_scope is {scope}" if scope >= _STRICT_YAMA else ""


def _perf_events() -> str:
    if os.geteuid() == 0:
        return ""
    level = _setting("perf_event_paranoid")
    return f"kernel.perf_event_paranoid is {level}" if level >= _STRICT_PERF else ""


def _bpf() -> str:
    return "" if os.geteuid() == 0 else "you are not root"


def _setting(name: str) -> int:
    """The value of a setting of the kernel, 0 where it has none."""
    try:
        with open(_KERNEL + name, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 0


_CHECKS: Mapping[Permission, Callable[[], str]] = {"ptrace": _ptrace, "perf-events": _perf_events, "bpf": _bpf}
