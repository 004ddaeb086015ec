"""memray: `transform csv` and `transform gprof2dot` (what was alive at the peak), and `stats --json` (all that was ever
allocated, of the largest places only)."""

from __future__ import annotations

import csv
import io

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_COLUMNS = ("allocator", "num_allocations", "size", "tid", "thread_name", "stack_trace")
_TOP = "memray's statistics have the largest places only, without who called them"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return (
        head.startswith(",".join(_COLUMNS).encode())
        or b'"total_num_allocations":' in head
        or (b'"callchain":' in head and b'"costs":' in head)
    )


@source.reads("memray")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    if data.startswith(_COLUMNS[0].encode()):
        return _table(data)
    whole = source.document(data, name)
    return _stats(whole) if "total_num_allocations" in whole else _graph(whole)


def _table(data: bytes) -> Profile:
    stacks = Stacks()
    try:
        for row in csv.DictReader(io.StringIO(data.decode("utf-8", "replace"))):
            frames = [_frame(*one.rsplit(";", 2)) for one in row["stack_trace"].split("|") if one]
            labels = (("thread", row["tid"]),)
            place = stacks.walk(stacks.root(labels), reversed(frames))
            stacks.add(place, float(row["num_allocations"]), float(row["size"]))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return Profile(types=(words.OBJECTS, words.SPACE), stacks=stacks.told(), chosen=1, tool="memray")


def _graph(whole: dict[str, list[dict[str, list[int]]]]) -> Profile:
    stacks = Stacks()
    functions = [Frame(str(one["name"]), str(one["module"])) for one in whole["functions"]]
    for event in whole["events"]:
        place = stacks.walk(stacks.root(), [functions[one] for one in reversed(event["callchain"])])
        stacks.add(place, float(event["cost"][0]))
    return Profile(types=(words.SPACE,), stacks=stacks.told(), tool="memray")


def _stats(whole: dict[str, list[dict[str, str]]]) -> Profile:
    stacks = Stacks()
    for rows, column in (("top_allocations_by_count", "count"), ("top_allocations_by_size", "size")):
        for one in whole[rows]:
            place = stacks.child(stacks.root(), _frame(*one["location"].rsplit(":", 2)))
            stacks.add(place, *(float(one[column]) if column == other else 0.0 for other in ("count", "size")))
    return Profile(types=(words.ALLOCATIONS, words.ALLOCATED), stacks=stacks.told(), chosen=1, tool="memray", note=_TOP)


def _frame(function: str, file: str = "", line: str = "0") -> Frame:
    return Frame(function, file, int(line))
