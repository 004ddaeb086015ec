"""The machine that a number belongs to."""

from __future__ import annotations

import hashlib
import os
import platform
import sys

from resonance_perf.model.run import Environment


def environment() -> Environment:
    """What of this machine decides how fast code runs, in buckets that survive a reboot and a patch release."""
    facts = (
        ("system", platform.system()),
        ("kernel", ".".join(platform.release().split(".")[:2])),
        ("machine", platform.machine()),
        ("cpu", _cpu_model()),
        ("cores", str(os.cpu_count() or 0)),
        ("memory", f"{_memory_gib()} GiB"),
        ("python", ".".join(map(str, sys.version_info[:2]))),
    )
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()
    return Environment(digest[:12], facts)


def _cpu_model() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(("model name", "Hardware", "cpu model")):
                    return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux: the platform's own word has to do
    return platform.processor() or platform.machine()


def _memory_gib() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError):
        return 0
