from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.model.machine import UNKNOWN
from resonance_perf.system.cgroup import limits
from resonance_perf.system.knobs import Knobs, cores
from resonance_perf.system.machine import environment, power
from resonance_perf.system.machine_mac import readings
from resonance_perf.system.tools import versions
from resonance_perf.system.virtualization import product, virtualization

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

CPUINFO = """processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 143
model name\t: Intel(R) Xeon(R)  Platinum 8488C
stepping\t: 8
microcode\t: 0x2b000590
cpu MHz\t\t: {mhz}
flags\t\t: fpu vme {flag}

processor\t: 1
model name\t: another
"""
CPU = "sys/devices/system/cpu"

Make = Callable[[dict[str, str]], Knobs]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A made-up /proc and /sys."""

    def made(files: dict[str, str]) -> Knobs:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Knobs(str(tmp_path))

    return made


def laptop(mhz: str = "2400.001", **more: str) -> dict[str, str]:
    return {
        "proc/cpuinfo": CPUINFO.format(mhz=mhz, flag="sse"),
        "proc/meminfo": "MemTotal:       16106128 kB\nMemFree: 1 kB\n",
        "proc/sys/kernel/osrelease": "6.8.0-45-generic\n",
        "proc/sys/kernel/randomize_va_space": "2\n",
        "proc/self/status": "Name:\tx\nCpus_allowed_list:\t0-1,3\n",
        "proc/cmdline": "quiet mitigations=off\n",
        "etc/os-release": 'ID=ubuntu\nVERSION_ID="24.04"\n',
        f"{CPU}/online": "0-3\n",
        f"{CPU}/smt/active": "1\n",
        f"{CPU}/cpu0/cpufreq/scaling_driver": "intel_pstate\n",
        f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave\n",
        f"{CPU}/cpu0/cpufreq/energy_performance_preference": "balance_performance\n",
        f"{CPU}/intel_pstate/no_turbo": "0\n",
        f"{CPU}/cpu0/cache/index0/size": "48K\n",
        f"{CPU}/cpu0/cache/index3/size": "105M\n",
        "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
        "sys/class/dmi/id/sys_vendor": "LENOVO\n",
        "sys/class/dmi/id/product_name": "20XW\n",
        "sys/firmware/acpi/platform_profile": "balanced\n",
        **more,
    }


@linux
def test_a_machine_is_read_whole(make: Make) -> None:
    facts = dict(environment(root=make(laptop()).root).facts)
    wanted = {
        "os": "ubuntu 24.04", "kernel": "6.8.0-45-generic", "product": "LENOVO 20XW",
        "cpu": "Intel(R) Xeon(R) Platinum 8488C", "cpu id": "GenuineIntel/6/143/8", "cpu cache": "105M",
        "microcode": "0x2b000590", "clock": "2400.001 MHz", "cores": "4", "cores allowed": "3",
        "governor": "intel_pstate powersave balance_performance", "boost": "on", "smt": "on",
        "virtualization": "none", "cpu limit": "none", "memory": "15.36 GiB", "memory limit": "none", "aslr": "2",
        "huge pages": "madvise", "mitigations": "off", "power": "mains", "power profile": "balanced",
    }  # fmt: skip
    assert {name: facts[name] for name in wanted} == wanted


@linux
def test_a_drifting_clock_is_told_and_does_not_split_the_history(make: Make) -> None:
    first = environment(root=make(laptop()).root)
    second = environment(root=make(laptop(mhz="3100.5")).root)
    assert first.id == second.id
    assert first.facts != second.facts


@linux
@pytest.mark.parametrize(
    ("file", "text"),
    [
        (f"{CPU}/cpu0/cpufreq/scaling_governor", "performance"),
        (f"{CPU}/intel_pstate/no_turbo", "1"),
        (f"{CPU}/smt/active", "0"),
        ("proc/cpuinfo", CPUINFO.format(mhz="1", flag="sse").replace("8488C", "8375C")),
        ("proc/cpuinfo", CPUINFO.format(mhz="1", flag="sse").replace("0x2b000590", "0x2b000603")),
        ("proc/cmdline", "quiet"),
        ("sys/class/power_supply/BAT0/type", "Battery"),
    ],
)
def test_what_makes_code_faster_is_another_environment(make: Make, file: str, text: str) -> None:
    battery = {"sys/class/power_supply/BAT0/status": "Discharging\n"}
    before = environment(root=make(laptop(**battery)).root)
    assert environment(root=make({file: text + "\n"}).root).id != before.id


@linux
def test_a_machine_that_tells_nothing_is_unknown_not_an_error(tmp_path: Path) -> None:
    facts = dict(environment(root=str(tmp_path)).facts)
    assert {facts[name] for name in ("os", "kernel", "governor", "boost", "memory", "aslr")} == {UNKNOWN}


@linux
def test_garbage_is_no_error(make: Make) -> None:
    files = dict.fromkeys(laptop(), "\x00\xff: [x\n\n:")
    assert environment(root=make(files).root).id


def test_this_machine_is_read() -> None:
    here = environment()
    facts = dict(here.facts)
    assert here == environment() or facts["clock"] != dict(environment().facts)["clock"]
    assert here.id == environment().id
    assert int(facts["cores"]) >= 1
    assert facts["memory"].endswith(" GiB")


def test_arm_has_numbers_for_a_name(make: Make) -> None:
    text = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n"
    facts = dict(environment(root=make({"proc/cpuinfo": text}).root).facts)
    if sys.platform == "linux":
        assert facts["cpu id"] == "0x41/0xd40"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"proc/cpuinfo": "flags : fpu"}, "none"),
        ({"proc/cpuinfo": "flags : fpu hypervisor"}, "vm"),
        ({"proc/cpuinfo": "flags : fpu hypervisor", "proc/cmdline": "--firecracker-init"}, "firecracker"),
        ({"proc/cpuinfo": "flags : hypervisor", "sys/class/dmi/id/sys_vendor": "Amazon EC2"}, "amazon"),
        ({"proc/cpuinfo": "flags : fpu", "sys/class/dmi/id/sys_vendor": "Amazon EC2"}, "none"),
        ({"proc/cpuinfo": "Features : fp", "sys/class/dmi/id/sys_vendor": "QEMU"}, "qemu"),
        ({"proc/sys/kernel/osrelease": "5.15.1-microsoft-standard-WSL2"}, "wsl"),
        ({"sys/hypervisor/type": "xen"}, "xen"),
        ({".dockerenv": ""}, "docker"),
        ({"run/.containerenv": ""}, "podman"),
        ({"run/systemd/container": "systemd-nspawn"}, "systemd-nspawn"),
        ({"proc/self/cgroup": "0::/kubepods/besteffort/pod1/x\n", ".dockerenv": ""}, "kubernetes"),
        ({"proc/cpuinfo": "flags : hypervisor", ".dockerenv": ""}, "vm docker"),
    ],
)
def test_virtual_machines_and_containers(make: Make, files: dict[str, str], told: str) -> None:
    assert virtualization(make(files)) == told


def test_the_type_of_an_instance(make: Make) -> None:
    files = {"sys/class/dmi/id/sys_vendor": "Amazon EC2\n", "sys/class/dmi/id/product_name": "m7i.large\n"}
    assert product(make(files)) == "Amazon EC2 m7i.large"


def test_limits_of_version_2_are_the_tightest_above_us(make: Make) -> None:
    top = "sys/fs/cgroup"
    found = limits(
        make(
            {
                "proc/self/cgroup": "0::/a/b\n", f"{top}/cgroup.procs": "", f"{top}/a/cpu.max": "150000 100000\n",
                f"{top}/a/b/cpu.max": "max 100000\n", f"{top}/a/memory.max": "max\n",
                f"{top}/a/b/memory.max": "536870912\n",
                f"{top}/a/b/cpu.stat": "usage_usec 7\nnr_periods 40\nnr_throttled 3\n",
            }
        )
    )  # fmt: skip
    assert (found.cores, found.memory_bytes, found.periods, found.throttled) == (1.5, 512 * 2**20, 40, 3)


def test_limits_of_version_1_whose_path_is_the_hosts(make: Make) -> None:
    top = "sys/fs/cgroup"
    found = limits(
        make(
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n",
                f"{top}/cpu,cpuacct/cgroup.procs": "", f"{top}/cpu,cpuacct/cpu.cfs_quota_us": "200000\n",
                f"{top}/cpu,cpuacct/cpu.cfs_period_us": "100000\n", f"{top}/memory/cgroup.procs": "",
                f"{top}/memory/memory.limit_in_bytes": "9223372036854771712\n",
            }
        )
    )  # fmt: skip
    assert (found.cores, found.memory_bytes) == (2.0, None)


def test_no_quota_is_no_limit(make: Make) -> None:
    top = "sys/fs/cgroup/cpu"
    files = {"proc/self/cgroup": "1:cpu:/\n", f"{top}/cgroup.procs": "", f"{top}/cpu.cfs_quota_us": "-1\n"}
    assert limits(make(files)).cores is None


@pytest.mark.parametrize(
    ("supplies", "told"),
    [
        ({}, "mains"),
        ({"BAT0": ("Battery", "Discharging"), "AC": ("Mains", "0")}, "battery"),
        ({"BAT0": ("Battery", "Charging"), "AC": ("Mains", "1")}, "mains"),
        ({"BAT0": ("Battery", "Not charging"), "AC": ("Mains", "1")}, "mains"),
    ],
)
def test_power(make: Make, supplies: dict[str, tuple[str, str]], told: str) -> None:
    folder, files = "sys/class/power_supply", {}
    for name, (kind, state) in supplies.items():
        files |= {
            f"{folder}/{name}/type": kind,
            f"{folder}/{name}/{'status' if kind == 'Battery' else 'online'}": state,
        }
    assert power(make(files)) == told


def test_the_battery_of_a_mouse_does_not_count(make: Make) -> None:
    at = "sys/class/power_supply/hid-0"
    assert power(make({f"{at}/type": "Battery", f"{at}/status": "Discharging", f"{at}/scope": "Device"})) == "mains"


@pytest.mark.parametrize(
    ("listed", "found"), [("0-2,5", (0, 1, 2, 5)), ("", ()), ("3", (3,)), ("x-y", ()), ("2-1", ()), ("0 - 1", (0, 1))]
)
def test_lists_of_cores(listed: str, found: tuple[int, ...]) -> None:
    assert cores(listed) == found


SYSCTL = """kern.osproductversion: 14.5
kern.osrelease: 23.5.0
hw.machine: arm64
hw.model: Mac15,3
machdep.cpu.brand_string: Apple M3
hw.activecpu: 8
hw.perflevel0.logicalcpu: 4
hw.perflevel1.logicalcpu: 4
hw.memsize: 25769803776
kern.hv_vmm_present: 0
hw.physicalcpu: 8
"""


def test_a_mac_is_read() -> None:
    batt = "Now drawing from 'Battery Power'\n -InternalBattery-0\t80%; discharging\n"
    told = readings(SYSCTL, " lowpowermode         1\n sleep 1\n", batt)
    assert told["cpu"] == "Apple M3"
    assert told["cpu kinds"] == "4 + 4"
    assert told["memory"] == "24.00 GiB"
    assert (told["power"], told["power profile"]) == ("battery", "low power")
    assert (told["smt"], told["virtualization"], told["os"]) == ("off", "none", "macOS 14.5")


def test_a_mac_that_tells_nothing_is_empty() -> None:
    assert set(readings("", "", "").values()) == {""}


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, with sh in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_an_interpreter_is_asked_once(tools: Path) -> None:
    script(tools / "node", "#!/bin/sh\necho asked >> asked.txt\necho v22.3.1\n")
    assert versions(["node"]) == versions(["node", "node"])
    (fact,) = versions(["node"])
    assert fact == ("tool node", f"22.3.1 {os.path.realpath(tools / 'node')}")
    assert (tools.parent / "asked.txt").read_text() == "asked\n"


def test_an_interpreter_that_was_replaced_is_asked_again(tools: Path) -> None:
    script(tools / "node", "#!/bin/sh\necho v22.3.1\n")
    first = versions(["node"])
    script(tools / "node", "#!/bin/sh\necho v24.10.0\n")
    assert versions(["node"]) != first


def test_another_program_is_never_run_and_told_by_its_content(tools: Path) -> None:
    script(tools / "bench", "#!/bin/sh\ntouch ran.txt\n")
    before = versions(["bench"])
    script(tools / "bench", "#!/bin/sh\ntouch ran.txt # new\n")
    assert before[0][1].startswith("file ")
    assert versions(["bench"]) != before
    assert not (tools.parent / "ran.txt").exists()


def test_a_script_names_its_interpreter(tools: Path) -> None:
    script(tools / "node", "#!/bin/sh\necho v20.1.0\n")
    script(tools / "npm", "#!/usr/bin/env node\n")
    assert [name for name, _ in versions(["npm"])] == ["tool npm", "tool node"]


@pytest.mark.parametrize("said", ["exit 1", "echo no number", "kill -9 $$"])
def test_an_interpreter_that_tells_nothing_is_unknown(tools: Path, said: str) -> None:
    script(tools / "node", f"#!/bin/sh\n{said}\n")
    assert versions(["node"])[0][1].startswith(UNKNOWN)
    assert versions(["missing"]) == (("tool missing", UNKNOWN),)


def test_a_version_in_two_parts_of_a_sentence(tools: Path) -> None:
    script(tools / "java", "#!/bin/sh\necho 'openjdk version \"21\" 2023-09-19' >&2\n")
    assert versions(["java"])[0][1].startswith("21 ")


def test_tools_are_part_of_the_environment() -> None:
    assert environment().id != environment(["python3"]).id
