"""heapprofile: V8's sampled heap, of `node --heap-prof`, clinic and DevTools: what was allocated and is still alive.

Source: chromedevtools.github.io/devtools-protocol, `HeapProfiler.SamplingHeapProfile`. Lines count from 0.
"""

from __future__ import annotations

from resonance_perf.model.profile import Profile
from resonance_perf.profiles.formats import cpuprofile, source, words
from resonance_perf.profiles.formats.stacks import Stacks


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"callFrame":' in head and b'"selfSize":' in head and b'"head":' in head


@source.reads("heapprofile")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    head, stacks = source.document(data, name)["head"], Stacks()
    waiting = [(stacks.root(), one) for one in head["children"]]
    while waiting:
        parent, node = waiting.pop()
        place = stacks.child(parent, cpuprofile.frame(node["callFrame"]))
        stacks.add(place, float(node["selfSize"]))
        waiting += [(place, one) for one in node["children"]]
    return Profile(types=(words.SPACE,), stacks=stacks.told(), tool="V8")
