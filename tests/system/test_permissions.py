from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.model.profiling import Permission
from resonance_perf.system import permissions
from resonance_perf.system.knobs import Knobs

ALL, NONE, SYS_ADMIN = (1 << 41) - 1, 0, 1 << 21
DOCKER = 0xA80425FB
"""What the root of a container has by default."""
PTRACE_CURE = "Allow looking into processes: sudo sysctl kernel.yama.ptrace_scope=0"
PERF_CURE = "Allow sampling by the kernel: sudo sysctl kernel.perf_event_paranoid=1"


@pytest.mark.parametrize(
    ("user", "capabilities", "permission", "setting", "value", "sentence"),
    [
        (1000, NONE, "ptrace", "yama/ptrace_scope", 1, ""),
        (1000, NONE, "ptrace", "yama/ptrace_scope", 2, f"kernel.yama.ptrace_scope is 2. {PTRACE_CURE}"),
        (0, DOCKER, "ptrace", "yama/ptrace_scope", 2, f"kernel.yama.ptrace_scope is 2. {PTRACE_CURE}"),
        (0, SYS_ADMIN, "ptrace", "yama/ptrace_scope", 3, f"kernel.yama.ptrace_scope is 3. {PTRACE_CURE}"),
        (1000, NONE, "perf-events", "perf_event_paranoid", 1, ""),
        (1000, NONE, "perf-events", "perf_event_paranoid", 4, f"kernel.perf_event_paranoid is 4. {PERF_CURE}"),
        (
            0,
            DOCKER,
            "perf-events",
            "perf_event_paranoid",
            2,
            f"kernel.perf_event_paranoid is 2, so the kernel's part is not seen. {PERF_CURE}",
        ),
        (1000, 1 << 38, "perf-events", "perf_event_paranoid", 2, ""),
        (0, SYS_ADMIN, "perf-events", "perf_event_paranoid", 2, ""),
        (1000, NONE, "bpf", "", 0, "you are not root. Programs in the kernel need root"),
        (0, DOCKER, "bpf", "", 0, "root has not the capability CAP_BPF here. Programs in the kernel need root"),
    ],
)
def test_what_stands_in_the_way_is_named_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    user: int, capabilities: int, permission: Permission, setting: str, value: int, sentence: str,
) -> None:  # fmt: skip
    on(tmp_path, monkeypatch, user, capabilities, {setting: value} if setting else {})
    said = permissions.refused(permission)
    assert said.startswith(sentence) and bool(said) is bool(sentence)


def test_root_may_do_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(tmp_path, monkeypatch, 0, ALL, {"yama/ptrace_scope": 2, "perf_event_paranoid": 4})
    assert [permissions.refused(one) for one in ("ptrace", "perf-events", "bpf")] == ["", "", ""]


def on(root: Path, monkeypatch: pytest.MonkeyPatch, user: int, capabilities: int, settings: dict[str, int]) -> None:
    """A Linux that has these settings, on which we are this user."""
    monkeypatch.setattr(permissions.os, "geteuid", lambda: user)
    monkeypatch.setattr(permissions.sys, "platform", "linux")
    monkeypatch.setattr(permissions, "Knobs", lambda: Knobs(str(root)))
    files = {f"proc/sys/kernel/{name}": str(value) for name, value in settings.items()}
    for name, text in {**files, "proc/self/status": f"Name:\tx\nCapEff:\t{capabilities:016x}\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
