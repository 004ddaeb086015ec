from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.cli.doctor_machine import machine_findings
from resonance_perf.cli.finding import Finding

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

CPU = "sys/devices/system/cpu"
QUIET = "some avg10=0.40 avg60=1.00 avg300=2.00 total=7\n"
Look = Callable[[dict[str, str]], dict[str, Finding]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """What doctor says of a made-up quiet server of 8 cores, by the first words; `more` are its other files."""
    quiet = {
        "proc/cpuinfo": "model name : Xeon\nflags : fpu\n", f"{CPU}/online": "0-7\n", "proc/loadavg": "0.10 0 0 1/1 1\n",
        "proc/meminfo": "MemTotal: 16000000 kB\nMemAvailable: 12000000 kB\nSwapTotal: 9 kB\nSwapFree: 9 kB\n",
        "proc/sys/kernel/randomize_va_space": "2\n", "proc/pressure/cpu": QUIET, "proc/pressure/io": QUIET,
        "proc/pressure/memory": QUIET, "proc/stat": "cpu 100 0 0 900 0 0 0 0 0 0\n",
    }  # fmt: skip

    def made(more: dict[str, str]) -> dict[str, Finding]:
        for name, text in {**quiet, **more}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return {one.what: one for one in machine_findings(str(tmp_path))}

    return made


def one(found: dict[str, Finding], words: str) -> Finding:
    matching = [finding for what, finding in found.items() if words in what]
    assert len(matching) == 1, f"{words} in {list(found)}"
    return matching[0]


def test_a_quiet_machine_has_nothing_to_mend(look: Look) -> None:
    found = look({})
    assert all(finding.ok for finding in found.values())
    assert one(found, "load is 0.1 on 8 cores, cpu pressure 0 %")
    assert one(found, "no core is kept free").cure.endswith("isolcpus=7 nohz_full=7 rcu_nocbs=7")


@pytest.mark.parametrize(
    ("files", "words", "cure"),
    [
        (
            {f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave"},
            "the frequency follows the load (governor powersave)",
            "sudo cpupower frequency-set --governor performance",
        ),
        ({f"{CPU}/cpufreq/boost": "1"}, "turbo is on", f"echo 0 | sudo tee /{CPU}/cpufreq/boost"),
        ({f"{CPU}/intel_pstate/no_turbo": "0"}, "turbo is on", f"echo 1 | sudo tee /{CPU}/intel_pstate/no_turbo"),
        ({f"{CPU}/smt/active": "1"}, "two threads share a core", "turn it off in the firmware"),
        (
            {f"{CPU}/smt/active": "1", f"{CPU}/smt/control": "on"},
            "two threads share a core", f"echo off | sudo tee /{CPU}/smt/control",
        ),
        ({"proc/sys/kernel/randomize_va_space": "0"}, "not fully random", "sudo sysctl kernel.randomize_va_space=2"),
        (
            {"proc/sys/kernel/perf_event_max_sample_rate": "100000"},
            "100,000 times a second", "sudo sysctl kernel.perf_event_max_sample_rate=1",
        ),
        ({"proc/pressure/cpu": ""}, "the kernel tells no pressure", "add to the kernel's command line: psi=1"),
        ({"proc/7/comm": "irqbalance\n"}, "irqbalance", "sudo systemctl stop irqbalance"),
        (
            {"proc/meminfo": "SwapTotal: 2048000 kB\nSwapFree: 1024000 kB\n"},
            "1000 MiB are swapped out", "sudo swapoff --all && sudo swapon --all",
        ),
        ({"sys/firmware/acpi/platform_profile": "low-power"}, "low-power", "powerprofilesctl set performance"),
        (
            {"proc/stat": "cpu 880 0 0 900 0 0 0 120 0 0\n"},
            "the hypervisor took 12.0 %", "rent a dedicated or bare-metal host, and judge by cpu, not by wall",
        ),
        (
            {f"{CPU}/isolated": "3,5", "proc/cmdline": "isolcpus=3,5 rcu_nocbs=3,5"},
            "isolated cores 3,5 still get", "add to the kernel's command line: nohz_full=3,5",
        ),
        (
            {f"{CPU}/isolated": "3", "proc/irq/default_smp_affinity": "ff\n"},
            "interrupts may land on the isolated cores 3",
            "echo f7 | sudo tee /proc/irq/default_smp_affinity /proc/irq/*/smp_affinity",
        ),
        (
            {"sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet"},
            "reading the clock is slow (hpet)", "add to the kernel's command line: tsc=reliable",
        ),
    ],
)  # fmt: skip
def test_a_source_of_noise_is_a_tip_with_its_cure(look: Look, files: dict[str, str], words: str, cure: str) -> None:
    found = one(look(files), words)
    assert (found.mark, found.cure) == ("tip", cure)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"proc/pressure/cpu": QUIET.replace("0.40", "85.00")}, "others use the machine now (cpu pressure 85 %)"),
        ({"proc/meminfo": "MemTotal: 8388608 kB\nMemAvailable: 524288 kB\n"}, "only 0.5 GiB of 8.0 GiB"),
        (
            {"sys/class/power_supply/B/type": "Battery", "sys/class/power_supply/B/status": "Discharging"},
            "runs on its battery",
        ),
        (
            {
                "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cgroup.procs": "", "sys/fs/cgroup/cpu.max": "50000 100000",
                "sys/fs/cgroup/cpu.stat": "nr_periods 1000\nnr_throttled 250\n",
            },
            "the container was stopped in 250 of 1,000 periods for using up its CPU quota (0.5 cores)",
        ),
    ],
)  # fmt: skip
def test_what_spoils_numbers_has_to_be_mended(look: Look, files: dict[str, str], words: str) -> None:
    assert one(look(files), words).mark == "!! "


def test_well_isolated_cores_are_said(look: Look) -> None:
    files = {f"{CPU}/isolated": "6-7", "proc/cmdline": "nohz_full=6-7 rcu_nocbs=6-7"}
    assert one(look({**files, "proc/irq/default_smp_affinity": "3f\n"}), "cores 6,7 are isolated").mark == "ok "


def test_nonsense_is_no_error(look: Look) -> None:
    files = dict.fromkeys(["proc/irq/default_smp_affinity", "proc/stat", f"{CPU}/isolated", "proc/meminfo"], "x: y,z\n")
    assert look({**files, f"{CPU}/online": "?"})


def test_this_machine_is_looked_at() -> None:
    assert all(finding.what for finding in machine_findings())
