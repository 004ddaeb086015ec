"""offcputime: of libbpf-tools: for how long threads did not run, by the stack that made them wait.

A block is the stack with its leaf first, `- comm (thread)` and microseconds. Its first frames are the probe's own.
"""

from __future__ import annotations

import re
from itertools import pairwise

from resonance_perf.model.profile import Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_THREAD = re.compile(r"\s+-\s+(?P<name>\S.*) \((?P<thread>\d+)\)")
_MICROSECONDS = re.compile(r"\s+(?P<us>\d{1,18})")
_PROBE = re.compile(r"bpf_prog_[0-9a-f]+_\w+|bpf_trace_run\d+|bpf_get_stackid\w*")
_NS = 1_000


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    lines = head.decode("utf-8", "replace").splitlines()
    return any(_THREAD.fullmatch(one) and _MICROSECONDS.fullmatch(two) for one, two in pairwise(lines))


@source.reads("offcputime")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    stacks, thread = Stacks(), ""
    frames: list[str] = []
    for number, line in enumerate(source.lines(data), start=1):
        if not line.startswith(" "):
            frames, thread = [], ""
        elif (match := _THREAD.fullmatch(line)) is not None:
            thread = match["name"]
        elif not thread:
            frames.append(line.strip())
        elif (match := _MICROSECONDS.fullmatch(line)) is not None:
            path = [words.symbol(one) for one in reversed(frames) if not _PROBE.fullmatch(one) and one != "--"]
            stacks.add(stacks.walk(stacks.root((("thread", thread),)), path), float(match["us"]) * _NS)
        else:
            raise source.bad(name, "after a thread come its microseconds", "Is it what offcputime prints?", number)
    return Profile(types=(words.OFF_CPU,), stacks=stacks.told(), tool="offcputime")
