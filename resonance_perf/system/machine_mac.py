"""The same readings on macOS, where `sysctl` and `pmset` tell them."""

from __future__ import annotations

from resonance_perf.model.work import Command
from resonance_perf.system.process import Launcher

_SYSCTL = (
    "kern.osproductversion", "kern.osrelease", "hw.machine", "hw.model", "machdep.cpu.brand_string",
    "machdep.cpu.microcode_version", "hw.activecpu", "hw.perflevel0.logicalcpu", "hw.perflevel1.logicalcpu",
    "hw.l2cachesize", "hw.cpufrequency", "hw.memsize", "kern.hv_vmm_present", "hw.physicalcpu",
)  # fmt: skip
_TIMEOUT_S = 5.0


def mac_readings() -> dict[str, str]:
    """Ask both tools; what they do not tell is left empty."""
    with Launcher() as launcher:
        told = [
            launcher.run(Command(argv=argv, timeout_s=_TIMEOUT_S), "/").stdout.decode("utf-8", "replace")
            for argv in (("sysctl", *_SYSCTL), ("pmset", "-g"), ("pmset", "-g", "batt"))
        ]
    return readings(*told)


def readings(sysctl: str, settings: str, battery: str) -> dict[str, str]:
    """Read what `sysctl NAME…`, `pmset -g` and `pmset -g batt` print. Names that a machine lacks are not printed."""
    told = {name: value.strip() for name, _, value in (line.partition(":") for line in sysctl.splitlines())}
    kinds = [told[name] for name in ("hw.perflevel0.logicalcpu", "hw.perflevel1.logicalcpu") if name in told]
    low = next((line.split()[-1] for line in settings.splitlines() if line.split()[:1] == ["lowpowermode"]), "")
    release = told.get("kern.osproductversion", "")
    return {
        "os": f"macOS {release}" if release else "",
        "kernel": told.get("kern.osrelease", ""),
        "machine": told.get("hw.machine", ""),
        "product": told.get("hw.model", ""),
        "cpu": told.get("machdep.cpu.brand_string", ""),
        "cpu kinds": " + ".join(kinds),
        "cpu cache": told.get("hw.l2cachesize", ""),
        "microcode": told.get("machdep.cpu.microcode_version", ""),
        "clock": told.get("hw.cpufrequency", ""),
        "cores": told.get("hw.activecpu", ""),
        "smt": _smt(told),
        "virtualization": {"1": "vm", "0": "none"}.get(told.get("kern.hv_vmm_present", ""), ""),
        "memory": _gib(told.get("hw.memsize", "")),
        "power": "battery" if "'Battery Power'" in battery else "mains" if "'AC Power'" in battery else "",
        "power profile": {"1": "low power", "0": "normal"}.get(low, ""),
    }


def _smt(told: dict[str, str]) -> str:
    logical, physical = told.get("hw.activecpu", ""), told.get("hw.physicalcpu", "")
    return ("off" if logical == physical else "on") if logical and physical else ""


def _gib(text: str) -> str:
    return f"{int(text) / 2**30:.2f} GiB" if text.isdigit() else ""
