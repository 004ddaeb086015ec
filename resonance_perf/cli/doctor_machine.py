"""What makes this machine noisy, and the command that helps.

It looks at what `pyperf system` looks at (pyperf.readthedocs.io/en/latest/system.html), and at what virtual machines
and containers add.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from resonance_perf.cli import doctor_cores
from resonance_perf.cli.finding import Finding
from resonance_perf.model.machine import UNKNOWN
from resonance_perf.plan.pressure import heavy
from resonance_perf.system.cgroup import limits
from resonance_perf.system.knobs import Knobs
from resonance_perf.system.machine import environment
from resonance_perf.system.pressure import PressureMeter, ticks

LEAST_FREE = 0.1
"""A machine with less than this share of its memory left begins to page."""
MUCH_STEAL = 0.01
"""Share of the CPU time wanted since the start that the hypervisor gave to others."""


def machine_findings(root: str = "/") -> Iterator[Finding]:
    """Look at the machine; `root` is where /proc and /sys are looked for."""
    here = environment(root=root)
    facts = dict(here.facts)
    virtual = "" if facts.get("virtualization") in ("none", UNKNOWN, None) else f", {facts['virtualization']}"
    yield Finding(
        True,
        f"{facts['system']} {facts['kernel']}, {facts['cores']} cores, {facts['cpu']}, {facts['memory']}{virtual}"
        f" (environment {here.id})",
    )
    for look in _LOOKS:
        yield from look(Knobs(root), facts)


def _layout(_knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    """Not off, as one might think: with one layout its luck is in every sample; with many it averages out.

    Source: Mytkowicz et al., "Producing wrong data without doing anything obviously wrong", ASPLOS 2009.
    """
    aslr = facts.get("aslr", UNKNOWN)
    if aslr in ("0", "1"):
        what = f"addresses are not fully random (ASLR is {aslr}): the luck of one memory layout is in all samples"
        yield Finding(True, what, "sudo sysctl kernel.randomize_va_space=2")


def _profiling(knobs: Knobs, _facts: dict[str, str]) -> Iterator[Finding]:
    rate = knobs.number("proc/sys/kernel/perf_event_max_sample_rate")
    if rate is not None and rate > 1:
        what = f"a profiler on this machine may interrupt {rate:,} times a second (perf_event_max_sample_rate);"
        what += " less keeps perf from profiling, ours too"
        yield Finding(True, what, "sudo sysctl kernel.perf_event_max_sample_rate=1")


def _clock(knobs: Knobs, _facts: dict[str, str]) -> Iterator[Finding]:
    source = knobs.text("sys/devices/system/clocksource/clocksource0/current_clocksource")
    if source in ("hpet", "acpi_pm", "jiffies", "xen"):
        yield Finding(True, f"reading the clock is slow ({source})", "add to the kernel's command line: tsc=reliable")


def _memory(knobs: Knobs, _facts: dict[str, str]) -> Iterator[Finding]:
    told = knobs.fields("proc/meminfo")
    kib = {name: int(text.split()[0]) for name, text in told.items() if text.split()[:1] and text.split()[0].isdigit()}
    total, left = kib.get("MemTotal", 0), kib.get("MemAvailable", 0)
    if total and left < LEAST_FREE * total:
        yield Finding(
            False, f"only {left / 2**20:.1f} GiB of {total / 2**20:.1f} GiB of memory are left. Stop something."
        )
    used = kib.get("SwapTotal", 0) - kib.get("SwapFree", 0)
    if used > 0:
        what = f"{used / 2**10:.0f} MiB are swapped out: programs may wait for the disk"
        yield Finding(True, what, "sudo swapoff --all && sudo swapon --all")


def _power(_knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    if facts.get("power") == "battery":
        yield Finding(False, "the machine runs on its battery, which slows it down. Plug it in.")
    if facts.get("power profile") in ("low-power", "quiet", "cool", "low power"):
        cure = "powerprofilesctl set performance" if facts["system"] == "Linux" else "sudo pmset -a lowpowermode 0"
        yield Finding(True, f"the power profile is {facts['power profile']}", cure)


def _host(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    wanted, stolen = ticks(knobs.text("proc/stat", 256).encode())
    if stolen is None:
        return
    share = stolen / max(wanted, 1)
    if share >= MUCH_STEAL:
        what = f"the hypervisor took {share:.1%} of our CPU time since the start: wall time is in its hands"
        yield Finding(
            True, what.replace("%", " %"), "rent a dedicated or bare-metal host, and judge by cpu, not by wall"
        )
    elif facts.get("virtualization") not in ("none", UNKNOWN):
        yield Finding(True, f"the hypervisor took {share:.2%} of our CPU time since the start".replace("%", " %"))


def _quota(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    bound = limits(knobs)
    if bound.throttled:
        what = (
            f"the container was stopped in {bound.throttled:,} of {bound.periods:,} periods for using up its CPU quota"
        )
        cure = "give it whole cores instead: docker run --cpuset-cpus=0-1, or requests = limits in Kubernetes"
        yield Finding(False, f"{what} ({facts.get('cpu limit', 'none')})", cure)
    elif bound.cores is not None:
        yield Finding(True, f"the container may use {bound.cores:.1f} cores, and was never stopped for using them up")


def _pressure(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    with PressureMeter(root=knobs.root) as meter:
        now = meter.recent()
    count = int(facts["cores"]) if facts["cores"].isdigit() else os.cpu_count() or 1
    if trouble := heavy(now, count):
        yield Finding(False, f"others use the machine now ({trouble}): numbers will be noisy. Stop what else runs.")
        return
    what = f"load is {now.load:.1f} on {count} cores"
    if now.cpu_some is not None:
        yield Finding(True, f"{what}, cpu pressure {now.cpu_some:.0%}".replace("%", " %"))
    elif facts["system"] == "Linux":
        cure = "add to the kernel's command line: psi=1"
        yield Finding(True, f"{what}: the kernel tells no pressure, which would say more", cure)
    else:
        yield Finding(True, what)


_LOOKS = (*doctor_cores.LOOKS, _layout, _profiling, _clock, _memory, _power, _host, _quota, _pressure)
