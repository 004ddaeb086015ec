"""The machine that a number belongs to."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable

from resonance_perf.model.machine import UNKNOWN, fingerprint
from resonance_perf.model.run import Environment
from resonance_perf.system.cgroup import limits
from resonance_perf.system.knobs import Knobs, cores
from resonance_perf.system.virtualization import product, virtualization

_CPU = "sys/devices/system/cpu"
_FREQUENCY = f"{_CPU}/cpu0/cpufreq"
_FIRST_CORE = 1 << 14
"""Bytes of /proc/cpuinfo that hold the first core; all of a large machine's would take milliseconds."""


def environment(tools: Iterable[str] = (), *, root: str = "/") -> Environment:
    """What of this machine decides how fast code runs. `tools`: the programs of a trusted config (`tools_of`).

    The facts are exact readings; the id is the hash of their buckets, which survive a reboot and a patch release.
    Whatever cannot be read is `unknown`. It takes a millisecond or two, and some 50 ms for each tool that was not yet
    asked for its version. `root` is where /proc and /sys are looked for.
    """
    system = os.uname().sysname
    readings = {"system": system, **(_mac() if system == "Darwin" else _linux(Knobs(root))), **_client()}
    facts = tuple((name, reading or UNKNOWN) for name, reading in readings.items())
    asked = tuple(tools)
    if asked:
        from resonance_perf.system.tools import versions

        facts += versions(asked)
    return Environment(fingerprint(facts), facts)


def _client() -> dict[str, str]:
    """Our own interpreter, which sends the requests of a load."""
    return {"client python": platform.python_version()}


def _mac() -> dict[str, str]:
    from resonance_perf.system.machine_mac import mac_readings

    return mac_readings()


def _linux(knobs: Knobs) -> dict[str, str]:
    bound = limits(knobs)
    return {
        "os": _distribution(knobs),
        "kernel": knobs.text("proc/sys/kernel/osrelease"),
        "machine": os.uname().machine,
        "product": product(knobs),
        **_processor(knobs),
        "cores": _count(knobs.text(f"{_CPU}/online")) or str(os.cpu_count() or ""),
        "cores allowed": _count(knobs.fields("proc/self/status").get("Cpus_allowed_list", "")),
        "governor": _governor(knobs),
        "boost": _boost(knobs),
        "smt": {"1": "on", "0": "off"}.get(knobs.text(f"{_CPU}/smt/active"), ""),
        "virtualization": virtualization(knobs),
        "cpu limit": f"{bound.cores:.1f} cores" if bound.cores else "none",
        "memory": _gib(knobs.fields("proc/meminfo").get("MemTotal", "")),
        "memory limit": f"{bound.memory_bytes / 2**20:.0f} MiB" if bound.memory_bytes else "none",
        "aslr": knobs.text("proc/sys/kernel/randomize_va_space"),
        "huge pages": _chosen(knobs.text("sys/kernel/mm/transparent_hugepage/enabled")),
        "mitigations": _argument(knobs, "mitigations") or "default",
        "power": power(knobs),
        "power profile": knobs.text("sys/firmware/acpi/platform_profile") or "none",
    }


def _distribution(knobs: Knobs) -> str:
    text = knobs.text("etc/os-release") or knobs.text("usr/lib/os-release")
    told = dict(line.partition("=")[::2] for line in text.replace('"', "").splitlines())
    return f"{told.get('ID', '')} {told.get('VERSION_ID', '')}".strip()


def _processor(knobs: Knobs) -> dict[str, str]:
    """The model by its name and by its numbers: some hypervisors hide the one, some the other."""
    told = knobs.fields("proc/cpuinfo", _FIRST_CORE)
    arm = [told[name] for name in ("CPU implementer", "CPU part", "CPU variant") if name in told]
    x86 = [told[name] for name in ("vendor_id", "cpu family", "model", "stepping") if name in told]
    name = told.get("model name") or told.get("cpu model") or told.get("cpu") or told.get("Hardware") or ""
    clock = told.get("cpu MHz") or told.get("clock", "")
    return {
        "cpu": " ".join(name.split()) or platform.processor() or (" ".join(arm) and f"ARM {' '.join(arm)}"),
        "cpu id": "/".join(x86 or arm),
        "cpu cache": _last_cache(knobs),
        "microcode": told.get("microcode", ""),
        "clock": f"{clock} MHz" if clock else "",
    }


def _last_cache(knobs: Knobs) -> str:
    folder = f"{_CPU}/cpu0/cache"
    sizes = [knobs.text(f"{folder}/{name}/size") for name in knobs.names(folder) if name.startswith("index")]
    return sizes[-1] if sizes else ""


def _governor(knobs: Knobs) -> str:
    """Driver, governor and preference; laptops switch the last when their power profile changes."""
    files = ("scaling_driver", "scaling_governor", "energy_performance_preference")
    return " ".join(text for file in files if (text := knobs.text(f"{_FREQUENCY}/{file}")))


def _boost(knobs: Knobs) -> str:
    forbidden, allowed = knobs.number(f"{_CPU}/intel_pstate/no_turbo"), knobs.number(f"{_CPU}/cpufreq/boost")
    if forbidden is None and allowed is None:
        return ""
    return "off" if forbidden == 1 or allowed == 0 else "on"


def power(knobs: Knobs) -> str:
    """`battery` when the machine runs on one, else `mains`; a machine without any power supply to tell is on mains."""
    folder = "sys/class/power_supply"
    supplies = [f"{folder}/{name}" for name in knobs.names(folder) if knobs.text(f"{folder}/{name}/scope") != "Device"]
    mains = [knobs.text(f"{one}/online") for one in supplies if knobs.text(f"{one}/type") in ("Mains", "USB")]
    batteries = [knobs.text(f"{one}/status") for one in supplies if knobs.text(f"{one}/type") == "Battery"]
    return "battery" if "Discharging" in batteries and "1" not in mains else "mains"


def _count(listed: str) -> str:
    return str(len(cores(listed)) or "")


def _gib(text: str) -> str:
    number = text.removesuffix("kB").strip()
    return f"{int(number) / 2**20:.2f} GiB" if number.isdigit() else ""


def _chosen(text: str) -> str:
    """The word in brackets."""
    return text.partition("[")[2].partition("]")[0]


def _argument(knobs: Knobs, name: str) -> str:
    """What the kernel's command line says for `name`."""
    words = (word.partition("=") for word in knobs.text("proc/cmdline").split())
    return next((value for key, _, value in words if key == name), "")
