"""py-spy-dump: `py-spy dump --json`: where each thread of a Python program is right now."""

from __future__ import annotations

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_NOTE = "one look at each thread: it says where they are, not for how long"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"owns_gil":' in head and b'"frames":' in head


@source.reads("py-spy dump")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    stacks = Stacks()
    for thread in source.document(data, name):
        labels = (
            ("thread", str(thread["thread_name"] or thread["thread_id"])),
            ("state", "active" if thread["active"] else "idle"),
        )
        frames = [Frame(one["name"], one["filename"], int(one["line"])) for one in reversed(thread["frames"])]
        stacks.add(stacks.walk(stacks.root(labels), frames), 1.0)
    return Profile(types=(words.SAMPLES,), stacks=stacks.told(), tool="py-spy", note=_NOTE)
