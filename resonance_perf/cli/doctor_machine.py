"""What makes this machine noisy, and the command that helps.

It looks at what `pyperf system` looks at (pyperf.readthedocs.io/en/latest/system.html), and at what virtual machines
and containers add.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from resonance_perf.cli.finding import Finding
from resonance_perf.model.machine import UNKNOWN
from resonance_perf.plan.pressure import heavy
from resonance_perf.system.cgroup import limits
from resonance_perf.system.knobs import Knobs, cores
from resonance_perf.system.machine import environment
from resonance_perf.system.pressure import PressureMeter, ticks

_CPU = "sys/devices/system/cpu"
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


def _frequency(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    governor, boost = facts.get("governor", UNKNOWN), facts.get("boost", UNKNOWN)
    if governor == boost == UNKNOWN:
        yield Finding(True, "the frequency of the cores is not ours to see or to set")
    if governor != UNKNOWN and "performance" not in governor.split():
        what = f"the frequency follows the load (governor {governor}): short programs run on slow cores"
        yield Finding(True, what, "sudo cpupower frequency-set --governor performance")
    elif governor != UNKNOWN:
        yield Finding(True, f"governor {governor}")
    if boost == "on":
        what = "turbo is on: the frequency depends on heat and on how many cores work"
        yield Finding(True, what, f"echo {_turbo_off(knobs)}")


def _turbo_off(knobs: Knobs) -> str:
    intel = f"{_CPU}/intel_pstate/no_turbo"
    return f"1 | sudo tee /{intel}" if knobs.exists(intel) else f"0 | sudo tee /{_CPU}/cpufreq/boost"


def _siblings(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    if facts.get("smt") != "on":
        return
    what = "two threads share a core (SMT): what runs on the sibling slows a measurement down"
    there = knobs.exists(f"{_CPU}/smt/control")
    cure = f"echo off | sudo tee /{_CPU}/smt/control" if there else "turn it off in the firmware"
    yield Finding(True, what, cure)


def _isolation(knobs: Knobs, facts: dict[str, str]) -> Iterator[Finding]:
    isolated, count = cores(knobs.text(f"{_CPU}/isolated")), facts["cores"]
    allowed = facts.get("cores allowed", UNKNOWN)
    if allowed != UNKNOWN and allowed != count:
        yield Finding(True, f"we may use {allowed} of {count} cores")
    if isolated:
        yield from _isolated(knobs, isolated)
    elif count.isdigit() and int(count) >= 4:
        last = int(count) - 1
        what = (
            "no core is kept free of other programs (isolcpus); a measurement is held on one core, but others may come"
        )
        yield Finding(
            True, what, f"add to the kernel's command line: isolcpus={last} nohz_full={last} rcu_nocbs={last}"
        )
    elif count.isdigit():
        yield Finding(True, f"{count} cores are too few to keep one free: nothing else should run while we measure")


def _isolated(knobs: Knobs, isolated: tuple[int, ...]) -> Iterator[Finding]:
    words = dict(word.partition("=")[::2] for word in knobs.text("proc/cmdline").split())
    listed = ",".join(map(str, isolated))
    missing = [name for name in ("nohz_full", "rcu_nocbs") if not set(isolated) <= set(cores(words.get(name, "")))]
    if missing:
        what = f"the isolated cores {listed} still get the kernel's ticks and callbacks"
        yield Finding(True, what, f"add to the kernel's command line: {' '.join(f'{one}={listed}' for one in missing)}")
    mask, ours = _mask(knobs.text("proc/irq/default_smp_affinity")), sum(1 << core for core in isolated)
    if mask & ours:
        what = f"interrupts may land on the isolated cores {listed}"
        yield Finding(
            True, what, f"echo {mask & ~ours:x} | sudo tee /proc/irq/default_smp_affinity /proc/irq/*/smp_affinity"
        )
    if not missing:
        yield Finding(True, f"cores {listed} are isolated")


def _mask(text: str) -> int:
    """The number that a mask such as `ff,ffffffff` writes; 0 when it is none."""
    digits = text.replace(",", "")
    return int(digits, 16) if re.fullmatch(r"[0-9a-f]+", digits) else 0


def _interrupts(knobs: Knobs, _facts: dict[str, str]) -> Iterator[Finding]:
    running = (knobs.text(f"proc/{name}/comm", 64) for name in knobs.names("proc") if name.isdigit())
    if "irqbalance" in running:
        yield Finding(True, "irqbalance moves interrupts between the cores", "sudo systemctl stop irqbalance")


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


_LOOKS: tuple[Callable[[Knobs, dict[str, str]], Iterator[Finding]], ...] = (
    _frequency, _siblings, _isolation, _interrupts, _layout, _profiling, _clock, _memory, _power, _host, _quota,
    _pressure,
)  # fmt: skip
