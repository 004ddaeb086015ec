from __future__ import annotations

import pytest

from resonance_perf.model.profiling import Permission
from resonance_perf.system import permissions


@pytest.mark.parametrize(
    ("permission", "setting", "value", "sentence"),
    [
        ("ptrace", "yama/ptrace_scope", 1, ""),
        ("ptrace", "yama/ptrace_scope", 2, "kernel.yama.ptrace_scope is 2. Allow looking into processes: sudo sysctl"),
        ("perf-events", "perf_event_paranoid", 1, ""),
        (
            "perf-events",
            "perf_event_paranoid",
            4,
            "kernel.perf_event_paranoid is 4. Allow sampling by the kernel: sudo",
        ),
        ("bpf", "", 0, "you are not root. Programs in the kernel need root"),
    ],
)
def test_what_stands_in_the_way_is_named_with_its_cure(
    permission: Permission, setting: str, value: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(permissions.sys, "platform", "linux")
    monkeypatch.setattr(permissions, "_setting", lambda name: value if name == setting else 0)
    assert permissions.refused(permission).startswith(sentence) and bool(permissions.refused(permission)) is bool(
        sentence
    )


def test_root_may_do_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions.os, "geteuid", lambda: 0)
    assert [permissions.refused(one) for one in ("ptrace", "perf-events", "bpf")] == ["", "", ""]
