"""What profilers say where they are not allowed to look, word for word, and the command that cures it."""

from __future__ import annotations

import pytest

from resonance_perf.profilers.cures import cure
from resonance_perf.profilers.registry import profiler


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        (
            "perf",
            "To make the adjusted perf_event_paranoid setting permanent preserve it\nin /etc/sysctl.conf (e.g. …)",
            "sudo sysctl kernel.perf_event_paranoid=1",
        ),
        ("bpftrace", "ERROR: bpftrace currently only supports running as the root user.", "need root"),
        ("runqlat", "libbpf: failed to load BPF skeleton 'runqlat_bpf': -1\nfailed to load BPF object: -1", "need root"),
        ("offcputime", "libbpf: failed to load BPF skeleton 'offcputime_bpf': -1\nfailed to load BPF programs", "need root"),
        ("callgrind", "no such program: valgrind", "apt-get install valgrind"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_cure(name: str, said: str, hint: str) -> None:
    assert hint in cure(said, profiler(name))


def test_what_is_no_refusal_has_no_cure() -> None:
    assert cure("libbpf: failed to load BPF skeleton 'runqlen_bpf': -22", profiler("runqlat")) == ""
