"""bpftrace: where a server computes, in the kernel too, sampled by a program of ours in the kernel (eBPF).

Traps: names are looked up when it ends, so the server has to live then. Stacks need frame pointers. Kernels without
kprobes, which many virtual machines have, do: it needs the timer alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import attached
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.rate import per_second
from resonance_perf.profiles.formats import bpftrace, words

PROGRAM = Program(name="bpftrace", install="apt-get install bpftrace")
RUNTIMES: Sequence[Runtime] = ("native", "go")
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ("bpf",)
RATES = (99, 997)
_SCRIPT = "profile:hz:{rate} /pid == $1/ {{ @on_cpu_ns[kstack, ustack] = sum({period}); }}\n"
_NS = 1_000_000_000


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    rate = per_second(seconds, *RATES)
    script = _SCRIPT.format(rate=rate, period=round(_NS / rate))
    command = ("bpftrace", "-q", "-f", "json", "-p", "{pid}", "{given}/on-cpu.bt", "{pid}")
    return attached.beside(argv, "bpftrace", *command, provided=(("on-cpu.bt", script),), serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        return replace(bpftrace.read(attached.told(files, "bpftrace"), "bpftrace"), types=(words.CPU,))
    except NothingSeenError:
        raise
    except ResonanceError as error:
        raise NothingSeenError("bpftrace saw nothing of the server") from error
