"""What a profiler complains of, and the command that cures it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from resonance_perf.model.profiling import Permission, Profiling

CURES: Mapping[Permission, str] = {
    "ptrace": "Allow looking into processes: sudo sysctl kernel.yama.ptrace_scope=0, or in a container "
              "--cap-add SYS_PTRACE.",
    "perf-events": "Allow sampling by the kernel: sudo sysctl kernel.perf_event_paranoid=1",
    "bpf": "Programs in the kernel need root: be root in a clone of root's own, or give the program CAP_BPF and "
           "CAP_PERFMON.",
}  # fmt: skip
_REFUSED = re.compile(
    r"permi(?:tt|ss)|denied|not allowed|privileges|paranoid|ptrace|EPERM|EACCES|as the root user|load BPF .*: -1\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"no such program|No module named|not found|is not installed", re.IGNORECASE)


def cure(said: str, profiling: Profiling) -> str:
    """What to do about what a profiler said; nothing where that is not known."""
    if _ABSENT.search(said):
        return f"Install it: {profiling.PROGRAM.install}"
    return refused(profiling.NEEDS) if _REFUSED.search(said) else ""


def refused(needs: Sequence[Permission]) -> str:
    """What cures the lack of these permissions."""
    return " ".join(CURES[one] for one in needs)
