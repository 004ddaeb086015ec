"""What makes the cores of this machine noisy: their frequency, their siblings, who else may use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from resonance_perf.cli.finding import Finding
from resonance_perf.model.machine import UNKNOWN
from resonance_perf.system.knobs import Knobs, cores

Look = Callable[[Knobs, dict[str, str]], Iterator[Finding]]
"""One thing that is looked at, given the facts of the environment."""
_CPU = "sys/devices/system/cpu"


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


LOOKS: tuple[Look, ...] = (_frequency, _siblings, _isolation, _interrupts)
