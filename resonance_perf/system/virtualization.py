"""Whether this is a whole machine, a virtual one, or a container: what systemd-detect-virt says, from the same signs.

Source: systemd, src/basic/virt.c.
"""

from __future__ import annotations

import re

from resonance_perf.system.knobs import Knobs

NONE = "none"
_DMI = "sys/class/dmi/id"
_MAKERS = (
    ("KVM", "kvm"), ("OpenStack", "kvm"), ("KubeVirt", "kvm"), ("Amazon EC2", "amazon"), ("QEMU", "qemu"),
    ("VMware", "vmware"), ("VMW", "vmware"), ("innotek GmbH", "virtualbox"), ("VirtualBox", "virtualbox"),
    ("Xen", "xen"), ("Bochs", "bochs"), ("Parallels", "parallels"), ("BHYVE", "bhyve"), ("Hyper-V", "microsoft"),
    ("Virtual Machine", "microsoft"), ("Apple Virtualization", "apple"), ("Google Compute Engine", "google"),
)  # fmt: skip
_GROUPS = re.compile(r"\b(docker|kubepods|containerd|libpod|lxc|podman)\b")
_NAMES = {"libpod": "podman", "kubepods": "kubernetes"}


def virtualization(knobs: Knobs) -> str:
    """`none`, or the hypervisor and the container manager: `kvm`, `docker`, `kvm docker`."""
    return " ".join(part for part in (_hypervisor(knobs), _container(knobs)) if part) or NONE


def product(knobs: Knobs) -> str:
    """What the maker calls the machine, in a cloud often the type of the instance; nothing when it does not say."""
    parts = (knobs.text(f"{_DMI}/sys_vendor"), knobs.text(f"{_DMI}/product_name"))
    return " ".join(" ".join(parts).split()) or knobs.text("proc/device-tree/model")


def _hypervisor(knobs: Knobs) -> str:
    if "microsoft" in knobs.text("proc/sys/kernel/osrelease").lower():
        return "wsl"
    if knobs.text("sys/hypervisor/type") == "xen" and "control_d" not in knobs.text("proc/xen/capabilities"):
        return "xen"
    if compatible := knobs.text("proc/device-tree/hypervisor/compatible"):
        return "kvm" if "kvm" in compatible else "xen" if "xen" in compatible else "vm"
    flags = knobs.fields("proc/cpuinfo", 1 << 14).get("flags")
    if flags is not None and "hypervisor" not in flags.split():
        return ""  # x86 tells: also a cloud's bare metal has the cloud's name in its DMI
    for file in ("product_name", "sys_vendor", "board_vendor", "bios_vendor"):
        text = knobs.text(f"{_DMI}/{file}")
        if kind := next((kind for prefix, kind in _MAKERS if text.startswith(prefix)), ""):
            return kind
    if flags is None:
        return ""
    return "firecracker" if "firecracker" in knobs.text("proc/cmdline") else "vm"


def _container(knobs: Knobs) -> str:
    if told := knobs.text("run/systemd/container"):
        return told
    if knobs.exists("run/.containerenv"):
        return "podman"
    if match := _GROUPS.search(knobs.text("proc/self/cgroup")):
        return _NAMES.get(match[1], match[1])
    return "docker" if knobs.exists(".dockerenv") else ""
